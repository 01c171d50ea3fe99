/** Layouts to start from, drawn with the classes that a model has. */

import { LabelMap } from "../labels/label_map.js";
import { room } from "./indoors.js";
import { makeFinder } from "./names.js";
import { coast, hills, street } from "./outdoors.js";
import { figure, portrait } from "./people.js";
import { ScenePainter } from "./scene_painter.js";

const SCENES = [street, hills, coast, room, portrait, figure];
const MAX_BANDS = 5;

/**
 * @param {{width, height, numClasses, unknownId, classes}} model
 * @returns {Array<{name: string, map: LabelMap}>} at least one
 */
export function makeExamples(model) {
  const find = makeFinder(model.classes);
  const scenes = SCENES.filter(({ needs }) =>
    needs.every((thing) => find(thing) !== null),
  );
  const examples = scenes.map((scene) => {
    const map = new LabelMap(model.width, model.height, model.numClasses);
    scene.draw(new ScenePainter(map, find));
    return { name: scene.name, map };
  });
  return [...examples, { name: "Bands", map: makeBands(model) }];
}

/** The first classes above each other, for names that say nothing. */
function makeBands({ width, height, numClasses, unknownId, classes }) {
  const map = new LabelMap(width, height, numClasses);
  const known = classes.map(({ id }) => id).filter((id) => id !== unknownId);
  const ids = known.length ? known.slice(0, MAX_BANDS) : [0];
  for (let y = 0; y < height; y += 1) {
    const id = ids[Math.floor((y * ids.length) / height)];
    map.ids.fill(id, y * width, (y + 1) * width);
  }
  return map;
}
