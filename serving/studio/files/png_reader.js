/**
 * PNGs as the values in the file. A canvas would turn grey values and palette
 * indices into colours, and change them.
 */

import { FileError } from "./file_error.js";
import { COLOUR_TYPES, crc32, joinBytes, SIGNATURE } from "./png_chunks.js";
import { refuseMarks } from "./png_marks.js";
import { inflate } from "./zlib.js";

const MAX_PIXELS = 4096 * 4096;
const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
const AGAIN = "Save or copy it again.";

/**
 * @param {Uint8Array} bytes a file that may be anything
 * @returns {Promise<{width, height, depth, colourType, channels, values,
 *     palette, hasTransparency}>} `values` has `channels` numbers for each
 *     pixel: grey values or palette indices as they are, not stretched;
 *     `palette` is three bytes a colour, or null
 * @throws {FileError} no PNG, damaged, too large, to be turned, animated
 */
export async function readPng(bytes) {
  if (!SIGNATURE.every((byte, index) => bytes[index] === byte)) {
    throw new FileError(
      "This file is no PNG, whatever its name says. Expected a PNG of class " +
        "ids or of class colours; other formats change values.",
    );
  }
  const chunks = splitChunks(bytes);
  const header = readHeader(chunks[0]);
  refuseMarks(chunks);
  const packed = joinBytes(contentsOf(chunks, "IDAT"));
  const rows = await unpack(packed, header);
  unfilter(rows, header);
  const palette = contentsOf(chunks, "PLTE")[0] ?? null;
  if (header.colourType === 3 && palette === null) {
    throw new FileError(`This palette PNG has no palette. ${AGAIN}`);
  }
  return {
    ...header,
    values: readValues(rows, header),
    palette,
    hasTransparency: contentsOf(chunks, "tRNS").length > 0,
  };
}

function splitChunks(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks = [];
  let start = SIGNATURE.length;
  while (chunks.at(-1)?.type !== "IEND") {
    if (start + 12 > bytes.length) throw truncated();
    const length = view.getUint32(start);
    const end = start + 8 + length;
    if (end + 4 > bytes.length) throw truncated();
    const type = new TextDecoder().decode(bytes.subarray(start + 4, start + 8));
    if (view.getUint32(end) !== crc32(bytes.subarray(start + 4, end))) {
      throw new FileError(
        `This PNG is damaged: the checksum of its ${type} chunk does not ` +
          `match. ${AGAIN}`,
      );
    }
    chunks.push({ type, content: bytes.subarray(start + 8, end) });
    start = end + 4;
  }
  return chunks;
}

function contentsOf(chunks, type) {
  return chunks
    .filter((chunk) => chunk.type === type)
    .map((chunk) => chunk.content);
}

function truncated() {
  return new FileError(`This PNG is damaged: it ends too soon. ${AGAIN}`);
}

function readHeader({ type, content }) {
  if (type !== "IHDR" || content.length !== 13) {
    throw new FileError(`This PNG is damaged: it has no header. ${AGAIN}`);
  }
  const view = new DataView(content.buffer, content.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colourType] = [view.getUint8(8), view.getUint8(9)];
  if (width * height > MAX_PIXELS) {
    throw new FileError(
      `This PNG has ${width} × ${height} pixels. At most ` +
        `${MAX_PIXELS.toLocaleString("en")} are read. Scale it down by ` +
        "nearest, so that labels stay labels.",
    );
  }
  if (!width || !height || !DEPTHS[colourType]?.includes(depth)) {
    throw new FileError(
      `This PNG is damaged: its header says ${width} × ${height} pixels, ` +
        `colour type ${colourType}, ${depth} bits. ${AGAIN}`,
    );
  }
  if (view.getUint8(12)) {
    throw new FileError(
      "This PNG is interlaced, which the studio does not read. Save it " +
        "without interlacing.",
    );
  }
  return { width, height, depth, colourType, channels: CHANNELS[colourType] };
}

function rowBytes({ width, depth, channels }) {
  return Math.ceil((width * depth * channels) / 8);
}

async function unpack(packed, header) {
  try {
    return await inflate(packed, header.height * (1 + rowBytes(header)));
  } catch (error) {
    throw new FileError(
      `This PNG is damaged: ${error.message.replace(/\.$/, "")}. ${AGAIN}`,
    );
  }
}

/** Undoes the filters in place (https://www.w3.org/TR/png/#9Filters). */
function unfilter(rows, header) {
  const length = rowBytes(header);
  const step = Math.max(1, (header.depth * header.channels) >> 3);
  let above = new Uint8Array(length);
  for (let y = 0; y < header.height; y += 1) {
    const start = y * (1 + length);
    const row = rows.subarray(start + 1, start + 1 + length);
    const predict = PREDICTORS[rows[start]];
    if (predict === undefined) {
      throw new FileError(
        `This PNG is damaged: row ${y} has filter ${rows[start]}. ${AGAIN}`,
      );
    }
    for (let i = 0; i < length; i += 1) {
      const left = i < step ? 0 : row[i - step];
      const corner = i < step ? 0 : above[i - step];
      row[i] += predict(left, above[i], corner);
    }
    above = row;
  }
}

const PREDICTORS = [
  () => 0,
  (left) => left,
  (left, above) => above,
  (left, above) => (left + above) >> 1,
  (left, above, corner) => {
    const estimate = left + above - corner;
    const toLeft = Math.abs(estimate - left);
    const toAbove = Math.abs(estimate - above);
    const toCorner = Math.abs(estimate - corner);
    if (toLeft <= toAbove && toLeft <= toCorner) return left;
    return toAbove <= toCorner ? above : corner;
  },
];

function readValues(rows, header) {
  const { width, height, depth, channels } = header;
  const perRow = width * channels;
  const values = new (depth === 16 ? Uint16Array : Uint8Array)(height * perRow);
  const mask = 2 ** Math.min(depth, 8) - 1;
  for (let y = 0; y < height; y += 1) {
    const start = y * (1 + rowBytes(header)) + 1;
    for (let i = 0; i < perRow; i += 1) {
      const bit = i * depth;
      const place = start + (bit >> 3);
      values[y * perRow + i] =
        depth === 16
          ? rows[place] * 256 + rows[place + 1]
          : (rows[place] >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return values;
}

export function describeKind({ colourType, depth }) {
  return `${COLOUR_TYPES[colourType]} PNG of ${depth} bits`;
}
