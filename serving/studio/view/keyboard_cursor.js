/**
 * Painting without a pointer: arrow keys move a cursor, space is the pen.
 */

const LEAP = 10; // Pixels with Shift.
const MOVES = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class KeyboardCursor {
  /**
   * @param {HTMLElement} frame gets the focus
   * @param {LabelMap} map
   * @param {Viewport} viewport
   * @param {Toolbox} toolbox
   * @param {function} onMove (point, or null when the cursor goes)
   */
  constructor(frame, map, viewport, toolbox, onMove) {
    Object.assign(this, { map, viewport, toolbox, onMove });
    this.point = { x: map.width >> 1, y: map.height >> 1 };
    this.isDown = false;
    frame.addEventListener("keydown", (event) => this.#down(event));
    frame.addEventListener("keyup", (event) => this.#up(event));
    frame.addEventListener("focus", () => {
      if (frame.matches(":focus-visible")) onMove(this.point);
    });
    frame.addEventListener("blur", () => this.#leave());
    frame.addEventListener("pointerdown", () => this.#leave());
  }

  #down(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key in MOVES) {
      this.#move(MOVES[key], event.shiftKey ? LEAP : 1);
    } else if (key === " ") {
      if (!event.repeat) this.#press();
    } else if (key === "Enter") {
      this.#toggle();
    } else {
      return;
    }
    event.preventDefault();
  }

  #move([dx, dy], step) {
    const { width, height } = this.map;
    this.point = {
      x: Math.min(Math.max(this.point.x + dx * step, 0), width - 1),
      y: Math.min(Math.max(this.point.y + dy * step, 0), height - 1),
    };
    this.viewport.reveal(this.point.x, this.point.y);
    if (this.isDown) {
      this.toolbox.drag(this.point);
    } else {
      this.toolbox.hover(this.point);
    }
    this.onMove(this.point);
  }

  #press() {
    if (this.isDown) return;
    this.isDown = true;
    this.toolbox.press(this.point);
    this.onMove(this.point);
  }

  #release() {
    if (!this.isDown) return;
    this.isDown = false;
    this.toolbox.release(this.point);
    this.onMove(this.point);
  }

  /** Enter holds the pen down without a finger on the key; closes shapes. */
  #toggle() {
    if (this.toolbox.current.finish) {
      this.toolbox.finish();
    } else if (this.isDown) {
      this.#release();
    } else {
      this.#press();
    }
  }

  #up(event) {
    if (event.key === " ") this.#release();
  }

  #leave() {
    this.#release();
    this.onMove(null);
  }
}
