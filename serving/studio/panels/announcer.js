/**
 * Says in live regions what a screen reader cannot see. The layout and the
 * picture have one each, so that neither talks the other down.
 */

import { byId } from "./elements.js";

const PAUSE = 250; // Milliseconds; only the last of quick words is said.

const timers = {};

/** @param {"layout"|"picture"} part of the page that speaks */
export function announce(part, words) {
  clearTimeout(timers[part]);
  timers[part] = setTimeout(() => {
    byId(`${part}-words`).textContent = words;
  }, PAUSE);
}
