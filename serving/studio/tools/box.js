/** A filled rectangle from where the pointer went down to where it is. */

import { paintRectangle, squareCorner } from "../labels/shapes.js";

export class Box {
  id = "box";
  label = "Box";
  key = "U";
  beginsOutside = true;

  constructor(paper) {
    this.paper = paper;
    this.paintShape = paintRectangle;
  }

  press(point) {
    const { drawing, settings } = this.paper;
    this.paint = drawing.begin().painter(settings.get("classId"));
    this.from = point;
    this.drag(point);
  }

  drag(point) {
    const { drawing } = this.paper;
    const end = point.straight ? squareCorner(this.from, point) : point;
    drawing.restart();
    this.paintShape(this.from, end, this.paint);
    drawing.touch();
  }

  release() {
    this.paper.drawing.commit();
  }

  cancel() {
    this.paper.drawing.cancel();
  }
}
