/** The seed, where the model draws noise: what the layout leaves open. */

import { byId } from "./elements.js";

const MAX_CHANCE = 999_999; // Of seeds by chance: short enough to note down.

export class Seed {
  /**
   * @param {object} parts model, settings, shortcuts, getStyle() -> bytes or
   *     null, and the callback onChance() after a seed by chance
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.field = byId("seed");
    this.field.max = Number.MAX_SAFE_INTEGER;
    this.field.addEventListener("input", () => this.#read());
    const another = () => this.#takeAny();
    byId("another").addEventListener("click", another);
    byId("another").title = "A seed by chance (R)";
    const isOffered = () => this.decides;
    this.shortcuts.add("R", "Another picture", another, isOffered);
    this.settings.watch(["seed"], () => this.#show());
    this.describe();
  }

  /** Whether another seed can give another picture. */
  get decides() {
    return this.model.features.variants;
  }

  /** Shows the seed where it decides, and says where it does not. */
  describe() {
    byId("seed-row").hidden = !this.decides;
    const note = byId("seed-note");
    note.hidden = this.decides && !this.getStyle();
    note.textContent = this.getStyle()
      ? "The reference style decides the picture; the seed does not."
      : "This model draws no noise: a layout has one picture.";
  }

  #read() {
    const { value } = this.field;
    const seed = Number(value);
    const isWhole = value !== "" && Number.isSafeInteger(seed);
    const isGood = isWhole && seed >= 0;
    this.field.setAttribute("aria-invalid", String(!isGood));
    this.field.title = isGood ? "" : "A whole number from 0 on";
    if (isGood) this.settings.set("seed", seed);
  }

  #show() {
    const seed = this.settings.get("seed");
    const { value } = this.field;
    if (Number(value) !== seed || !value) this.field.value = seed;
    this.field.setAttribute("aria-invalid", "false");
  }

  #takeAny() {
    const seed = Math.floor(Math.random() * (MAX_CHANCE + 1));
    this.settings.set("seed", seed);
    this.onChance();
  }
}
