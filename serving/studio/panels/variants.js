/** Several pictures of one layout; choosing one takes its seed. */

import { LatestOnly } from "../api/latest_only.js";
import { encodeGreyPng } from "../files/png_writer.js";
import { byId, make } from "./elements.js";
import { sayTime } from "./picture_pane.js";

const COUNT = 8;

export class Variants {
  /** @param {object} parts client, drawing, settings, shortcuts, notice */
  constructor(parts) {
    Object.assign(this, parts);
    this.buttons = [];
    this.next = null; // The first seed of the next grid.
    this.requests = new LatestOnly({
      run: (signal) => this.#fetch(signal),
      onStart: () => this.#setWorking(true),
      onAnswer: (answer) => this.#show(answer),
      onError: (error) => {
        this.#setWorking(false);
        this.notice.show("bad", error.message);
        if (error.kind === undefined) throw error;
      },
    });
    const ask = () => this.requests.ask();
    byId("make-variants").addEventListener("click", ask);
    this.shortcuts.add("V", "Variants", ask);
    this.drawing.onChange(({ settled }) => settled && this.#age());
    this.settings.watch(["seed"], () => this.#mark());
    byId("variants-note").textContent = `${COUNT} pictures of this layout`;
    const empty = () => make("div", { className: "variant empty" });
    byId("variant-grid").replaceChildren(...Array.from(Array(COUNT), empty));
  }

  async #fetch(signal) {
    const { map, settledIds } = this.drawing;
    const layout = await encodeGreyPng(settledIds, map.width, map.height);
    const first = this.isOld === false ? this.next : this.#firstSeed();
    const seeds = Array.from({ length: COUNT }, (_, index) => first + index);
    const start = performance.now();
    const pictures = await this.client.variants({ layout, seeds }, signal);
    return { pictures, seeds, milliseconds: performance.now() - start };
  }

  // Old variants are made again with their seeds, to see what has changed.
  #firstSeed() {
    return this.buttons.length ? this.first : this.settings.get("seed") + 1;
  }

  #show({ pictures, seeds, milliseconds }) {
    for (const { image } of this.buttons) URL.revokeObjectURL(image.src);
    this.buttons = pictures.map((bytes, index) => {
      const blob = new Blob([bytes], { type: "image/png" });
      const seed = seeds[index];
      const alt = `Variant with seed ${seed}`;
      const image = make("img", { src: URL.createObjectURL(blob), alt });
      const onclick = () => this.settings.set("seed", seed);
      const button = make(
        "button",
        { type: "button", className: "variant", onclick },
        image,
        make("span", { ariaHidden: "true" }, String(seed)),
      );
      return { button, image, seed };
    });
    byId("variant-grid").replaceChildren(
      ...this.buttons.map(({ button }) => button),
    );
    this.first = seeds[0];
    this.next = seeds[0] + COUNT;
    this.isOld = false;
    byId("variant-grid").classList.remove("stale");
    byId("variants-note").textContent = sayTime(milliseconds);
    byId("make-variants").textContent = `${COUNT} more`;
    this.notice.hide();
    this.#setWorking(false);
    this.#mark();
  }

  /** The layout is another one than that of the grid. */
  #age() {
    this.requests.drop();
    this.#setWorking(false);
    if (!this.buttons.length) return;
    this.isOld = true;
    byId("variant-grid").classList.add("stale");
    byId("variants-note").textContent = "of an earlier layout";
    byId("make-variants").textContent = "Make again";
  }

  #mark() {
    for (const { button, seed } of this.buttons) {
      const isShown = seed === this.settings.get("seed");
      button.setAttribute("aria-pressed", String(isShown));
    }
  }

  #setWorking(isWorking) {
    byId("variant-grid").setAttribute("aria-busy", String(isWorking));
    byId("make-variants").setAttribute("aria-disabled", String(isWorking));
    if (isWorking) byId("variants-note").textContent = "Working ...";
  }
}
