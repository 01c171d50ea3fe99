/**
 * Space held down over the layout moves the view, as in other programs that
 * paint. It stays the pen of those who use no pointer: what was moved last,
 * the pointer or the focus, decides.
 */

import { takesText } from "./shortcuts.js";

export class SpacePan {
  /** @param {HTMLElement} frame gets data-panning while space is down */
  constructor(frame) {
    this.frame = frame;
    this.isDown = false;
    this.pointerLast = false;
    frame.addEventListener("pointermove", ({ pointerType }) => {
      this.pointerLast = pointerType === "mouse";
    });
    frame.addEventListener("pointerleave", () => {
      this.pointerLast = false;
    });
    // Before the keys of the layout and of the page.
    addEventListener("keydown", (event) => this.#down(event), true);
    addEventListener("keyup", (event) => this.#up(event), true);
    addEventListener("blur", () => this.#set(false));
  }

  #down(event) {
    if (event.key !== " ") {
      this.pointerLast &&= ["Control", "Shift", "Alt"].includes(event.key);
      return;
    }
    if (!this.pointerLast || takesText(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#set(true);
  }

  #up(event) {
    if (event.key !== " " || !this.isDown) return;
    event.preventDefault();
    event.stopPropagation();
    this.#set(false);
  }

  #set(isDown) {
    this.isDown = isDown;
    this.frame.toggleAttribute("data-panning", isDown);
  }
}
