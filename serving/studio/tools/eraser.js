/** A brush of the base class. */

import { Brush } from "./brush.js";

export class Eraser extends Brush {
  id = "eraser";
  label = "Eraser";
  key = "E";
  leavesClass = true;

  get classId() {
    return this.paper.settings.get("baseId");
  }
}
