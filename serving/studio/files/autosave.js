/**
 * Keeps the layout of each model in the browser, written at once after each
 * stroke, so that closing or reloading the page loses nothing.
 */

import { LabelMap } from "../labels/label_map.js";
import { decodeRuns, encodeRuns } from "../labels/runs.js";
import { fromBase64, toBase64 } from "./base64.js";

const FORMAT = 1;

export class Autosave {
  /** @param {Storage} storage `localStorage`, or what behaves like it */
  constructor(modelName, storage) {
    this.key = `tf_semsynth.studio.${modelName}`;
    this.storage = storage;
  }

  /**
   * @param {LabelMap} map
   * @param {object} settings plain values: the seed, the class, ...
   * @returns {boolean} whether there was room
   */
  save(map, settings) {
    const { width, height, numClasses } = map;
    const runs = toBase64(encodeRuns(map.ids));
    const record = { format: FORMAT, width, height, numClasses, runs };
    try {
      this.storage.setItem(this.key, JSON.stringify({ ...record, settings }));
      return true;
    } catch {
      return false; // Full, or forbidden by the browser's settings.
    }
  }

  /** @returns {{map: LabelMap, settings: object}|null} */
  load() {
    try {
      const record = JSON.parse(this.storage.getItem(this.key));
      if (record?.format !== FORMAT) return null;
      const { width, height, numClasses, settings } = record;
      const map = new LabelMap(width, height, numClasses);
      decodeRuns(fromBase64(record.runs), map.ids);
      return { map, settings: settings ?? {} };
    } catch {
      return null; // Damaged or forbidden: as if there were none.
    }
  }
}
