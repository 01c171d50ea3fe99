/** Straight lines of whole pixels (Bresenham), without gaps. */

import { stamp } from "./disc.js";

/** Calls visit(x, y) for each pixel of a line, both ends included. */
export function walkLine(x0, y0, x1, y1, visit) {
  const dx = Math.abs(x1 - x0);
  const dy = -Math.abs(y1 - y0);
  const stepX = x0 < x1 ? 1 : -1;
  const stepY = y0 < y1 ? 1 : -1;
  let [x, y, error] = [x0, y0, dx + dy];
  for (;;) {
    visit(x, y);
    if (x === x1 && y === y1) return;
    const doubled = 2 * error;
    if (doubled >= dy) {
      error += dy;
      x += stepX;
    }
    if (doubled <= dx) {
      error += dx;
      y += stepY;
    }
  }
}

/** Draws a line with a brush; `rows` are of `discRows`. */
export function paintLine(rows, from, to, paint) {
  walkLine(from.x, from.y, to.x, to.y, (x, y) => stamp(rows, x, y, paint));
}

/** The end of a line, turned to the nearest multiple of 45 degrees. */
export function snapToDirections(from, to) {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const [width, height] = [Math.abs(dx), Math.abs(dy)];
  if (height * 2 < width) return { x: to.x, y: from.y };
  if (width * 2 < height) return { x: from.x, y: to.y };
  const length = Math.max(width, height);
  return {
    x: from.x + Math.sign(dx) * length,
    y: from.y + Math.sign(dy) * length,
  };
}
