/**
 * Shapes in shares of the layout, so that a scene fits every size. What is
 * painted is the name of a thing, or several: the first that the model has.
 */

import { paintPolygon } from "../labels/polygon.js";

export class ScenePainter {
  /**
   * @param {LabelMap} map
   * @param {function} find of `makeFinder`
   */
  constructor(map, find) {
    this.map = map;
    this.find = find;
  }

  /** Fills everything. No method does anything if there is no such class. */
  all(thing) {
    this.box(thing, 0, 0, 1, 1);
  }

  /** A box from the left to the right and the top to the bottom. */
  box(thing, left, top, right, bottom) {
    this.#with(thing, (paint) => {
      const [x0, x1] = [left, right].map((x) => this.#column(x));
      for (let y = this.#row(top); y < this.#row(bottom); y += 1) {
        paint(y, x0, x1);
      }
    });
  }

  /** A polygon with the corners [x, y], [x, y], ... */
  shape(thing, ...corners) {
    const points = corners.map(([x, y]) => ({
      x: this.#column(x),
      y: this.#row(y),
    }));
    this.#with(thing, (paint) => paintPolygon(points, paint));
  }

  /** An ellipse around (x, y). */
  oval(thing, x, y, halfWidth, halfHeight) {
    const { width, height } = this.map;
    this.#with(thing, (paint) => {
      for (let row = 0; row < height; row += 1) {
        const away = ((row + 0.5) / height - y) / halfHeight;
        if (Math.abs(away) >= 1) continue;
        const half = halfWidth * Math.sqrt(1 - away * away);
        paint(
          row,
          Math.round((x - half) * width),
          Math.round((x + half) * width),
        );
      }
    });
  }

  #with(thing, draw) {
    const id = [thing]
      .flat()
      .map(this.find)
      .find((one) => one !== null);
    if (id === undefined) return;
    const { ids, width, height } = this.map;
    draw((y, x0, x1) => {
      if (y < 0 || y >= height) return;
      const start = y * width;
      const end = Math.min(x1, width);
      if (x0 < end) ids.fill(id, start + Math.max(x0, 0), start + end);
    });
  }

  #column(x) {
    return Math.round(x * this.map.width);
  }

  #row(y) {
    return Math.round(y * this.map.height);
  }
}
