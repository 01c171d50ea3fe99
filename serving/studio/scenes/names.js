/** Finds a model's classes by what they are called in the usual data sets. */

const OTHER_NAMES = {
  sky: ["clouds"],
  building: ["house", "skyscraper"],
  road: ["street"],
  pavement: ["sidewalk", "path"],
  tree: ["vegetation", "bush"],
  grass: ["terrain", "field", "playingfield", "ground", "earth"],
  person: ["pedestrian"],
  mountain: ["hill"],
  water: ["sea", "river", "lake"],
  sand: ["earth", "dirt"],
  sign: ["traffic sign", "street sign", "sign symbol", "signboard"],
  window: ["windowpane"],
  sofa: ["couch"],
  floor: ["floor wood", "floor tile"],
  picture: ["painting"],
  table: ["dining table", "coffee table", "desk"],
  left_eye: ["l_eye"],
  right_eye: ["r_eye"],
  left_brow: ["l_brow"],
  right_brow: ["r_brow"],
  upper_lip: ["u_lip", "mouth"],
  lower_lip: ["l_lip", "mouth"],
  cloth: ["clothes"],
  top: ["top clothes", "upper clothes"],
  bottom: ["bottom clothes", "pants"],
};

/**
 * @param {Array<{id: number, name: string}>} classes
 * @returns {function} (thing) -> class id, or null if there is none
 */
export function makeFinder(classes) {
  const ids = new Map();
  for (const { id, name } of classes) {
    for (const word of wordsOf(name)) {
      if (!ids.has(word)) ids.set(word, id);
    }
  }
  return (thing) => {
    for (const name of [thing, ...(OTHER_NAMES[thing] ?? [])]) {
      if (ids.has(name)) return ids.get(name);
    }
    return null;
  };
}

/** "Sky-other" -> "sky"; "building, edifice" -> both. */
function wordsOf(name) {
  return name
    .toLowerCase()
    .split(",")
    .map((word) =>
      word
        .replace(/\(.*\)/, "")
        .replace(/-(other|stuff)$/, "")
        .replace(/-/g, " ")
        .trim(),
    );
}
