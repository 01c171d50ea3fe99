/**
 * Of many requests for the same thing only the newest counts: waits until
 * nothing new was asked for a moment, stops the one under way, and drops
 * answers that come too late.
 */

export class LatestOnly {
  /**
   * @param {object} callbacks
   * @param {function} callbacks.run (signal) -> promise of the answer
   * @param {function} callbacks.onStart called when a request starts
   * @param {function} callbacks.onAnswer (answer), of the newest only
   * @param {function} callbacks.onError (error), of the newest only
   */
  constructor({ run, onStart = () => {}, onAnswer, onError }) {
    this.callbacks = { run, onStart, onAnswer, onError };
    this.sequence = 0;
    this.timer = null;
    this.controller = null;
  }

  /** Asks in `delay` milliseconds, unless something newer is asked. */
  ask(delay = 0) {
    this.drop();
    const sequence = this.sequence;
    this.timer = setTimeout(() => this.#run(sequence), delay);
  }

  /** Forgets what is waiting and what is under way. */
  drop() {
    this.sequence += 1;
    clearTimeout(this.timer);
    this.controller?.abort();
    this.controller = null;
  }

  async #run(sequence) {
    const { run, onStart, onAnswer, onError } = this.callbacks;
    const isNewest = () => sequence === this.sequence;
    this.controller = new AbortController();
    onStart();
    try {
      const answer = await run(this.controller.signal);
      if (isNewest()) onAnswer(answer);
    } catch (error) {
      if (isNewest()) onError(error);
    }
  }
}
