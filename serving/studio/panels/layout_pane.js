/** The layout: its canvas, its view, and what is under the pointer. */

import { KeyboardCursor } from "../view/keyboard_cursor.js";
import { LayoutView } from "../view/layout_view.js";
import { Overlay } from "../view/overlay.js";
import { PointerInput } from "../view/pointer_input.js";
import { announce } from "./announcer.js";
import { byId } from "./elements.js";

const ZOOM_STEP = 1.5;

export class LayoutPane {
  /**
   * @param {object} parts drawing, model, settings, viewport, shortcuts
   */
  constructor(parts) {
    Object.assign(this, parts);
    const { drawing, model, viewport } = this;
    this.frame = byId("layout-frame");
    this.canvas = byId("layout-canvas");
    this.view = new LayoutView(this.canvas, drawing.map, model.classes);
    this.overlay = new Overlay(byId("overlay"), viewport);
    drawing.onChange(({ rectangle }) => this.view.refresh(rectangle));
    viewport.onChange(() => this.#place());
    new ResizeObserver(() => {
      const { clientWidth, clientHeight } = this.frame;
      if (clientWidth) viewport.resize(clientWidth, clientHeight);
    }).observe(this.frame);
    this.#mountZoom();
    this.#describe();
    drawing.onChange(({ settled }) => settled && this.#describe());
  }

  /** The corners of a shape being drawn, or null. */
  showGuide(points) {
    this.overlay.showGuide(points);
    byId("shape-actions").hidden = points === null;
  }

  /** The sides of the pixels around what is selected, or null. */
  showSelection(sides) {
    this.overlay.showSelection(sides);
  }

  /** Connects pointers and keys to the tools. */
  connect(toolbox) {
    this.toolbox = toolbox;
    const { frame, viewport, drawing } = this;
    new PointerInput(frame, viewport, toolbox, (point) => {
      if (point && drawing.map.contains(point.x, point.y)) {
        cursor.point = { x: point.x, y: point.y };
      }
      this.#showBrush(point, false);
      this.#readOut(point);
    });
    const cursor = new KeyboardCursor(
      frame,
      drawing.map,
      viewport,
      toolbox,
      (point) => {
        this.#showBrush(point, true);
        if (point) announce("layout", this.#readOut(point));
      },
    );
    byId("finish-shape").addEventListener("click", () => toolbox.finish());
    byId("cancel-shape").addEventListener("click", () => toolbox.cancel());
    this.settings.watch(["size", "tool"], () => {
      if (this.point) this.#showBrush(this.point, this.byKeys);
    });
  }

  #showBrush(point, byKeys) {
    const { hasSize, pans } = this.toolbox.current;
    [this.point, this.byKeys] = [point, byKeys];
    const size = hasSize ? this.settings.get("size") : 1;
    const shown = point && !pans && { ...point, size, isCursor: byKeys };
    this.overlay.showBrush(shown || null);
    this.frame.toggleAttribute("data-brush", Boolean(hasSize && !byKeys));
  }

  /** Writes what is at a point, and returns the words. */
  #readOut(point) {
    const { map } = this.drawing;
    if (!point || !map.contains(point.x, point.y)) {
      byId("readout").textContent = this.summary;
      return "";
    }
    const { name } = this.model.classes[map.at(point.x, point.y)];
    const place = `x ${point.x}, y ${point.y}`;
    const strong = document.createElement("strong");
    strong.textContent = name;
    byId("readout").replaceChildren(strong, ` at ${place}`);
    return `${name}, ${place}`;
  }

  /** What a screen reader says of the layout as a whole. */
  #describe() {
    const { width, height } = this.model;
    const ids = this.drawing.map.usedIds();
    const names = ids.map((id) => this.model.classes[id].name);
    const count = names.length === 1 ? "1 class" : `${names.length} classes`;
    this.summary = `${width} × ${height} pixels, ${count}`;
    const shown = names.slice(0, 8).join(", ");
    const more = names.length > 8 ? ", ..." : "";
    this.frame.setAttribute(
      "aria-label",
      `Layout, ${width} by ${height} pixels, with ${shown}${more}`,
    );
    if (!this.point) byId("readout").textContent = this.summary;
  }

  #place() {
    const { left, top, zoom, pixelSize } = this.viewport;
    const transform = `translate(${left}px, ${top}px) scale(${zoom})`;
    this.canvas.style.transform = transform;
    byId("picture").style.transform = transform;
    byId("picture-frame").classList.toggle("magnified", zoom > 1);
    byId("zoom-text").textContent = `${Math.round(zoom * 100)}%`;
    byId("zoom-fit").title = `One pixel is ${pixelSize.toFixed(1)} wide`;
  }

  #mountZoom() {
    const { viewport, shortcuts } = this;
    const zoomIn = () => viewport.zoomBy(ZOOM_STEP);
    const zoomOut = () => viewport.zoomBy(1 / ZOOM_STEP);
    const fit = () => viewport.fit();
    byId("zoom-in").addEventListener("click", zoomIn);
    byId("zoom-out").addEventListener("click", zoomOut);
    byId("zoom-fit").addEventListener("click", fit);
    shortcuts.add("+", "Zoom in", zoomIn);
    shortcuts.add("-", "Zoom out", zoomOut);
    shortcuts.add("0", "Show all", fit);
    const enlarge = () => {
      const isLarge = byId("panes").toggleAttribute("data-enlarged");
      byId("enlarge").setAttribute("aria-pressed", String(isLarge));
    };
    byId("enlarge").addEventListener("click", enlarge);
    // A phone has no room for it, and no button.
    const isOffered = () => byId("enlarge").checkVisibility();
    shortcuts.add("F", "Larger layout", enlarge, isOffered);
  }
}
