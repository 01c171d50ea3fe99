/**
 * Selects a rectangle (drag) or the area of one class (click), and moves what
 * is selected: where it was, the eraser's class stays.
 */

import { Region } from "../labels/region.js";

export class Selection {
  id = "selection";
  label = "Select";
  key = "M";
  leavesClass = true;
  beginsOutside = true;

  constructor(paper) {
    this.paper = paper;
    this.region = null;
    this.moving = null; // {from, runs} while the region is being moved.
    // What others do to the layout may move the object from under it.
    paper.drawing.onChange(({ settled }) => {
      if (settled && !this.moving) this.#select(null);
    });
  }

  press(point) {
    const { drawing } = this.paper;
    this.from = point;
    this.hasDragged = false;
    if (!this.region?.contains(point)) return;
    const runs = this.region.classRuns(drawing.map);
    this.moving = { region: this.region, runs };
    this.edit = drawing.begin();
  }

  drag(point) {
    this.hasDragged ||= point.x !== this.from.x || point.y !== this.from.y;
    if (!this.hasDragged) return;
    if (this.moving) {
      this.#moveBy(point.x - this.from.x, point.y - this.from.y);
    } else {
      this.#select(Region.between(this.paper.drawing.map, this.from, point));
    }
  }

  release(point) {
    const { drawing } = this.paper;
    if (this.moving) {
      drawing.commit();
      this.moving = null;
    } else if (!this.hasDragged) {
      const isInside = drawing.map.contains(point.x, point.y);
      this.#select(isInside ? Region.around(drawing.map, point) : null);
    }
    if (this.region) {
      this.paper.say(`${this.region.numPixels} pixels are selected.`);
    }
  }

  cancel() {
    this.paper.drawing.cancel();
    this.moving = null;
    this.#select(null);
  }

  #moveBy(dx, dy) {
    const { drawing, settings } = this.paper;
    const { region, runs } = this.moving;
    drawing.restart();
    const leave = this.edit.painter(settings.get("baseId"));
    for (const { y, x0, x1 } of runs) leave(y, x0, x1);
    for (const { y, x0, x1, classId } of runs) {
      this.edit.painter(classId)(y + dy, x0 + dx, x1 + dx);
    }
    drawing.touch();
    this.#select(region.movedBy(drawing.map, dx, dy));
  }

  #select(region) {
    this.region = region?.isEmpty ? null : region;
    this.paper.showSelection(
      this.region && this.region.outline(this.paper.drawing.map),
    );
  }
}
