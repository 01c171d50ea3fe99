/** The layout over the picture, up to a line that can be moved. */

import { byId } from "./elements.js";

const STEP = 2; // Per cent for an arrow key.

export class Comparison {
  /** @param {object} parts drawing, viewport, shortcuts */
  constructor({ drawing, viewport, shortcuts }) {
    this.isOn = false;
    this.canvas = byId("comparison-canvas");
    this.canvas.width = drawing.map.width;
    this.canvas.height = drawing.map.height;
    this.slider = byId("comparison-slider");
    this.slider.step = STEP;
    const toggle = () => this.#set(!this.isOn);
    byId("compare").addEventListener("click", toggle);
    shortcuts.add("K", "Compare layout and picture", toggle);
    this.slider.addEventListener("input", () => this.#place());
    // The page draws the layout with the next frame; this comes after it.
    drawing.onChange(() => requestAnimationFrame(() => this.#draw()));
    viewport.onChange(() => {
      this.canvas.style.transform = byId("layout-canvas").style.transform;
    });
    this.#place();
  }

  #set(isOn) {
    this.isOn = isOn;
    byId("comparison").hidden = !isOn;
    byId("compare").setAttribute("aria-pressed", String(isOn));
    this.#draw();
  }

  #draw() {
    if (!this.isOn) return;
    const layout = byId("layout-canvas");
    this.canvas.getContext("2d").drawImage(layout, 0, 0);
  }

  #place() {
    const { value } = this.slider;
    byId("comparison").style.setProperty("--share", `${value}%`);
    this.slider.setAttribute("aria-valuetext", `${value} % layout`);
  }
}
