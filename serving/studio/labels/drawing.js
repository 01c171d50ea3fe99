/** The layout with its history: all changes go through here. */

import { Edit } from "./edit.js";
import { History } from "./history.js";
import { wholeOf } from "./rectangle.js";

export class Drawing {
  /**
   * @param {LabelMap} map
   * @param {History} history
   */
  constructor(map, history = new History()) {
    this.map = map;
    this.history = history;
    this.edit = null;
    this.listeners = [];
  }

  /**
   * Calls listener({rectangle, settled}) after each change of pixels; settled
   * is false within a stroke.
   */
  onChange(listener) {
    this.listeners.push(listener);
  }

  /** The ids without the stroke that is under way: it may be given up. */
  get settledIds() {
    return this.edit ? this.edit.before : this.map.ids;
  }

  get canUndo() {
    return this.history.done.length > 0;
  }

  get canRedo() {
    return this.history.undone.length > 0;
  }

  /** Starts a stroke; one that is under way ends first. */
  begin() {
    if (this.edit) this.commit();
    this.edit = new Edit(this.map);
    return this.edit;
  }

  /** Says that the stroke has painted, so that it is shown. */
  touch() {
    this.#tell(this.edit.takeFresh(), false);
  }

  /** Takes back what the stroke has painted; it goes on. */
  restart() {
    this.#tell(this.edit.revert(), false);
  }

  commit() {
    const patch = this.edit?.finish();
    this.edit = null;
    if (!patch) return false;
    this.history.push(patch);
    this.#tell(patch.rectangle, true);
    return true;
  }

  cancel() {
    if (!this.edit) return;
    this.restart();
    this.edit = null;
  }

  /** Paints all at once, as one step: paint(edit). */
  change(paint) {
    paint(this.begin());
    return this.commit();
  }

  /** Another layout of the same size, as one step. */
  replace(ids) {
    return this.change((edit) => {
      this.map.ids.set(ids);
      edit.rectangle = wholeOf(this.map);
    });
  }

  undo() {
    return this.#step("undo");
  }

  redo() {
    return this.#step("redo");
  }

  #step(direction) {
    this.cancel();
    const rectangle = this.history[direction](this.map);
    if (!rectangle) return false;
    this.#tell(rectangle, true);
    return true;
  }

  #tell(rectangle, settled) {
    for (const listener of this.listeners) listener({ rectangle, settled });
  }
}
