/** Paints where the pointer goes. */

import { discRows, stamp } from "../labels/disc.js";
import { paintLine } from "../labels/line.js";

export class Brush {
  id = "brush";
  label = "Brush";
  key = "B";
  hasSize = true;
  beginsOutside = true;

  /** @param {object} paper see `Toolbox` */
  constructor(paper) {
    this.paper = paper;
  }

  get classId() {
    return this.paper.settings.get("classId");
  }

  press(point) {
    const { drawing, settings } = this.paper;
    this.rows = discRows(settings.get("size"));
    this.paint = drawing.begin().painter(this.classId);
    this.last = point;
    stamp(this.rows, point.x, point.y, this.paint);
    drawing.touch();
  }

  drag(point) {
    paintLine(this.rows, this.last, point, this.paint);
    this.last = point;
    this.paper.drawing.touch();
  }

  release() {
    this.paper.drawing.commit();
  }

  cancel() {
    this.paper.drawing.cancel();
  }
}
