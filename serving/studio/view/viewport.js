/** Which part of the layout is seen: the arithmetic of zoom and pan. */

const MAX_PIXEL = 48; // How large one pixel of the layout can get on screen.
const MIN_PIXEL_AT_MAX = 4; // Large layouts in small frames can still grow.

export class Viewport {
  /** @param {number} columns the width of the layout in pixels */
  constructor(columns) {
    this.columns = columns;
    this.frame = { width: 1, height: 1 }; // CSS pixels.
    this.zoom = 1; // 1 shows all of it.
    this.left = 0; // Where the layout's corner is in the frame.
    this.top = 0;
    this.listeners = [];
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  /** CSS pixels of one pixel of the layout. */
  get pixelSize() {
    return (this.frame.width / this.columns) * this.zoom;
  }

  get maxZoom() {
    const fitted = this.frame.width / this.columns;
    return Math.max(MIN_PIXEL_AT_MAX, MAX_PIXEL / fitted);
  }

  /** The frame has another size; the same part stays in view. */
  resize(width, height) {
    const factor = width / this.frame.width;
    this.frame = { width, height };
    this.#set(this.zoom, this.left * factor, this.top * factor);
  }

  /** Zooms so that the point (x, y) of the frame stays where it is. */
  zoomAt(x, y, factor) {
    const zoom = clamp(this.zoom * factor, 1, this.maxZoom);
    const ratio = zoom / this.zoom;
    const left = x - (x - this.left) * ratio;
    const top = y - (y - this.top) * ratio;
    this.#set(zoom, left, top);
  }

  /** Zooms around the middle. */
  zoomBy(factor) {
    this.zoomAt(this.frame.width / 2, this.frame.height / 2, factor);
  }

  panBy(dx, dy) {
    this.#set(this.zoom, this.left + dx, this.top + dy);
  }

  fit() {
    this.#set(1, 0, 0);
  }

  /** The pixel under a point of the frame; it may lie outside. */
  toPixel(x, y) {
    return {
      x: Math.floor((x - this.left) / this.pixelSize),
      y: Math.floor((y - this.top) / this.pixelSize),
    };
  }

  /** The point of the frame where a pixel begins. */
  toFrame(x, y) {
    return {
      x: this.left + x * this.pixelSize,
      y: this.top + y * this.pixelSize,
    };
  }

  /** Pans as little as needed to have a pixel in view. */
  reveal(x, y) {
    const point = this.toFrame(x, y);
    const size = this.pixelSize;
    const dx = outside(point.x, point.x + size, this.frame.width);
    const dy = outside(point.y, point.y + size, this.frame.height);
    if (dx || dy) this.panBy(-dx, -dy);
  }

  #set(zoom, left, top) {
    const { width, height } = this.frame;
    this.zoom = clamp(zoom, 1, this.maxZoom);
    this.left = clamp(left, width * (1 - this.zoom), 0);
    this.top = clamp(top, height * (1 - this.zoom), 0);
    for (const listener of this.listeners) listener(this);
  }
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

function outside(start, end, size) {
  if (start < 0) return start;
  return end > size ? end - size : 0;
}
