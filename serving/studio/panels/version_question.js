/**
 * A version of the model takes other layouts than the one that is painted:
 * asks, below both pictures, before anything changes.
 */

import { sameClasses } from "../api/model_info.js";
import { LabelMap } from "../labels/label_map.js";
import { resizeNearest } from "../labels/nearest.js";
import { makeExamples } from "../scenes/examples.js";
import { byId, make } from "./elements.js";

export class VersionQuestion {
  /** @param {object} parts model (with the layout's size), drawing, keeper */
  constructor(parts) {
    Object.assign(this, parts);
    this.place = byId("version-question");
  }

  /** Whether the served model takes the layout; asks where it does not. */
  meet(served) {
    const { width, height } = this.model;
    if (!sameClasses(served, this.model)) {
      this.#askForClasses();
    } else if (served.width !== width || served.height !== height) {
      this.#askForSize(served);
    } else {
      this.place.hidden = true;
      return true;
    }
    return false;
  }

  #askForSize(served) {
    const { map } = this.drawing;
    const { width, height } = served;
    const resize = () => {
      const next = new LabelMap(width, height, map.numClasses);
      next.ids.set(
        resizeNearest(map.ids, map.width, map.height, width, height),
      );
      this.keeper.goOn(next);
    };
    const startAnew = () => this.keeper.goOn(makeExamples(served)[0].map);
    this.#ask(
      `The model takes layouts of ${width} × ${height} pixels now. Yours of ` +
        `${map.width} × ${map.height} is kept, and gets no pictures until ` +
        "you choose.",
      [
        { label: "Resize mine by nearest", run: resize },
        { label: "Start from an example", run: startAnew },
      ],
    );
  }

  #askForClasses() {
    const run = () => this.keeper.startAnew();
    this.#ask(
      "The model has other classes now. Your layout is kept with those that " +
        "it was painted in, and gets no pictures until you choose.",
      [{ label: "Go on with the new classes", run }],
    );
  }

  /** The likely answer comes first. */
  #ask(words, answers) {
    const buttons = answers.map(({ label, run }, index) => {
      const className = index === 0 ? "button primary" : "button";
      return make("button", { type: "button", className, onclick: run }, label);
    });
    const row = make("div", { className: "answers" }, ...buttons);
    this.place.replaceChildren(make("p", {}, words), row);
    this.place.hidden = false;
  }
}
