/** The classes that were chosen last, above a long list. */

import { byId, make, makeSwatch } from "./elements.js";

export const MOST_RECENT = 6;

/**
 * Puts a class first, unless it is among the recent ones: what someone is
 * about to click must not move.
 */
export function withRecent(ids, id) {
  return ids.includes(id) ? ids : [id, ...ids].slice(0, MOST_RECENT);
}

export class RecentClasses {
  /**
   * @param {object} parts classes, settings with `recent` (ids, the newest
   *     first), and onChoose(id)
   */
  constructor({ classes, settings, onChoose }) {
    settings.watch(["classId"], () => {
      const recent = settings.get("recent");
      settings.set("recent", withRecent(recent, settings.get("classId")));
    });
    settings.watch(["recent"], () => {
      const chips = settings
        .get("recent")
        .map((id) => makeChip(classes[id], onChoose));
      byId("recent-list").replaceChildren(...chips);
    });
    byId("recent").hidden = false;
  }
}

/** A small button that chooses a class. */
export function makeChip(entry, onChoose) {
  const onclick = () => onChoose(entry.id);
  const properties = { type: "button", className: "chip", onclick };
  return make("button", properties, makeSwatch(entry), entry.name);
}
