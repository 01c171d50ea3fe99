/** A filled shape: a corner for each click, closed at the first corner. */

import { paintPolygon } from "../labels/polygon.js";

const CLOSE = 10; // CSS pixels around the first corner that close the shape.

export class Polygon {
  id = "polygon";
  label = "Polygon";
  key = "P";

  constructor(paper) {
    this.paper = paper;
    this.corners = [];
  }

  press(point) {
    if (this.corners.length > 2 && this.#closes(point)) {
      this.closing = true;
      return;
    }
    this.corners.push(point);
    this.#show(null);
  }

  drag(point) {
    if (this.closing) return;
    this.corners[this.corners.length - 1] = point;
    this.#show(null);
  }

  release() {
    if (this.closing) this.finish();
  }

  hover(point) {
    if (this.corners.length) this.#show(point);
  }

  /** Fills the shape. */
  finish() {
    const { drawing, settings } = this.paper;
    const corners = withoutDoubles(this.corners);
    this.cancel();
    if (corners.length < 3) return;
    drawing.change((edit) =>
      paintPolygon(corners, edit.painter(settings.get("classId"))),
    );
  }

  /** Takes the last corner back; true if there was one. */
  stepBack() {
    const had = this.corners.length > 0;
    this.corners.pop();
    this.#show(null);
    return had;
  }

  cancel() {
    this.corners = [];
    this.closing = false;
    this.#show(null);
  }

  #closes(point) {
    const distance = Math.hypot(
      point.x - this.corners[0].x,
      point.y - this.corners[0].y,
    );
    return distance * this.paper.pixelSize() <= CLOSE;
  }

  #show(next) {
    const points = next ? [...this.corners, next] : this.corners;
    this.paper.showGuide(this.corners.length ? points : null);
  }
}

// A double click leaves the same corner twice.
function withoutDoubles(corners) {
  return corners.filter(
    ({ x, y }, index) =>
      index === 0 || x !== corners[index - 1].x || y !== corners[index - 1].y,
  );
}
