/** Rectangles of pixels: `right` and `bottom` lie just outside. */

export function emptyRectangle() {
  return { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
}

export function wholeOf(map) {
  return { left: 0, top: 0, right: map.width, bottom: map.height };
}

export function isEmpty(rectangle) {
  return rectangle.right <= rectangle.left;
}

/** Enlarges a rectangle until pixels x0..x1 - 1 of row y are in it. */
export function includeSpan(rectangle, y, x0, x1) {
  if (x0 < rectangle.left) rectangle.left = x0;
  if (x1 > rectangle.right) rectangle.right = x1;
  if (y < rectangle.top) rectangle.top = y;
  if (y + 1 > rectangle.bottom) rectangle.bottom = y + 1;
}

export function union(first, second) {
  return {
    left: Math.min(first.left, second.left),
    top: Math.min(first.top, second.top),
    right: Math.max(first.right, second.right),
    bottom: Math.max(first.bottom, second.bottom),
  };
}

/** Copies the pixels of a rectangle out of rows of `width` pixels. */
export function cutOut(ids, width, rectangle) {
  const columns = rectangle.right - rectangle.left;
  const rows = rectangle.bottom - rectangle.top;
  const part = new ids.constructor(columns * rows);
  for (let row = 0; row < rows; row += 1) {
    const start = (rectangle.top + row) * width + rectangle.left;
    part.set(ids.subarray(start, start + columns), row * columns);
  }
  return part;
}

/** The reverse of `cutOut`. */
export function putBack(ids, width, rectangle, part) {
  const columns = rectangle.right - rectangle.left;
  for (let y = rectangle.top; y < rectangle.bottom; y += 1) {
    const row = (y - rectangle.top) * columns;
    const start = y * width + rectangle.left;
    ids.set(part.subarray(row, row + columns), start);
  }
}
