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
 * @returns {{system, width, height, numClasses, unknownId, classes,
 *     inventedColours, features}}
 * @throws {ModelError} the description is of another format, or not whole
 */
export function makeModelInfo(description, signatureNames) {
  const format = description?.format;
  if (Number.isInteger(format) && format !== FORMAT) {
    throw new ModelError(
      `The model describes itself in format ${format}, and this page knows ` +
        `format ${FORMAT}. Use the studio that belongs to it.`,
    );
  }
  if (!isWhole(description)) {
    throw new ModelError(
      "The model describes itself in part only: expected its format, its " +
        "image_width, image_height and num_classes, and in `classes` an id, " +
        "a name and a colour for each class. Export it again.",
    );
  }
  const has = (name) => signatureNames.includes(name);
  if (!has("synthesize_png")) {
    throw new ModelError(
      "This model cannot be painted for: it has no signature " +
        "synthesize_png. Export it with `python -m tf_semsynth.export`.",
    );
  }
  return {
    system: description.system,
    width: description.image_width,
    height: description.image_height,
    numClasses: description.num_classes,
    unknownId: description.unknown_id ?? null,
    classes: description.classes,
    // Ids whose colours only show them: no file is read by these.
    inventedColours: description.invented_colours ?? [],
    features: Object.fromEntries(
      Object.entries(FEATURES).map(([name, needs]) => [name, has(needs)]),
    ),
  };
}

function isWhole(description) {
  const { format, image_width, image_height } = description ?? {};
  const { num_classes, classes } = description ?? {};
  const isCount = (value) => Number.isInteger(value) && value > 0;
  const isColour = (value) =>
    Array.isArray(value) && value.length === 3 && value.every(Number.isInteger);
  const isClass = (entry, index) =>
    entry?.id === index &&
    typeof entry.name === "string" &&
    isColour(entry.colour);
  return (
    [format, image_width, image_height, num_classes].every(isCount) &&
    Array.isArray(classes) &&
    classes.length === num_classes &&
    classes.every(isClass)
  );
}

/** Whether the ids of a layout mean the same for both models. */
export function sameClasses(first, second) {
  const namesOf = ({ classes }) => classes.map(({ name }) => name);
  return JSON.stringify(namesOf(first)) === JSON.stringify(namesOf(second));
}
