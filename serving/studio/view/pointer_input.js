/**
 * Mouse, pen and fingers on the layout: one pointer paints, two move and
 * zoom, the wheel moves, and zooms with Ctrl (as touchpads pinch).
 */

import { SpacePan } from "./space_pan.js";

const ERASER_BUTTON = 32; // Of a pen (https://www.w3.org/TR/pointerevents/).
const MIDDLE_BUTTON = 4;
const RIGHT_BUTTON = 2;
const STAGE = ".layout-pane, .layout-pane *, .panes, .stage";
const WHEEL_ZOOM = 0.002; // Exponent for each pixel of the wheel.
const PIXELS_A_LINE = 16;

export class PointerInput {
  /**
   * @param {HTMLElement} frame
   * @param {Viewport} viewport
   * @param {Toolbox} toolbox
   * @param {function} onHover (point or null)
   */
  constructor(frame, viewport, toolbox, onHover) {
    Object.assign(this, { frame, viewport, toolbox, onHover });
    this.pointers = new Map(); // id -> {x, y} in the frame.
    this.mode = null; // "paint", "pan" or "pinch" while pointers are down.
    const listen = (type, method, options) => {
      const call = (event) => method.call(this, event);
      frame.addEventListener(type, call, options);
    };
    listen("pointerdown", this.#down);
    listen("pointermove", this.#move);
    listen("pointerup", this.#up);
    listen("pointercancel", this.#cancel);
    listen("pointerleave", () => onHover(null));
    listen("wheel", this.#wheel, { passive: false });
    listen("dblclick", () => toolbox.finish());
    listen("contextmenu", (event) => event.preventDefault());
    this.spacePan = new SpacePan(frame);
    for (const type of ["pointerdown", "mousedown"]) {
      addEventListener(type, (event) => this.#beside(event));
    }
  }

  #down(event) {
    this.pointers.set(event.pointerId, this.#place(event));
    this.frame.setPointerCapture(event.pointerId);
    if (this.pointers.size === 2) {
      if (this.mode === "paint") this.toolbox.cancelStroke();
      this.mode = "pinch";
    } else if (this.pointers.size === 1) {
      this.#start(event);
    }
  }

  /** A stroke may begin on the empty page around the layout. */
  #beside(event) {
    const { target, type, pointerType, button } = event;
    const isFree =
      target.matches?.(STAGE) &&
      !this.frame.contains(target) &&
      !target.closest("button, input, label, p, h2, .notice, .shape-actions");
    if (!isFree || button !== 0 || !this.toolbox.current.beginsOutside) return;
    event.preventDefault(); // Or the page's words would be selected.
    // Fingers scroll the page there.
    if (type === "pointerdown" && pointerType !== "touch") this.#down(event);
  }

  #start(event) {
    const { buttons, altKey } = event;
    const pans = this.toolbox.current.pans || this.spacePan.isDown;
    if (buttons & MIDDLE_BUTTON || pans) {
      this.mode = "pan";
      return;
    }
    this.mode = "paint";
    let tool = null;
    if (buttons & ERASER_BUTTON) tool = "eraser";
    if (buttons & RIGHT_BUTTON || altKey) tool = "eyedropper";
    this.toolbox.press(this.#point(event), tool);
  }

  #move(event) {
    const before = this.pointers.get(event.pointerId);
    const place = this.#place(event);
    if (before) this.pointers.set(event.pointerId, place);
    if (this.mode === "paint") {
      for (const part of partsOf(event)) this.toolbox.drag(this.#point(part));
    } else if (this.mode === "pan" && before) {
      this.viewport.panBy(place.x - before.x, place.y - before.y);
    } else if (this.mode === "pinch" && before) {
      this.#pinch(event.pointerId, before, place);
    } else {
      this.toolbox.hover(this.#point(event));
    }
    this.onHover(this.mode === "pinch" ? null : this.#point(event));
  }

  /** Keeps the points under both fingers there. */
  #pinch(pointerId, before, place) {
    const [, other] = [...this.pointers].find(([id]) => id !== pointerId) ?? [];
    if (!other) return;
    const distance = ({ x, y }) => Math.hypot(x - other.x, y - other.y);
    const middle = (point) => ({
      x: (point.x + other.x) / 2,
      y: (point.y + other.y) / 2,
    });
    const [from, to] = [middle(before), middle(place)];
    this.viewport.panBy(to.x - from.x, to.y - from.y);
    const factor = distance(place) / Math.max(distance(before), 1);
    this.viewport.zoomAt(to.x, to.y, factor);
  }

  #up(event) {
    if (this.mode === "paint") this.toolbox.release(this.#point(event));
    this.#forget(event);
  }

  #cancel(event) {
    if (this.mode === "paint") this.toolbox.cancelStroke();
    this.#forget(event);
  }

  #forget(event) {
    this.pointers.delete(event.pointerId);
    // After a pinch, the finger that stays must not paint.
    if (this.mode !== "pinch" || this.pointers.size === 0) this.mode = null;
    if (event.pointerType !== "mouse") this.onHover(null);
  }

  #wheel(event) {
    const { viewport } = this;
    const scale = event.deltaMode === 1 ? PIXELS_A_LINE : 1;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const { x, y } = this.#place(event);
      viewport.zoomAt(x, y, Math.exp(-event.deltaY * scale * WHEEL_ZOOM));
    } else if (viewport.zoom > 1) {
      event.preventDefault();
      const { deltaX, deltaY, shiftKey } = event;
      const [dx, dy] = shiftKey && !deltaX ? [deltaY, 0] : [deltaX, deltaY];
      viewport.panBy(-dx * scale, -dy * scale);
    }
  }

  #place(event) {
    const box = this.frame.getBoundingClientRect();
    return {
      x: event.clientX - box.left - this.frame.clientLeft,
      y: event.clientY - box.top - this.frame.clientTop,
    };
  }

  #point(event) {
    const { x, y } = this.#place(event);
    return { ...this.viewport.toPixel(x, y), straight: event.shiftKey };
  }
}

/** The places between two frames of the screen, so that curves stay round. */
function partsOf(event) {
  const parts = event.getCoalescedEvents?.() ?? [];
  return parts.length ? parts : [event];
}
