/** The compression of PNG files (RFC 1950), by the browser where it can. */

import { joinBytes } from "./png_chunks.js";

const MAX_STORED = 65535; // Bytes in a stored block (RFC 1951, 3.2.4).

/** Compresses; older browsers store the bytes as they are. */
export async function deflate(bytes) {
  if (!("CompressionStream" in globalThis)) return store(bytes);
  const stream = new Blob([bytes])
    .stream()
    .pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Wraps bytes in zlib's format without compressing them. */
export function store(bytes) {
  const parts = [Uint8Array.of(0x78, 0x01)];
  for (let start = 0; start === 0 || start < bytes.length;) {
    const block = bytes.subarray(start, start + MAX_STORED);
    start += MAX_STORED;
    const header = new DataView(new ArrayBuffer(5));
    header.setUint8(0, start >= bytes.length ? 1 : 0);
    header.setUint16(1, block.length, true);
    header.setUint16(3, block.length ^ 0xffff, true);
    parts.push(new Uint8Array(header.buffer), block);
  }
  const end = new DataView(new ArrayBuffer(4));
  end.setUint32(0, adler32(bytes));
  parts.push(new Uint8Array(end.buffer));
  return joinBytes(parts);
}

/**
 * Decompresses, and stops as soon as there is more than expected: a small
 * file may hold gigabytes.
 *
 * @param {Uint8Array} bytes
 * @param {number} expected the number of bytes that must come out
 * @throws {RangeError} more or fewer came out
 * @throws {TypeError} the bytes are damaged
 */
export async function inflate(bytes, expected) {
  const result = new Uint8Array(expected);
  const reader = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream("deflate"))
    .getReader();
  let filled = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (filled + value.length > expected) {
      await reader.cancel();
      throw new RangeError(`more than ${expected} bytes came out`);
    }
    result.set(value, filled);
    filled += value.length;
  }
  if (filled < expected) {
    throw new RangeError(`${filled} of ${expected} bytes came out`);
  }
  return result;
}

function adler32(bytes) {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high * 65536 + low;
}
