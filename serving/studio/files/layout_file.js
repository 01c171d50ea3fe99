/**
 * From the values of a PNG to the class ids of a model, with every value
 * checked: grey values are ids, palettes are indices, colours are classes.
 */

import { FileError } from "./file_error.js";
import { describeKind } from "./png_reader.js";

const OPAQUE = { 8: 255, 16: 65535 };

/**
 * @param {object} png of `readPng`
 * @param {{classes, inventedColours, numClasses, unknownId}} model
 * @returns {Uint16Array} class ids, of the file's size
 * @throws {FileError} a value or a colour is no class
 */
export function idsFromPng(png, model) {
  const opaque = withoutAlpha(png);
  if (opaque.channels === 3) return idsFromColours(opaque, model);
  if (png.colourType === 3) checkPalette(png, model);
  return idsFromValues(opaque, model);
}

function withoutAlpha(png) {
  const clear = "Save it without an alpha channel.";
  if (png.hasTransparency) {
    throw new FileError(
      "This PNG marks a value as transparent, so its labels are not " +
        `certain. ${clear}`,
    );
  }
  if (png.colourType < 4) return png;
  const channels = png.channels - 1;
  const pixels = png.width * png.height;
  const values = new png.values.constructor(pixels * channels);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const start = pixel * png.channels;
    if (png.values[start + channels] !== OPAQUE[png.depth]) {
      throw new FileError(
        `This PNG is partly transparent, first at ${where(pixel, png)}, so ` +
          `its labels are not certain. ${clear}`,
      );
    }
    for (let channel = 0; channel < channels; channel += 1) {
      values[pixel * channels + channel] = png.values[start + channel];
    }
  }
  return { ...png, channels, values };
}

function idsFromValues(png, model) {
  const ids = Uint16Array.from(png.values);
  const { numClasses, unknownId } = model;
  const wrong = new Map();
  ids.forEach((value, pixel) => {
    if (value < numClasses) return;
    if (value === 255 && unknownId !== null) {
      ids[pixel] = unknownId;
      return;
    }
    const found = wrong.get(value) ?? { first: pixel, count: 0 };
    found.count += 1;
    wrong.set(value, found);
  });
  if (wrong.size) refuseValues(wrong, png, model);
  return ids;
}

function refuseValues(wrong, png, { numClasses, unknownId }) {
  const listed = [...wrong].sort(([a], [b]) => a - b).slice(0, 5);
  const words = listed.map(([value, { count }]) => `${value} (${count} px)`);
  const first = Math.min(...[...wrong.values()].map((found) => found.first));
  const unknown = unknownId === null ? "" : ", or 255 for unknown";
  throw new FileError(
    `This ${describeKind(png)} holds values that are no class of the model: ` +
      `${words.join(", ")}, first at ${where(first, png)}. Expected: class ` +
      `ids 0 to ${numClasses - 1}${unknown}. Check that the file belongs to ` +
      "this model's data set.",
  );
}

function idsFromColours(png, model) {
  if (png.depth > 8) {
    throw new FileError(
      "This is a colour PNG of 16 bits for each channel. Save colours with " +
        "8 bits, or class ids as a grey PNG.",
    );
  }
  const known = idsByColour(model);
  if (known.size === 0) {
    throw new FileError(
      "This file holds colours, and the colours of this model’s classes only " +
        "show them: nobody gave them. Save class ids as a grey PNG.",
    );
  }
  const ids = new Uint16Array(png.width * png.height);
  const wrong = new Set();
  let [first, count] = [-1, 0];
  for (let pixel = 0; pixel < ids.length; pixel += 1) {
    const packed = pack(png.values, pixel * 3);
    const found = known.get(packed) ?? [];
    if (found.length > 1) {
      throw new FileError(
        `The colour ${say(packed)} at ${where(pixel, png)} belongs to two ` +
          "classes of the model. Save class ids as a grey PNG instead.",
      );
    }
    if (found.length === 0) {
      if (count === 0) first = pixel;
      count += 1;
      wrong.add(packed);
    } else {
      [ids[pixel]] = found;
    }
  }
  if (count) refuseColours(png, wrong, first, count);
  return ids;
}

function refuseColours(png, wrong, first, count) {
  const isGrey = png.values.every(
    (value, index) => value === png.values[index - (index % 3)],
  );
  const remedy = isGrey
    ? "All pixels are grey: if their values are class ids, save the file " +
      "with one channel."
    : "Every pixel must have the exact colour of a class; smoothed or " +
      "compressed borders do not.";
  throw new FileError(
    `The colour ${say(pack(png.values, first * 3))} at ${where(first, png)} ` +
      `is no class of the model (${wrong.size} such colours on ${count} ` +
      `pixels). ${remedy}`,
  );
}

/**
 * Refuses a palette whose colours name other classes than its indices. Where
 * none of its colours is a class's, nothing contradicts the indices.
 */
function checkPalette(png, model) {
  const known = idsByColour(model);
  const used = [...new Set(png.values)].sort((a, b) => a - b);
  const named = new Map(
    used.map((index) => [index, known.get(pack(png.palette, index * 3)) ?? []]),
  );
  if ([...named.values()].every((ids) => ids.length === 0)) return;
  for (const [index, ids] of named) {
    if (ids.includes(index)) continue;
    const says = ids.length
      ? `the colour of class ${ids[0]} (${model.classes[ids[0]].name})`
      : `the colour ${say(pack(png.palette, index * 3))}, which is no class’s`;
    throw new FileError(
      `This palette PNG can be read in two ways: it gives index ${index} ` +
        `${says}. Save it as RGB if the colours are right, or as grey if the ` +
        "indices are.",
    );
  }
}

/** Packed colour -> ids, of the colours that somebody gave. */
function idsByColour({ classes, inventedColours }) {
  const found = new Map();
  for (const { id, colour } of classes) {
    if (inventedColours.includes(id)) continue;
    const packed = pack(colour, 0);
    found.set(packed, [...(found.get(packed) ?? []), id]);
  }
  return found;
}

function pack(values, start) {
  return values[start] * 65536 + values[start + 1] * 256 + values[start + 2];
}

function say(packed) {
  return `(${packed >> 16}, ${(packed >> 8) & 255}, ${packed & 255})`;
}

function where(pixel, { width }) {
  return `x = ${pixel % width}, y = ${Math.floor(pixel / width)}`;
}
