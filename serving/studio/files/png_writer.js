/**
 * Grey PNGs of class ids. A canvas only writes colours, and its colour
 * management may change them; these files hold the ids themselves.
 */

import { joinBytes, makeChunk, SIGNATURE } from "./png_chunks.js";
import { deflate } from "./zlib.js";

/**
 * @param {Uint8Array|Uint16Array} ids `height` rows of `width` ids; the kind
 *     of array decides between 8 and 16 bits
 * @param {function} compress bytes -> zlib's format, maybe as a promise
 * @returns {Promise<Uint8Array>} the file
 */
export async function encodeGreyPng(ids, width, height, compress = deflate) {
  const depth = ids.BYTES_PER_ELEMENT * 8;
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, depth); // Then zeros: grey, deflate, no interlacing.
  return joinBytes([
    Uint8Array.from(SIGNATURE),
    makeChunk("IHDR", new Uint8Array(header.buffer)),
    makeChunk("IDAT", await compress(makeRows(ids, width, height))),
    makeChunk("IEND", new Uint8Array(0)),
  ]);
}

/** The pixels as PNG has them: a filter byte, 0, before each row. */
function makeRows(ids, width, height) {
  const size = ids.BYTES_PER_ELEMENT;
  const rows = new Uint8Array(height * (1 + width * size));
  const view = new DataView(rows.buffer);
  for (let y = 0; y < height; y += 1) {
    const row = ids.subarray(y * width, (y + 1) * width);
    const start = y * (1 + width * size) + 1;
    if (size === 1) {
      rows.set(row, start);
    } else {
      row.forEach((id, x) => view.setUint16(start + 2 * x, id));
    }
  }
  return rows;
}
