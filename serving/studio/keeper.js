/**
 * Keeps this tab's drawing in the browser, written at once after each stroke,
 * so that closing or reloading the page loses nothing.
 */

import { KeptDrawings } from "./files/kept_drawings.js";
import { openStorage } from "./files/storage.js";
import { makeId, TabDrawing } from "./files/tab_drawing.js";
import { SAVED } from "./first_settings.js";

const NO_ROOM =
  "This browser has no room to keep the layout. Download it before you close " +
  "or reload the page.";
const OTHER_CLASSES =
  "The layout that you painted last has classes that this version of the " +
  "model does not have. It is kept, and is here again with a version that " +
  "has them.";

export class Keeper {
  /** @param {object} parts model, modelName, notice */
  constructor({ model, modelName, notice }) {
    const local = openStorage("localStorage");
    this.notice = notice;
    this.kept = new KeptDrawings(modelName, model.classes, local);
    this.tab = new TabDrawing(modelName, openStorage("sessionStorage"));
    this.time = 0; // When the drawing was painted last; 0: not yet.
    const { resizedFrom } = this.tab;
    // The layout before `goOn`, which `goBack` brings back, or null.
    this.before = resizedFrom === null ? null : this.kept.load(resizedFrom);
  }

  /** The drawing to start with: this tab's, or a copy of the newest; null. */
  open() {
    const { kept, tab } = this;
    const all = kept.list();
    const latest = all.find(({ id }) => id === tab.id) ?? all[0];
    if (latest && !latest.isUsable) {
      tab.id = makeId();
      this.notice.show("info", OTHER_CLASSES);
    }
    const first = latest?.isUsable
      ? latest
      : all.find(({ isUsable }) => isUsable);
    this.time = first?.time ?? 0;
    return first ?? null;
  }

  /** Keeps each stroke and each change of the settings from now on. */
  follow(drawing, settings) {
    [this.drawing, this.settings] = [drawing, settings];
    drawing.onChange(({ settled }) => {
      if (!settled) return;
      this.time = Date.now();
      this.#tell(this.#save());
    });
    let isStart = true;
    settings.watch(SAVED, () => isStart || this.#tell(this.#save()));
    isStart = false;
  }

  /**
   * Goes on with another layout, of another size, in a page that is loaded
   * again; the one so far is kept as it is.
   */
  goOn(map) {
    const id = makeId();
    const isKept = this.#save() && this.#save({ id, time: Date.now(), map });
    if (!this.#tell(isKept)) return;
    this.tab.goOn(id, this.tab.id);
    location.reload();
  }

  /** Undoes `goOn`. */
  goBack() {
    const { before } = this;
    if (!before || !this.#save({ ...before, time: Date.now() })) return;
    this.tab.goOn(before.id);
    location.reload();
  }

  /** Goes on without the layout so far, which is kept. */
  startAnew() {
    this.#save();
    this.tab.goOn(makeId());
    location.reload();
  }

  #save(other = {}) {
    const values = SAVED.map((name) => [name, this.settings.get(name)]);
    return this.kept.save({
      id: this.tab.id,
      time: this.time,
      map: this.drawing.map,
      settings: Object.fromEntries(values),
      ...other,
    });
  }

  #tell(isKept) {
    if (!isKept) this.notice.show("warn", NO_ROOM);
    return isKept;
  }
}
