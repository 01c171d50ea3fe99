/** What the page needs to know of a model: sizes, classes, features. */

const FORMAT = 1; // Of classes.json.

/** A feature of the page is shown exactly when the model has its signature. */
export const FEATURES = {
  variants: "synthesize_variants",
  style: "synthesize_with_style",
};

/** The model cannot be painted for: why, in words for people. */
export class ModelError extends Error {
  constructor(message) {
    super(message);
    this.name = "ModelError";
  }
}

/**
 * @param {object} description the content of classes.json
 * @param {string[]} signatureNames of the model's metadata
 * @returns {{system, width, height, numClasses, unknownId, classes, features}}
 * @throws {ModelError} the description is of another format, or not whole
 */
export function makeModelInfo(description, signatureNames) {
  if (description?.format !== FORMAT) {
    throw new ModelError(
      `The model describes itself in format ${description?.format}, and this ` +
        `page knows format ${FORMAT}. Use the studio that belongs to it.`,
    );
  }
  const has = (name) => signatureNames.includes(name);
  if (!has("synthesize_png")) {
    throw new ModelError(
      "This model cannot be painted for: it has no signature " +
        "synthesize_png. Export it with `python -m tf_semsynth.export`.",
    );
  }
  checkDescription(description);
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

function checkDescription({ image_width, image_height, ...description }) {
  const { num_classes, classes } = description;
  const isCount = (value) => Number.isInteger(value) && value > 0;
  const isColour = (value) =>
    Array.isArray(value) && value.length === 3 && value.every(Number.isInteger);
  const isWhole =
    [image_width, image_height, num_classes].every(isCount) &&
    Array.isArray(classes) &&
    classes.length === num_classes &&
    classes.every(
      (entry, index) =>
        entry?.id === index &&
        typeof entry.name === "string" &&
        isColour(entry.colour),
    );
  if (isWhole) return;
  throw new ModelError(
    "The model describes itself in part only: expected its image_width, " +
      "image_height and num_classes, and in `classes` an id, a name and a " +
      "colour for each class. Export it again.",
  );
}

/** Whether a layout of one model is one of the other, too. */
export function sameClasses(first, second) {
  const names = ({ classes }) => JSON.stringify(classes.map(({ name }) => name));
  return names(first) === names(second);
}
