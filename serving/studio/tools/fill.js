/** Gives the area of one class around a pixel another class. */

import { floodFill } from "../labels/flood_fill.js";

export class Fill {
  id = "fill";
  label = "Fill";
  key = "G";

  constructor(paper) {
    this.paper = paper;
  }

  press({ x, y }) {
    const { drawing, settings } = this.paper;
    if (!drawing.map.contains(x, y)) return;
    drawing.change((edit) =>
      floodFill(drawing.map, x, y, edit.painter(settings.get("classId"))),
    );
  }
}
