/**
 * The drawings that the browser keeps, each under a key of its own, so that
 * two tabs never write over each other's work.
 */

import { LabelMap } from "../labels/label_map.js";
import { decodeRuns, encodeRuns } from "../labels/runs.js";
import { fromBase64, toBase64 } from "./base64.js";

const FORMAT = 1;
const MOST = 12; // Of one model; beyond it the oldest one goes.

export class KeptDrawings {
  /**
   * @param {string} modelName
   * @param {Array} classes of the model
   * @param {Storage|null} storage null where the browser keeps nothing
   */
  constructor(modelName, classes, storage) {
    this.base = `tf_semsynth.studio.${modelName}`;
    this.names = classes.map(({ name }) => name);
    this.storage = storage;
  }

  /** The drawing that a key of the storage belongs to, or null. */
  idOf(key) {
    if (key === this.base) return ""; // As when a model had one drawing.
    const place = key.lastIndexOf("#");
    return key.slice(0, place) === this.base ? key.slice(place + 1) : null;
  }

  /**
   * Keeps a drawing.
   *
   * @param {{id: string, time: number, map: LabelMap, settings: object}}
   *     drawing `time` is when it was painted last, `settings` are plain
   *     values: the seed, the class, ...
   * @returns {boolean} whether there was room
   */
  save({ id, time, map, settings }) {
    const { width, height, numClasses } = map;
    const runs = toBase64(encodeRuns(map.ids));
    const size = { width, height, numClasses };
    const { names } = this;
    const record = { format: FORMAT, time, names, ...size, runs, settings };
    try {
      this.storage.setItem(this.#keyOf(id), JSON.stringify(record));
    } catch {
      return false; // Full, or forbidden by the browser's settings.
    }
    if (this.#keys().length > MOST) this.#forgetOldest(id);
    return true;
  }

  /**
   * @returns {Array<{id, time, map, settings, isUsable}>} the newest first;
   *     what is damaged is passed over. `isUsable` is false where it is
   *     painted in classes that the model does not have.
   */
  list() {
    const found = this.#keys().flatMap((key) => {
      const opened = this.#open(key);
      return opened ? [{ ...opened, id: this.idOf(key) }] : [];
    });
    return found.sort((first, second) => second.time - first.time);
  }

  /** A drawing that can be shown with this model, or null. */
  load(id) {
    const isIt = (drawing) => drawing.id === id && drawing.isUsable;
    return this.list().find(isIt) ?? null;
  }

  #keys() {
    const keys = Object.keys(this.storage ?? {});
    return keys.filter((key) => this.idOf(key) !== null);
  }

  #forgetOldest(ownId) {
    for (const { id } of this.list().slice(MOST)) {
      if (id !== ownId) this.storage.removeItem(this.#keyOf(id));
    }
  }

  #keyOf(id) {
    return id ? `${this.base}#${id}` : this.base;
  }

  #open(key) {
    try {
      const record = JSON.parse(this.storage.getItem(key));
      if (record?.format !== FORMAT) return null;
      const { time = 0, width, height, settings, names } = record;
      if (![width, height].every(isSize)) return null;
      const old = new LabelMap(width, height, record.numClasses);
      decodeRuns(fromBase64(record.runs), old.ids);
      const isUsable = this.#hasClasses(old.ids, names);
      const map = new LabelMap(width, height, this.names.length);
      map.ids.set(old.ids);
      return { time, map, settings: settings ?? {}, isUsable };
    } catch {
      return null; // Damaged or forbidden: as if there were none.
    }
  }

  #hasClasses(ids, names = this.names) {
    const used = [...new Set(ids)];
    return used.every(
      (id) => id < this.names.length && names[id] === this.names[id],
    );
  }
}

function isSize(value) {
  return Number.isInteger(value) && value > 0;
}
