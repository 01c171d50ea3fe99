/** Shows class ids in their colours. It only displays: ids are never read. */

import {
  emptyRectangle,
  isEmpty,
  union,
  wholeOf,
} from "../labels/rectangle.js";

export class LayoutView {
  /**
   * @param {HTMLCanvasElement} canvas gets the layout's size
   * @param {LabelMap} map
   * @param {Array} classes of the model
   */
  constructor(canvas, map, classes) {
    canvas.width = map.width;
    canvas.height = map.height;
    this.map = map;
    this.context = canvas.getContext("2d", { alpha: false });
    this.colours = packColours(classes);
    this.dirty = emptyRectangle();
    this.draw(wholeOf(map));
  }

  /** Draws a rectangle again with the next frame of the screen. */
  refresh(rectangle) {
    if (isEmpty(rectangle)) return;
    if (isEmpty(this.dirty)) {
      requestAnimationFrame(() => {
        this.draw(this.dirty);
        this.dirty = emptyRectangle();
      });
    }
    this.dirty = union(this.dirty, rectangle);
  }

  draw({ left, top, right, bottom }) {
    const picture = colourise(this.map, this.colours, left, top, right, bottom);
    this.context.putImageData(picture, left, top);
  }
}

/** A small picture of a layout, for menus. */
export function drawThumbnail(canvas, map, classes) {
  canvas.width = map.width;
  canvas.height = map.height;
  const picture = colourise(
    map,
    packColours(classes),
    0,
    0,
    map.width,
    map.height,
  );
  canvas.getContext("2d").putImageData(picture, 0, 0);
}

function colourise(map, colours, left, top, right, bottom) {
  const picture = new ImageData(right - left, bottom - top);
  const pixels = new Uint32Array(picture.data.buffer);
  let place = 0;
  for (let y = top; y < bottom; y += 1) {
    const row = y * map.width;
    for (let x = left; x < right; x += 1) {
      pixels[place] = colours[map.ids[row + x]];
      place += 1;
    }
  }
  return picture;
}

function packColours(classes) {
  const bytes = new Uint8Array(classes.length * 4);
  for (const { id, colour } of classes) bytes.set([...colour, 255], id * 4);
  return new Uint32Array(bytes.buffer);
}
