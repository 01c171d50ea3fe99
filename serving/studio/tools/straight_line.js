/** A straight line from where the pointer went down to where it is. */

import { discRows } from "../labels/disc.js";
import { paintLine, snapToDirections } from "../labels/line.js";

export class StraightLine {
  id = "line";
  label = "Line";
  key = "L";
  hasSize = true;
  beginsOutside = true;

  constructor(paper) {
    this.paper = paper;
  }

  press(point) {
    const { drawing, settings } = this.paper;
    this.rows = discRows(settings.get("size"));
    this.paint = drawing.begin().painter(settings.get("classId"));
    this.from = point;
    this.drag(point);
  }

  drag(point) {
    const { drawing } = this.paper;
    const end = point.straight ? snapToDirections(this.from, point) : point;
    drawing.restart();
    paintLine(this.rows, this.from, end, this.paint);
    drawing.touch();
  }

  release() {
    this.paper.drawing.commit();
  }

  cancel() {
    this.paper.drawing.cancel();
  }
}
