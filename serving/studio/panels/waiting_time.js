/** Seconds that count up while the model works: it is slow, not stuck. */

const SHOW_AFTER = 300; // Milliseconds; quick answers need no clock.
const TICK = 100;

export class WaitingTime {
  /** @param {HTMLElement} element gets the words, such as "Working 1.2 s" */
  constructor(element) {
    this.element = element;
    this.timer = null;
  }

  start() {
    this.stop();
    const since = performance.now();
    this.timer = setInterval(() => {
      const waited = performance.now() - since;
      if (waited < SHOW_AFTER) return;
      this.element.textContent = `Working ${(waited / 1000).toFixed(1)} s`;
      this.element.title = "Since the layout was sent";
    }, TICK);
  }

  stop() {
    clearInterval(this.timer);
    this.element.title = "";
  }
}

export function sayTime(milliseconds) {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}
