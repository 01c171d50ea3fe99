/** One change of the layout while it is being made: a stroke, a fill. */

import {
  cutOut,
  emptyRectangle,
  includeSpan,
  isEmpty,
  putBack,
} from "./rectangle.js";
import { encodeRuns } from "./runs.js";

export class Edit {
  constructor(map) {
    this.map = map;
    this.before = map.ids.slice();
    this.rectangle = emptyRectangle(); // Of the whole edit.
    this.fresh = emptyRectangle(); // What was painted and not yet shown.
  }

  /**
   * A function (y, x0, x1) that gives pixels x0..x1 - 1 of row y a class.
   * What lies outside of the layout is left out.
   */
  painter(classId) {
    const { width, height, ids } = this.map;
    return (y, x0, x1) => {
      if (y < 0 || y >= height) return;
      const start = Math.max(x0, 0);
      const end = Math.min(x1, width);
      if (start >= end) return;
      ids.fill(classId, y * width + start, y * width + end);
      includeSpan(this.rectangle, y, start, end);
      includeSpan(this.fresh, y, start, end);
    };
  }

  /** The rectangle painted since the last call. */
  takeFresh() {
    const { fresh } = this;
    this.fresh = emptyRectangle();
    return fresh;
  }

  /** Takes everything back; returns the rectangle to draw again. */
  revert() {
    const touched = this.rectangle;
    if (!isEmpty(touched)) {
      const { ids, width } = this.map;
      putBack(ids, width, touched, cutOut(this.before, width, touched));
    }
    this.rectangle = emptyRectangle();
    this.fresh = emptyRectangle();
    return touched;
  }

  /** The patch for the history, or null if no pixel is another one now. */
  finish() {
    if (isEmpty(this.rectangle)) return null;
    const { ids, width } = this.map;
    const before = cutOut(this.before, width, this.rectangle);
    const after = cutOut(ids, width, this.rectangle);
    if (after.every((id, index) => id === before[index])) return null;
    return {
      rectangle: this.rectangle,
      before: encodeRuns(before),
      after: encodeRuns(after),
    };
  }
}
