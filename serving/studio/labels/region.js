/** A set of pixels of a layout, as runs: what a selection holds. */

import { floodFill } from "./flood_fill.js";
import { paintRectangle } from "./shapes.js";

export class Region {
  /** @param {Array<{y, x0, x1}>} runs pixels x0..x1 - 1 of row y */
  constructor(runs) {
    this.runs = runs;
  }

  /** The pixels between two corners that lie in the layout. */
  static between(map, first, second) {
    const runs = [];
    paintRectangle(first, second, collectWithin(map, runs));
    return new Region(runs);
  }

  /** The area of one class around a pixel, joined over sides. */
  static around(map, { x, y }) {
    const runs = [];
    floodFill(map, x, y, collectWithin(map, runs));
    return new Region(runs);
  }

  get isEmpty() {
    return this.runs.length === 0;
  }

  get numPixels() {
    return this.runs.reduce((sum, { x0, x1 }) => sum + x1 - x0, 0);
  }

  contains({ x, y }) {
    return this.runs.some((run) => run.y === y && x >= run.x0 && x < run.x1);
  }

  /** The region at another place; what lies outside of the layout is lost. */
  movedBy(map, dx, dy) {
    const runs = [];
    const collect = collectWithin(map, runs);
    for (const { y, x0, x1 } of this.runs) collect(y + dy, x0 + dx, x1 + dx);
    return new Region(runs);
  }

  /** The runs, cut where the class changes, each with its `classId`. */
  classRuns({ ids, width }) {
    const cut = [];
    for (const { y, x0, x1 } of this.runs) {
      for (let x = x0; x < x1; x += 1) {
        const classId = ids[y * width + x];
        const last = cut.at(-1);
        if (last?.y === y && last.x1 === x && last.classId === classId) {
          last.x1 += 1;
        } else {
          cut.push({ y, x0: x, x1: x + 1, classId });
        }
      }
    }
    return cut;
  }

  /** The sides of pixels that part it from the rest: [x0, y0, x1, y1]. */
  outline({ width, height }) {
    const inside = new Uint8Array(width * height);
    for (const { y, x0, x1 } of this.runs) {
      inside.fill(1, y * width + x0, y * width + x1);
    }
    const at = (x, y) =>
      x >= 0 && y >= 0 && x < width && y < height && inside[y * width + x];
    const sides = [];
    for (const { y, x0, x1 } of this.runs) {
      for (let x = x0; x < x1; x += 1) {
        if (!at(x - 1, y)) sides.push([x, y, x, y + 1]);
        if (!at(x + 1, y)) sides.push([x + 1, y, x + 1, y + 1]);
        if (!at(x, y - 1)) sides.push([x, y, x + 1, y]);
        if (!at(x, y + 1)) sides.push([x, y + 1, x + 1, y + 1]);
      }
    }
    return sides;
  }
}

function collectWithin({ width, height }, runs) {
  return (y, x0, x1) => {
    const start = Math.max(x0, 0);
    const end = Math.min(x1, width);
    if (y >= 0 && y < height && start < end) {
      runs.push({ y, x0: start, x1: end });
    }
  };
}
