/** Round brushes of whole pixels. */

/**
 * The rows of a disc around its anchor pixel: pixels whose centre is at most
 * half the diameter away. An even disc reaches one pixel further to the left
 * and to the top.
 *
 * @param {number} diameter pixels, a whole number
 * @returns {Array<[number, number, number]>} [dy, dx0, dx1], dx1 just outside
 */
export function discRows(diameter) {
  const centre = diameter % 2 === 0 ? 0 : 0.5;
  const first = -Math.floor(diameter / 2);
  const rows = [];
  for (let dy = first; dy < first + diameter; dy += 1) {
    const away = dy + 0.5 - centre;
    const half = Math.sqrt((diameter / 2) ** 2 - away ** 2);
    const dx0 = Math.ceil(centre - 0.5 - half);
    const dx1 = Math.floor(centre - 0.5 + half) + 1;
    rows.push([dy, dx0, dx1]);
  }
  return rows;
}

/** Paints a disc at a pixel; `paint` is as of `Edit.painter`. */
export function stamp(rows, x, y, paint) {
  for (const [dy, dx0, dx1] of rows) paint(y + dy, x + dx0, x + dx1);
}
