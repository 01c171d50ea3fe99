/** A message where it matters, with what can be done about it. */

import { byId, make } from "./elements.js";
import { makeIcon } from "./icons.js";

const ICONS = { bad: "warning", warn: "warning", info: "info" };

export class Notice {
  /** @param {HTMLElement} place an empty element of the page */
  constructor(place) {
    this.place = place;
    this.words = null;
  }

  /**
   * @param {"bad"|"warn"|"info"} kind
   * @param {string} words
   * @param {{label: string, run: function}|null} action
   */
  show(kind, words, action = null) {
    if (this.words === words) return;
    this.words = words;
    const close = make(
      "button",
      {
        type: "button",
        className: "button quiet icon-only close",
        onclick: () => this.hide(),
      },
      makeIcon("close"),
      make("span", { className: "label" }, "Dismiss"),
    );
    const parts = [makeIcon(ICONS[kind]), make("p", {}, words)];
    if (action) {
      const { label, run } = action;
      const properties = { type: "button", className: "button", onclick: run };
      parts.push(make("button", properties, label));
    }
    const box = make("div", { className: `notice ${kind}` }, ...parts, close);
    box.setAttribute("role", kind === "info" ? "status" : "alert");
    this.place.replaceChildren(box);
  }

  hide() {
    const hadFocus = this.place.contains(document.activeElement);
    this.words = null;
    this.place.replaceChildren();
    if (hadFocus) byId("layout-frame").focus({ preventScroll: true });
  }
}
