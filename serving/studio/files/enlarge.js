/** Pictures at a multiple of their size. */

const LOBES = 3; // Of the Lanczos kernel.

/**
 * @param {ImageData} picture opaque
 * @param {number} factor a whole number
 * @param {"nearest"|"lanczos"} filter repeats pixels, or blends them with
 *     Lanczos' kernel of three lobes, as Pillow does
 * @returns {ImageData}
 */
export function enlarge(picture, factor, filter) {
  const taps = filter === "nearest" ? nearestTaps : lanczosTaps;
  const { width, height, data } = picture;
  const wide = resample(data, width, height, factor, taps);
  const turned = transpose(wide, width * factor, height);
  const tall = resample(turned, height, width * factor, factor, taps);
  const pixels = transpose(tall, height * factor, width * factor);
  return new ImageData(pixels, width * factor, height * factor);
}

/** Makes each of `rows` rows `factor` times as long. */
function resample(data, columns, rows, factor, makeTaps) {
  const long = columns * factor;
  const result = new Uint8ClampedArray(long * rows * 4);
  const allTaps = makeTaps(columns, factor);
  for (let row = 0; row < rows; row += 1) {
    for (let place = 0; place < long; place += 1) {
      const { first, weights } = allTaps[place];
      const to = (row * long + place) * 4;
      for (let channel = 0; channel < 4; channel += 1) {
        let from = (row * columns + first) * 4 + channel;
        let sum = 0;
        for (const weight of weights) {
          sum += weight * data[from];
          from += 4;
        }
        result[to + channel] = sum; // Rounded and clipped to 0..255.
      }
    }
  }
  return result;
}

function transpose(data, columns, rows) {
  const from = new Uint32Array(data.buffer);
  const to = new Uint32Array(from.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      to[column * rows + row] = from[row * columns + column];
    }
  }
  return new Uint8ClampedArray(to.buffer);
}

function nearestTaps(size, factor) {
  return Array.from({ length: size * factor }, (_, place) => ({
    first: Math.floor(place / factor),
    weights: [1],
  }));
}

function lanczosTaps(size, factor) {
  return Array.from({ length: size * factor }, (_, place) => {
    const centre = (place + 0.5) / factor;
    const first = Math.max(0, Math.round(centre - LOBES));
    const end = Math.min(size, Math.round(centre + LOBES));
    const weights = [];
    for (let x = first; x < end; x += 1) weights.push(kernel(x + 0.5 - centre));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

function kernel(x) {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const angle = Math.PI * x;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle);
}
