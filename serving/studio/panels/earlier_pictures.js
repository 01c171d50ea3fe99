/** The pictures of this visit, the newest first, each with its seed. */

import { decodeRuns } from "../labels/runs.js";
import { byId, make } from "./elements.js";

const MOST = 24;

export class EarlierPictures {
  /** @param {object} parts model, drawing, settings, toolbox */
  constructor(parts) {
    Object.assign(this, parts);
    this.entries = [];
  }

  /** Whether another seed gives another picture. */
  get #seedDecides() {
    return this.model.features.variants;
  }

  /** @param {{bytes, seed, runs}} picture shown now, and its layout */
  add({ bytes, seed, runs }) {
    const isSame = (entry) =>
      entry.seed === seed && sameBytes(entry.bytes, bytes);
    const known = this.entries.find(isSame);
    if (known) {
      this.#mark(known);
      return;
    }
    const entry = { bytes, seed, runs };
    const blob = new Blob([bytes], { type: "image/png" });
    entry.image = make("img", {
      src: URL.createObjectURL(blob),
      alt: this.#seedDecides
        ? `Earlier picture with seed ${seed}`
        : "Earlier picture",
    });
    const what = this.#seedDecides ? "layout and seed" : "layout";
    byId("earlier-note").textContent = `a click brings ${what} back`;
    entry.button = make(
      "button",
      {
        type: "button",
        className: "variant",
        title: `Bring this ${what} back`,
        onclick: () => this.#bringBack(entry),
      },
      entry.image,
    );
    if (this.#seedDecides) {
      const words = make("span", { ariaHidden: "true" }, String(seed));
      entry.button.append(words);
    }
    this.entries.unshift(entry);
    for (const { image, button } of this.entries.splice(MOST)) {
      URL.revokeObjectURL(image.src);
      button.remove();
    }
    byId("earlier-list").prepend(entry.button);
    byId("earlier").hidden = this.entries.length < 2; // One is in view anyway.
    this.#mark(entry);
  }

  /** Undo brings back what was there before. */
  #bringBack({ seed, runs }) {
    const { map } = this.drawing;
    const ids = new map.ids.constructor(map.ids.length);
    decodeRuns(runs, ids);
    this.toolbox.cancel();
    this.drawing.replace(ids);
    this.settings.set("seed", seed);
  }

  #mark(shown) {
    for (const entry of this.entries) {
      entry.button.setAttribute("aria-pressed", String(entry === shown));
    }
  }
}

function sameBytes(first, second) {
  return (
    first.length === second.length &&
    first.every((byte, index) => byte === second[index])
  );
}
