/**
 * A version of the model takes other layouts than the one that is painted:
 * asks above both pictures before anything changes.
 */

import { byId, make } from "./elements.js";

export class VersionQuestion {
  constructor() {
    this.place = byId("version-question");
  }

  /**
   * @param {string} words
   * @param {Array<{label: string, run: function}>} answers the likely one
   *     first
   */
  ask(words, answers) {
    const buttons = answers.map(({ label, run }, index) => {
      const className = index === 0 ? "button primary" : "button";
      return make("button", { type: "button", className, onclick: run }, label);
    });
    const row = make("div", { className: "answers" }, ...buttons);
    this.place.replaceChildren(make("p", {}, words), row);
    this.place.hidden = false;
  }

  hide() {
    this.place.hidden = true;
    this.place.replaceChildren();
  }
}
