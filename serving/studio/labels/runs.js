/**
 * Run lengths: layouts are large areas of one id, so that (id, length) pairs
 * are a hundredth of the pixels. Numbers are stored seven bits a byte, lowest
 * first, the eighth bit saying that more follow.
 */

export function encodeRuns(ids) {
  const bytes = [];
  let start = 0;
  while (start < ids.length) {
    const id = ids[start];
    let end = start + 1;
    while (end < ids.length && ids[end] === id) end += 1;
    pushNumber(bytes, id);
    pushNumber(bytes, end - start);
    start = end;
  }
  return Uint8Array.from(bytes);
}

/**
 * Fills `ids` from runs.
 *
 * @throws {RangeError} The runs are damaged, or of another number of pixels.
 */
export function decodeRuns(bytes, ids) {
  let position = 0;
  const next = () => {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = bytes[position];
      position += 1;
      if (byte === undefined) throw new RangeError("The runs end too soon.");
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  let filled = 0;
  while (position < bytes.length) {
    const id = next();
    const end = filled + next();
    if (end > ids.length) throw new RangeError("The runs are too long.");
    ids.fill(id, filled, end);
    filled = end;
  }
  if (filled !== ids.length) {
    throw new RangeError(`Runs of ${filled} pixels, expected ${ids.length}.`);
  }
}

function pushNumber(bytes, value) {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
