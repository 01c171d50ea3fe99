/** What a PNG says about how it is to be seen: pixels are read as stored. */

import { FileError } from "./file_error.js";

const ORIENTATION = 0x0112; // The tag of EXIF.
const ENTRY = 12; // Bytes.

/**
 * Refuses a PNG that is seen otherwise than it is stored.
 *
 * @param {Array<{type: string, content: Uint8Array}>} chunks
 * @throws {FileError} it is to be turned, or is animated
 */
export function refuseMarks(chunks) {
  for (const { type, content } of chunks) {
    const orientation = type === "eXIf" ? orientationOf(content) : 1;
    if (orientation > 1 && orientation <= 8) {
      throw new FileError(
        `This PNG is to be turned or mirrored (EXIF orientation ` +
          `${orientation}), which is not applied to labels. Save it upright.`,
      );
    }
    if (type === "acTL" && readNumber(content, 0, 4, false) > 1) {
      throw new FileError(
        "This PNG is animated: it holds several pictures. Save one of them.",
      );
    }
  }
}

/** The orientation in the first directory of EXIF data, 1 without one. */
function orientationOf(exif) {
  const little = exif[0] === 0x49; // "II", else "MM".
  const start = readNumber(exif, 4, 4, little);
  const count = readNumber(exif, start, 2, little);
  for (let index = 0; index < count; index += 1) {
    const entry = start + 2 + index * ENTRY;
    if (readNumber(exif, entry, 2, little) === ORIENTATION) {
      return readNumber(exif, entry + 8, 2, little);
    }
  }
  return 1;
}

/** A number of so many bytes; 0 where the data end before. */
function readNumber(bytes, start, length, little) {
  if (start + length > bytes.length) return 0;
  const digits = [...bytes.subarray(start, start + length)];
  if (little) digits.reverse();
  return digits.reduce((number, digit) => number * 256 + digit, 0);
}
