/** Opening, downloading, clearing, and starting from an example. */

import { download } from "../files/download.js";
import { FileError } from "../files/file_error.js";
import { idsFromPng } from "../files/layout_file.js";
import { readPng } from "../files/png_reader.js";
import { encodeGreyPng } from "../files/png_writer.js";
import { resizeNearest } from "../labels/nearest.js";
import { drawThumbnail } from "../view/layout_view.js";
import { acceptFile, byId, make } from "./elements.js";

export class LayoutFiles {
  /**
   * @param {object} parts drawing, model, modelName, settings, toolbox,
   *     examples, shortcuts, notice
   */
  constructor(parts) {
    Object.assign(this, parts);
    const area = document.querySelector(".pane");
    acceptFile(byId("layout-file"), byId("open-layout"), area, (file) =>
      this.open(file),
    );
    byId("save-layout").addEventListener("click", () => this.save());
    this.shortcuts.add("Ctrl+S", "Download the layout", () => this.save());
    byId("clear-layout").addEventListener("click", () => this.clear());
    this.#mountExamples();
  }

  /** Takes a layout from a file, or says why not; whether it was one. */
  async open(file) {
    const { model, notice } = this;
    const { width, height } = model;
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const png = await readPng(bytes);
      const ids = idsFromPng(png, model);
      this.#replace(resizeNearest(ids, png.width, png.height, width, height));
      if (png.width === width && png.height === height) {
        notice.hide();
      } else {
        notice.show("info", describeResize(file.name, png, model));
      }
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      notice.show("bad", `${file.name}: ${error.message}`);
      return false;
    }
    return true;
  }

  async save() {
    const { ids, width, height } = this.drawing.map;
    const png = await encodeGreyPng(ids, width, height);
    download(png, `${this.modelName}_layout.png`, "image/png");
  }

  clear() {
    const { map } = this.drawing;
    const ids = new map.ids.constructor(map.ids.length);
    this.#replace(ids.fill(this.settings.get("baseId")));
  }

  #replace(ids) {
    this.toolbox.cancel();
    this.drawing.replace(ids);
  }

  #mountExamples() {
    const dialog = byId("examples");
    byId("open-examples").addEventListener("click", () => dialog.showModal());
    const buttons = this.examples.map(({ name, map }) => {
      const canvas = make("canvas");
      drawThumbnail(canvas, map, this.model.classes);
      const onclick = () => {
        this.#replace(map.ids);
        dialog.close();
      };
      const properties = { type: "button", className: "example", onclick };
      return make("button", properties, canvas, make("span", {}, name));
    });
    byId("example-grid").replaceChildren(...buttons);
  }
}

function describeResize(name, png, { width, height }) {
  const stretched =
    png.width * height === png.height * width
      ? ""
      : " It is stretched, because its shape is another one.";
  return (
    `${name} has ${png.width} × ${png.height} pixels and was resized to the ` +
    `model's ${width} × ${height} by nearest.${stretched}`
  );
}
