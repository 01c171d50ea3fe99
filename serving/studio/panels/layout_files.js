/** Opening, downloading, clearing, and starting from an example. */

import { download } from "../files/download.js";
import { FileError } from "../files/file_error.js";
import { idsFromPng } from "../files/layout_file.js";
import { readPng } from "../files/png_reader.js";
import { encodeGreyPng } from "../files/png_writer.js";
import { resizeNearest } from "../labels/nearest.js";
import { acceptFile, byId } from "./elements.js";
import { mountExamples } from "./examples.js";
import { wordsOf } from "./fault_words.js";

export class LayoutFiles {
  /**
   * @param {object} parts drawing, model, modelName, settings, toolbox,
   *     examples, keeper, shortcuts, notice
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
    const { examples, model, drawing } = this;
    const take = (map) => this.take(map);
    const { kept } = this.keeper;
    mountExamples({ examples, kept, model, drawing, take });
  }

  /** Takes a layout from a file, or says why not; whether it was one. */
  async open(file) {
    const { model, notice } = this;
    try {
      const png = await readPng(await bytesOf(file));
      const { width, height } = png;
      this.take({ width, height, ids: idsFromPng(png, model) }, file.name);
    } catch (error) {
      notice.show("bad", `${file.name}: ${wordsOf(error)}`);
      return false;
    }
    return true;
  }

  /** Takes a layout as one step, resized where it must be; that is said. */
  take(map, name = "The layout") {
    const { model, notice } = this;
    const { width, height } = model;
    this.#replace(resizeNearest(map.ids, map.width, map.height, width, height));
    if (map.width === width && map.height === height) {
      notice.hide();
    } else {
      notice.show("info", describeResize(name, map, model));
    }
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
}

async function bytesOf(file) {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new FileError(
      "The browser cannot read this file. It may have been moved or changed " +
        "meanwhile; choose it again.",
    );
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
