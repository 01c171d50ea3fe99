/** Undo and redo within a bound of memory. */

import { putBack } from "./rectangle.js";
import { decodeRuns } from "./runs.js";

const MAX_BYTES = 32 * 1024 * 1024;
const BYTES_OF_A_PATCH = 200; // What an entry costs beside its runs, about.

export class History {
  /** @param {number} maxBytes the oldest steps are forgotten beyond it */
  constructor(maxBytes = MAX_BYTES) {
    this.maxBytes = maxBytes;
    this.done = [];
    this.undone = [];
  }

  get numBytes() {
    const patches = [...this.done, ...this.undone];
    return patches.reduce((sum, patch) => sum + sizeOf(patch), 0);
  }

  /** Remembers a change. The last one is kept whatever its size. */
  push(patch) {
    this.undone = [];
    this.done.push(patch);
    let bytes = this.numBytes;
    while (bytes > this.maxBytes && this.done.length > 1) {
      bytes -= sizeOf(this.done.shift());
    }
  }

  /** Takes the last change back; returns its rectangle, or null. */
  undo(map) {
    return move(this.done, this.undone, map, "before");
  }

  /** Makes the change again that was undone last. */
  redo(map) {
    return move(this.undone, this.done, map, "after");
  }
}

function sizeOf(patch) {
  return patch.before.length + patch.after.length + BYTES_OF_A_PATCH;
}

function move(from, to, map, side) {
  const patch = from.pop();
  if (patch === undefined) return null;
  to.push(patch);
  const { left, top, right, bottom } = patch.rectangle;
  const part = new map.ids.constructor((right - left) * (bottom - top));
  decodeRuns(patch[side], part);
  putBack(map.ids, map.width, patch.rectangle, part);
  return patch.rectangle;
}
