/** What the page needs to know of a model: sizes, classes, features. */

const FORMAT = 1; // Of classes.json.

/** A feature of the page is shown exactly when the model has its signature. */
export const FEATURES = {
  variants: "synthesize_variants",
  style: "synthesize_with_style",
};

/**
 * @param {object} description the content of classes.json
 * @param {string[]} signatureNames of the model's metadata
 * @returns {{system, width, height, numClasses, unknownId, classes, features}}
 * @throws {Error} the description is of another format
 */
export function makeModelInfo(description, signatureNames) {
  if (description?.format !== FORMAT) {
    throw new Error(
      `The model describes itself in format ${description?.format}, and this ` +
        `page knows format ${FORMAT}. Use the studio that belongs to it.`,
    );
  }
  const has = (name) => signatureNames.includes(name);
  if (!has("synthesize_png")) {
    throw new Error(
      "This model cannot be painted for: it has no signature " +
        "synthesize_png. Export it with `python -m tf_semsynth.export`.",
    );
  }
  return {
    system: description.system,
    width: description.image_width,
    height: description.image_height,
    numClasses: description.num_classes,
    unknownId: description.unknown_id,
    classes: description.classes,
    features: Object.fromEntries(
      Object.entries(FEATURES).map(([name, needs]) => [name, has(needs)]),
    ),
  };
}

/** Whether a layout of one model has the same meaning for the other. */
export function sameLayouts(first, second) {
  const meaning = ({ width, height, classes }) =>
    JSON.stringify([width, height, classes]);
  return meaning(first) === meaning(second);
}
