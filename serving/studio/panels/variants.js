/** Several pictures of one layout; choosing one takes its seed. */

import { LatestOnly } from "../api/latest_only.js";
import { encodeGreyPng } from "../files/png_writer.js";
import { byId, make } from "./elements.js";
import { wordsOf } from "./fault_words.js";
import { sayTime, WaitingTime } from "./waiting_time.js";

const COUNT = 8;

export class Variants {
  /**
   * @param {object} parts client, model, drawing, settings, shortcuts, notice
   *     and getStyle() -> bytes or null
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.buttons = [];
    this.next = null; // The first seed of the next grid.
    this.isOld = false; // The grid is of another layout or style.
    this.isHeld = false;
    this.revision = 0; // Counts changes of layout and style.
    this.waiting = new WaitingTime(byId("variants-note"));
    this.requests = new LatestOnly({
      run: (signal) => this.#fetch(signal),
      onStart: () => this.#setWorking(true),
      onAnswer: (answer) => this.#show(answer),
      onError: (error) => {
        this.#setWorking(false);
        this.#describe("");
        this.notice.show("bad", wordsOf(error));
      },
    });
    const ask = () => this.#ask();
    byId("make-variants").addEventListener("click", ask);
    const isOffered = () => this.model.features.variants;
    this.shortcuts.add("V", "Variants", ask, isOffered);
    this.drawing.onChange(({ settled }) => settled && this.age());
    this.settings.watch(["seed"], () => this.#mark());
    byId("variants-note").textContent = `${COUNT} pictures of this layout`;
    const empty = () => make("div", { className: "variant empty" });
    byId("variant-grid").replaceChildren(...Array.from(Array(COUNT), empty));
  }

  /** The layout, the style or the model is another one than the grid's. */
  age() {
    this.revision += 1;
    if (this.buttons.length) this.#setOld(true);
  }

  /** The model takes layouts of another size: nothing is asked for. */
  hold(isHeld) {
    this.isHeld = isHeld;
    if (isHeld) {
      this.requests.drop();
      this.#setWorking(false);
      this.#describe("");
    }
    this.age();
    byId("make-variants").setAttribute("aria-disabled", String(isHeld));
  }

  #ask() {
    const isUnderWay = this.requests.controller && this.asked === this.revision;
    if (!this.isHeld && !isUnderWay) this.requests.ask();
  }

  async #fetch(signal) {
    const { map, settledIds } = this.drawing;
    const { revision } = this;
    this.asked = revision;
    const style = this.getStyle();
    const layout = await encodeGreyPng(settledIds, map.width, map.height);
    const first = this.isOld ? this.first : this.#firstSeed();
    const seeds = Array.from({ length: COUNT }, (_, index) => first + index);
    const start = performance.now();
    const wanted = { layout, seeds, style };
    const pictures = await this.client.variants(wanted, signal);
    const milliseconds = performance.now() - start;
    return { pictures, seeds, milliseconds, revision };
  }

  // Old variants are made again with their seeds, to see what has changed.
  #firstSeed() {
    return this.next ?? this.settings.get("seed") + 1;
  }

  #show({ pictures, seeds, milliseconds, revision }) {
    for (const { image } of this.buttons) URL.revokeObjectURL(image.src);
    this.buttons = pictures.map((bytes, index) =>
      this.#makeButton(bytes, seeds[index]),
    );
    byId("variant-grid").replaceChildren(
      ...this.buttons.map(({ button }) => button),
    );
    this.first = seeds[0];
    this.next = seeds[0] + COUNT;
    this.notice.hide();
    this.#setWorking(false);
    this.#setOld(revision !== this.revision);
    if (!this.isOld) this.#describe(sayTime(milliseconds));
    this.#mark();
  }

  #makeButton(bytes, seed) {
    const blob = new Blob([bytes], { type: "image/png" });
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
  }

  #setOld(isOld) {
    this.isOld = isOld;
    byId("variant-grid").classList.toggle("stale", isOld);
    byId("make-variants").textContent = isOld ? "Make again" : `${COUNT} more`;
    if (isOld) this.#describe("of an earlier layout");
  }

  #describe(words) {
    if (this.isWorking) return; // The waiting time stands there.
    byId("variants-note").textContent = words;
  }

  #mark() {
    for (const { button, seed } of this.buttons) {
      const isShown = seed === this.settings.get("seed");
      button.setAttribute("aria-pressed", String(isShown));
    }
  }

  #setWorking(isWorking) {
    this.isWorking = isWorking;
    byId("variant-grid").setAttribute("aria-busy", String(isWorking));
    byId("make-variants").setAttribute("aria-disabled", String(isWorking));
    if (isWorking) {
      this.waiting.start();
    } else {
      this.waiting.stop();
    }
  }
}
