/**
 * What is drawn over the layout: the brush's outline, a polygon's corners, the
 * border of what is selected.
 */

import { discRows } from "../labels/disc.js";

const CORNER = 5; // CSS pixels.

export class Overlay {
  /**
   * @param {HTMLCanvasElement} canvas lies over the frame
   * @param {Viewport} viewport
   */
  constructor(canvas, viewport) {
    this.canvas = canvas;
    this.viewport = viewport;
    this.brush = null; // {x, y, size, isCursor}
    this.guide = null; // The corners of a polygon.
    this.selection = null; // Sides of pixels, [x0, y0, x1, y1].
    viewport.onChange(() => this.refresh());
  }

  showBrush(brush) {
    this.brush = brush;
    this.refresh();
  }

  showGuide(points) {
    this.guide = points;
    this.refresh();
  }

  showSelection(sides) {
    this.selection = sides;
    this.refresh();
  }

  refresh() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = undefined;
      this.#draw();
    });
  }

  #draw() {
    const { width, height } = this.viewport.frame;
    const ratio = devicePixelRatio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const context = this.canvas.getContext("2d");
    context.scale(ratio, ratio);
    if (this.selection) this.#drawSelection(context);
    if (this.guide) this.#drawGuide(context);
    if (this.brush) this.#drawBrush(context);
  }

  /** Follows the edges of exactly the pixels that would be painted. */
  #drawBrush(context) {
    const { x, y, size, isCursor } = this.brush;
    const rows = discRows(size);
    const right = rows.flatMap(([dy, , dx1]) => [
      [dx1, dy],
      [dx1, dy + 1],
    ]);
    const left = rows.flatMap(([dy, dx0]) => [
      [dx0, dy],
      [dx0, dy + 1],
    ]);
    const path = new Path2D();
    for (const [dx, dy] of [...right, ...left.reverse()]) {
      const point = this.viewport.toFrame(x + dx, y + dy);
      path.lineTo(point.x, point.y);
    }
    path.closePath();
    drawTwice(context, path, isCursor ? 2 : 1);
    if (isCursor) this.#drawCross(context, x, y);
  }

  #drawCross(context, x, y) {
    const middle = this.viewport.toFrame(x + 0.5, y + 0.5);
    const path = new Path2D();
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      path.moveTo(middle.x + dx * 3, middle.y + dy * 3);
      path.lineTo(middle.x + dx * 9, middle.y + dy * 9);
    }
    drawTwice(context, path, 1.5);
  }

  #drawSelection(context) {
    const path = new Path2D();
    for (const [x0, y0, x1, y1] of this.selection) {
      const start = this.viewport.toFrame(x0, y0);
      const end = this.viewport.toFrame(x1, y1);
      path.moveTo(start.x, start.y);
      path.lineTo(end.x, end.y);
    }
    drawTwice(context, path, 1.5);
  }

  #drawGuide(context) {
    const half = this.viewport.pixelSize / 2;
    const points = this.guide.map(({ x, y }) => {
      const corner = this.viewport.toFrame(x, y);
      return { x: corner.x + half, y: corner.y + half };
    });
    const path = new Path2D();
    for (const { x, y } of points) path.lineTo(x, y);
    drawTwice(context, path, 1.5);
    const start = new Path2D();
    start.arc(points[0].x, points[0].y, CORNER, 0, 2 * Math.PI);
    context.fillStyle = "white";
    context.fill(start);
    drawTwice(context, start, 1.5);
  }
}

/** Dark with a light rim, to be seen on every colour. */
function drawTwice(context, path, width) {
  context.lineJoin = "round";
  context.strokeStyle = "rgb(255 255 255 / 90%)";
  context.lineWidth = width + 2;
  context.stroke(path);
  context.strokeStyle = "rgb(0 0 0 / 90%)";
  context.lineWidth = width;
  context.stroke(path);
}
