/** A filled ellipse between two corners. */

import { paintEllipse } from "../labels/shapes.js";
import { Box } from "./box.js";

export class Oval extends Box {
  id = "oval";
  label = "Oval";
  key = "O";

  constructor(paper) {
    super(paper);
    this.paintShape = paintEllipse;
  }
}
