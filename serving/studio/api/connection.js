/**
 * Knows whether the model answers, and asks again by itself when it does not.
 */

const READY_SECONDS = 15; // Between questions while all is well.
const GONE_SECONDS = [1, 2, 3, 5]; // Then the last one again and again.

export class Connection {
  /**
   * @param {RestClient} client
   * @param {function} onChange ({state, version, error}) on each change;
   *     state is "connecting", "ready", "loading" or "gone"
   */
  constructor(client, onChange) {
    this.client = client;
    this.onChange = onChange;
    this.current = { state: "connecting", version: null, error: null };
    this.failures = 0;
    this.timer = null;
  }

  /** Asks at once, and from then on regularly. */
  start() {
    addEventListener("online", () => this.check());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.check();
    });
    return this.check();
  }

  /** A request has failed because nobody answered. */
  lost(error) {
    this.#set({ state: "gone", version: null, error });
    this.#schedule();
  }

  /** Asks in a while, and takes the answer for news, whatever it is. */
  askAgain(seconds) {
    this.current = { state: "connecting", version: null, error: null };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), seconds * 1000);
  }

  async check() {
    clearTimeout(this.timer);
    const previous = this.current;
    let next;
    try {
      const version = await this.client.availableVersion();
      const state = version === null ? "loading" : "ready";
      next = { state, version, error: null };
    } catch (error) {
      next = { state: "gone", version: null, error };
    }
    this.failures = next.state === "ready" ? 0 : this.failures + 1;
    // A request may have failed meanwhile; the answer is newer all the same.
    if (previous === this.current || next.state === "ready") this.#set(next);
    this.#schedule();
  }

  #schedule() {
    clearTimeout(this.timer);
    const last = GONE_SECONDS.length - 1;
    const seconds =
      this.current.state === "ready"
        ? READY_SECONDS
        : GONE_SECONDS[Math.min(this.failures, last)];
    this.timer = setTimeout(() => this.check(), seconds * 1000);
  }

  #set(next) {
    const { state, version, error } = this.current;
    this.current = next;
    const same =
      state === next.state &&
      version === next.version &&
      error?.message === next.error?.message;
    if (!same) this.onChange(next);
  }
}
