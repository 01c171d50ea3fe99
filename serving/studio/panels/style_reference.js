/** A photo whose style the picture takes. */

import { acceptFile, byId } from "./elements.js";

const LARGER = 2; // Times the model's size: more would be thrown away there.

export class StyleReference {
  /** @param {object} parts model, notice, onChange() */
  constructor(parts) {
    Object.assign(this, parts);
    this.bytes = null; // A PNG, or null without a style.
    acceptFile(
      byId("style-file"),
      byId("choose-style"),
      byId("style-body"),
      (file) => this.take(file),
    );
    byId("remove-style").addEventListener("click", () => {
      this.#set(null);
      byId("choose-style").focus();
    });
  }

  async take(file) {
    try {
      this.#set(await shrink(file, this.model));
      byId("remove-style").focus();
    } catch {
      this.notice.show(
        "bad",
        `${file.name} is no picture that this browser reads. Choose a PNG ` +
          "or a JPEG.",
      );
    }
  }

  #set(bytes) {
    this.bytes = bytes;
    this.notice.hide();
    const thumbnail = byId("style-thumbnail");
    URL.revokeObjectURL(thumbnail.src);
    if (bytes) {
      const blob = new Blob([bytes], { type: "image/png" });
      thumbnail.src = URL.createObjectURL(blob);
    }
    byId("style-chosen").hidden = bytes === null;
    byId("choose-style").hidden = bytes !== null;
    this.onChange();
  }
}

/**
 * The picture upright and not much larger than the model, as a PNG: a photo
 * of a camera would travel with each stroke.
 */
async function shrink(file, { width, height }) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(
    1,
    Math.max(
      (LARGER * width) / picture.width,
      (LARGER * height) / picture.height,
    ),
  );
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(picture.width * scale)),
    Math.max(1, Math.round(picture.height * scale)),
  );
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "white"; // Behind what is transparent.
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await canvas.convertToBlob({ type: "image/png" });
  return new Uint8Array(await blob.arrayBuffer());
}
