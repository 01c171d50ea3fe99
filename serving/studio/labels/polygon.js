/** Filled polygons of whole pixels. */

import { walkLine } from "./line.js";

/**
 * Paints a polygon: its border, and each pixel whose centre is inside by the
 * even-odd rule.
 *
 * @param {Array<{x: number, y: number}>} corners pixels, whole numbers
 * @param {function} paint as of `Edit.painter`
 */
export function paintPolygon(corners, paint) {
  const edges = corners.map((from, index) => ({
    from,
    to: corners[(index + 1) % corners.length],
  }));
  paintInside(edges, paint);
  for (const { from, to } of edges) {
    walkLine(from.x, from.y, to.x, to.y, (x, y) => paint(y, x, x + 1));
  }
}

function paintInside(edges, paint) {
  const heights = edges.map(({ from }) => from.y);
  for (let y = Math.min(...heights); y <= Math.max(...heights); y += 1) {
    const crossings = [];
    for (const { from, to } of edges) {
      if (from.y <= y !== to.y <= y) {
        const slope = ((y - from.y) * (to.x - from.x)) / (to.y - from.y);
        crossings.push(from.x + slope);
      }
    }
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const x0 = Math.ceil(crossings[i]);
      const x1 = Math.floor(crossings[i + 1]) + 1;
      if (x0 < x1) paint(y, x0, x1);
    }
  }
}
