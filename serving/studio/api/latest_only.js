/**
 * Of many requests for the same thing one is under way, and of those that
 * wait only the newest counts. What is under way is not given up for what is
 * newer: with a slow model no picture would ever come.
 */

export class LatestOnly {
  /**
   * @param {object} callbacks
   * @param {function} callbacks.run (signal) -> promise of the answer; what
   *     is asked for is read there, so that it is the newest
   * @param {function} callbacks.onStart called when a request starts
   * @param {function} callbacks.onAnswer (answer), awaited before the next
   * @param {function} callbacks.onError (error)
   */
  constructor({ run, onStart = () => {}, onAnswer, onError }) {
    this.callbacks = { run, onStart, onAnswer, onError };
    this.due = Infinity; // When the next one may start, if one waits.
    this.notBefore = 0;
    this.timer = null;
    this.controller = null; // Of the request under way.
  }

  get isWaiting() {
    return this.due < Infinity;
  }

  /** Asks in `delay` milliseconds at the latest, after what is under way. */
  ask(delay = 0) {
    const now = performance.now();
    if (delay === 0) this.notBefore = 0; // Somebody wants it at once.
    this.due = Math.min(this.due, Math.max(now + delay, this.notBefore));
    this.#schedule();
  }

  /** Asks again in `delay` milliseconds, and nothing before that. */
  askAgain(delay) {
    this.notBefore = performance.now() + delay;
    this.due = this.notBefore;
    this.#schedule();
  }

  /** Forgets what is waiting and what is under way. */
  drop() {
    this.due = Infinity;
    clearTimeout(this.timer);
    this.controller?.abort();
    this.controller = null;
  }

  #schedule() {
    if (this.controller || !this.isWaiting) return;
    clearTimeout(this.timer);
    const delay = Math.max(this.due - performance.now(), 0);
    this.timer = setTimeout(() => this.#run(), delay);
  }

  async #run() {
    const { run, onStart, onAnswer, onError } = this.callbacks;
    const controller = new AbortController();
    const isDropped = () => controller.signal.aborted;
    this.controller = controller;
    this.due = Infinity;
    onStart();
    try {
      const answer = await run(controller.signal);
      if (!isDropped()) await onAnswer(answer);
    } catch (error) {
      if (!isDropped()) onError(error);
    } finally {
      if (!isDropped()) {
        this.controller = null;
        this.#schedule();
      }
    }
  }
}
