/** The area of one class around a pixel. */

/**
 * Paints all pixels that are joined to (x, y) over sides, not over corners,
 * by pixels of its class.
 *
 * @param {LabelMap} map read before it is painted: each row once
 * @param {function} paint as of `Edit.painter`
 */
export function floodFill(map, x, y, paint) {
  const { width, height } = map;
  const ids = map.ids.slice(); // The painted pixels must not stop the fill.
  const classId = ids[y * width + x];
  const visited = new Uint8Array(ids.length);
  const isOpen = (place) => ids[place] === classId && !visited[place];
  const waiting = [y * width + x];
  while (waiting.length) {
    const place = waiting.pop();
    if (!isOpen(place)) continue;
    const row = Math.floor(place / width);
    const first = row * width;
    let start = place;
    while (start > first && isOpen(start - 1)) start -= 1;
    let end = place + 1;
    while (end < first + width && isOpen(end)) end += 1;
    visited.fill(1, start, end);
    paint(row, start - first, end - first);
    for (const other of [row - 1, row + 1]) {
      if (other >= 0 && other < height) {
        const shift = (other - row) * width;
        pushRuns(start + shift, end + shift, isOpen, waiting);
      }
    }
  }
}

/** Puts the first pixel of each open run in a part of a row on the stack. */
function pushRuns(start, end, isOpen, waiting) {
  let before = false;
  for (let place = start; place < end; place += 1) {
    const open = isOpen(place);
    if (open && !before) waiting.push(place);
    before = open;
  }
}
