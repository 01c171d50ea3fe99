/** Takes the picture along: into the clipboard, or as a larger file. */

import { download } from "../files/download.js";
import { enlarge } from "../files/enlarge.js";
import { announce } from "./announcer.js";
import { byId } from "./elements.js";

const MOST_SIDE = 8192; // Pixels; browsers refuse much larger canvases.
const FILTERS = {
  nearest: "each pixel is repeated",
  lanczos: "smooth, with Lanczos’ filter",
};

export class PictureCopies {
  /**
   * @param {object} parts model, modelName, shortcuts, notice, and
   *     getPicture() -> {bytes, seed} or null
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.#mountCopy();
    this.#mountEnlarged();
  }

  /** There is a picture now. */
  enable() {
    byId("copy-picture").setAttribute("aria-disabled", "false");
    byId("open-enlarged").setAttribute("aria-disabled", "false");
  }

  #mountCopy() {
    // Browsers offer it to pages from this computer, or over HTTPS.
    if (!navigator.clipboard?.write || !globalThis.ClipboardItem) return;
    const button = byId("copy-picture");
    button.hidden = false;
    button.addEventListener("click", () => this.copy());
    this.shortcuts.add("C", "Copy the picture", () => this.copy());
  }

  async copy() {
    const picture = this.getPicture();
    if (!picture) return;
    const blob = new Blob([picture.bytes], { type: "image/png" });
    try {
      await navigator.clipboard.write([
        new ClipboardItem({ [blob.type]: blob }),
      ]);
      this.notice.show("info", "The picture is in the clipboard.");
      announce("picture", "The picture is in the clipboard.");
    } catch {
      this.notice.show(
        "bad",
        "The browser did not let the page write to the clipboard. Allow it, " +
          "or download the picture.",
      );
    }
  }

  #mountEnlarged() {
    const dialog = byId("enlarged");
    byId("open-enlarged").addEventListener("click", () => {
      if (this.getPicture()) dialog.showModal();
    });
    const { width, height } = this.model;
    for (const option of byId("enlarged-factor").options) {
      option.disabled = Math.max(width, height) * option.value > MOST_SIDE;
    }
    byId("enlarged-form").addEventListener("input", () => this.#describe());
    byId("enlarged-form").addEventListener("submit", (event) => {
      event.preventDefault();
      dialog.close();
      this.#save();
    });
    this.#describe();
  }

  get #choice() {
    const form = new FormData(byId("enlarged-form"));
    return { factor: Number(form.get("factor")), filter: form.get("filter") };
  }

  #describe() {
    const { factor, filter } = this.#choice;
    const { width, height } = this.model;
    byId("enlarged-words").textContent =
      `${width * factor} × ${height * factor} pixels, made of the model’s ` +
      `${width} × ${height}: ${FILTERS[filter]}. Enlarging adds no detail.`;
  }

  async #save() {
    const { bytes, seed } = this.getPicture();
    const { factor, filter } = this.#choice;
    const picture = await pixelsOf(bytes);
    const larger = enlarge(picture, factor, filter);
    const canvas = new OffscreenCanvas(larger.width, larger.height);
    canvas.getContext("2d").putImageData(larger, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    const name = `${this.modelName}_seed${seed}_${factor}x_${filter}.png`;
    download(await blob.arrayBuffer(), name, blob.type);
  }
}

async function pixelsOf(bytes) {
  const bitmap = await createImageBitmap(
    new Blob([bytes], { type: "image/png" }),
  );
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}
