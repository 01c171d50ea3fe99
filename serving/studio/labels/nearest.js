/** Layouts at another size: each pixel takes the id of the nearest one. */

/**
 * @param {Uint8Array|Uint16Array} ids `height` rows of `width` pixels
 * @returns the same kind of array, `newHeight` rows of `newWidth` pixels
 */
export function resizeNearest(ids, width, height, newWidth, newHeight) {
  const resized = new ids.constructor(newWidth * newHeight);
  const columns = nearestOf(width, newWidth);
  const rows = nearestOf(height, newHeight);
  let place = 0;
  for (const row of rows) {
    for (const column of columns) {
      resized[place] = ids[row * width + column];
      place += 1;
    }
  }
  return resized;
}

// At the centre of the new pixel, as Pillow does it.
function nearestOf(size, newSize) {
  return Array.from({ length: newSize }, (_, index) =>
    Math.floor(((2 * index + 1) * size) / (2 * newSize)),
  );
}
