/** Filled rectangles and ellipses of whole pixels, between two corners. */

/** The corners in order, so that `from` is the upper left one. */
export function boxBetween(first, second) {
  return {
    x0: Math.min(first.x, second.x),
    y0: Math.min(first.y, second.y),
    x1: Math.max(first.x, second.x) + 1,
    y1: Math.max(first.y, second.y) + 1,
  };
}

/**
 * Paints every pixel between two opposite corners, both included.
 *
 * @param {function} paint as of `Edit.painter`
 */
export function paintRectangle(first, second, paint) {
  const { x0, y0, x1, y1 } = boxBetween(first, second);
  for (let y = y0; y < y1; y += 1) paint(y, x0, x1);
}

/**
 * Paints the pixels whose centre is inside the ellipse that touches the sides
 * of the rectangle between two corners.
 *
 * @param {function} paint as of `Edit.painter`
 */
export function paintEllipse(first, second, paint) {
  const { x0, y0, x1, y1 } = boxBetween(first, second);
  const middle = (x0 + x1) / 2;
  for (let y = y0; y < y1; y += 1) {
    const away = (2 * (y + 0.5) - y0 - y1) / (y1 - y0); // -1 to 1.
    const half = ((x1 - x0) / 2) * Math.sqrt(1 - away * away);
    const start = Math.ceil(middle - half - 0.5);
    const end = Math.floor(middle + half - 0.5) + 1;
    if (start < end) paint(y, start, end);
  }
}

/** The second corner, moved so that width and height are equal. */
export function squareCorner(from, to) {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const side = Math.max(Math.abs(dx), Math.abs(dy));
  return {
    x: from.x + (dx < 0 ? -side : side),
    y: from.y + (dy < 0 ? -side : side),
  };
}
