/** The settings that the page starts with, and those that are kept. */

import { MOST_RECENT } from "./panels/recent_classes.js";
import { chooseBase, chooseClass } from "./scenes/choices.js";
import { BRUSH_SIZES, Settings } from "./settings.js";

export const SAVED = [
  "classId",
  "baseId",
  "recent",
  "size",
  "seed",
  "live",
  "letters",
];

/**
 * @param {object} model
 * @param {LabelMap} map the first layout
 * @param {object} saved values of an earlier visit, which may be of a model
 *     with other classes
 */
export function makeSettings(model, map, saved = {}) {
  const { numClasses, width, height } = model;
  const isClass = (id) => Number.isInteger(id) && id >= 0 && id < numClasses;
  const isSeed = Number.isSafeInteger(saved.seed) && saved.seed >= 0;
  const large = Math.max(width, height) / 20;
  const usual = BRUSH_SIZES.findLast((size) => size <= large) ?? 1;
  const { classId } = saved;
  const baseId = isClass(saved.baseId) ? saved.baseId : chooseBase(model, map);
  const recent = Array.isArray(saved.recent) ? saved.recent : [];
  return new Settings({
    tool: "brush",
    baseId,
    recent: recent.filter(isClass).slice(0, MOST_RECENT),
    classId: isClass(classId) ? classId : chooseClass(model, baseId),
    size: BRUSH_SIZES.includes(saved.size) ? saved.size : usual,
    seed: isSeed ? saved.seed : 0,
    live: saved.live ?? true,
    letters: saved.letters ?? true,
  });
}
