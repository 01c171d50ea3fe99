/** The picture: asked for after each stroke, shown with its latency. */

import { LatestOnly } from "../api/latest_only.js";
import { download } from "../files/download.js";
import { encodeGreyPng } from "../files/png_writer.js";
import { encodeRuns } from "../labels/runs.js";
import { announce } from "./announcer.js";
import { byId } from "./elements.js";

const PAUSE = 220; // Milliseconds after a stroke before the picture is asked.
const SHOW_PROGRESS = 160; // Quick answers need no sign of work.
const BUSY_SECONDS = [1, 2, 4, 8]; // Between tries, then the last one.
const MAX_SEED = 999_999; // Of seeds by chance: short enough to note down.

export class PicturePane {
  /**
   * @param {object} parts client, model, modelName, drawing, settings,
   *     shortcuts, notice, getStyle() -> bytes or null, and the callbacks
   *     onGone(error), onToken(error), onStyleError(error), and
   *     onShown({bytes, seed, runs}) of the picture and its layout
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.bytes = null;
    this.tries = 0;
    this.requests = new LatestOnly({
      run: (signal) => this.#fetch(signal),
      onStart: () => this.#setWorking(true),
      onAnswer: (answer) => this.#show(answer),
      onError: (error) => this.#fail(error),
    });
    this.drawing.onChange(({ settled }) => settled && this.changed());
    this.#mountSeed();
    this.#mountActions();
  }

  /** The layout, the seed or the style is another one. */
  changed() {
    byId("picture-pane").dataset.picture = "old";
    this.tries = 0;
    if (this.settings.get("live")) {
      this.requests.ask(PAUSE);
    } else {
      this.requests.drop();
      this.#setWorking(false);
      this.#sayOld();
    }
  }

  /** What is shown, {bytes, seed}, or null. */
  get shown() {
    return this.bytes && { bytes: this.bytes, seed: this.shownSeed };
  }

  /** Asks now, live or not. */
  synthesize() {
    this.tries = 0;
    this.requests.ask();
  }

  /** The server is back: what is missing is asked for again. */
  resume() {
    const isOld = byId("picture-pane").dataset.picture !== "new";
    this.notice.hide();
    if (isOld && this.settings.get("live")) this.synthesize();
  }

  async #fetch(signal) {
    const { map, settledIds } = this.drawing;
    const layout = await encodeGreyPng(settledIds, map.width, map.height);
    const seed = this.settings.get("seed");
    const style = this.getStyle();
    const runs = encodeRuns(settledIds);
    const start = performance.now();
    const bytes = await this.client.synthesize({ layout, seed, style }, signal);
    return { bytes, seed, runs, milliseconds: performance.now() - start };
  }

  async #show({ bytes, seed, runs, milliseconds }) {
    const { sequence } = this.requests;
    const address = URL.createObjectURL(
      new Blob([bytes], { type: "image/png" }),
    );
    const next = new Image();
    next.src = address;
    try {
      await next.decode(); // So that the old picture stays until then.
    } catch {
      URL.revokeObjectURL(address);
      this.#setWorking(false);
      this.notice.show("bad", "The server's answer is not a whole PNG.");
      return;
    }
    if (sequence !== this.requests.sequence) {
      URL.revokeObjectURL(address);
      return;
    }
    const picture = byId("picture");
    URL.revokeObjectURL(picture.src);
    picture.src = address;
    picture.alt = `Picture of the layout with seed ${seed}`;
    picture.hidden = false;
    [this.bytes, this.shownSeed, this.tries] = [bytes, seed, 0];
    byId("picture-pane").dataset.picture = "new";
    byId("save-picture").setAttribute("aria-disabled", "false");
    byId("latency").textContent = sayTime(milliseconds);
    byId("latency").title = "From sending the layout to having the picture";
    this.#setWorking(false);
    this.notice.hide();
    this.onShown({ bytes, seed, runs });
    announce("picture", "The picture is up to date.");
  }

  #fail(error) {
    this.#setWorking(false);
    this.#sayOld();
    const { kind, message } = error;
    const retry = { label: "Try again", run: () => this.synthesize() };
    if (kind === "gone") {
      this.notice.show("bad", message);
      this.onGone(error);
    } else if (kind === "busy") {
      this.#tryLater(error);
    } else if (kind === "token") {
      this.onToken(error);
    } else if (kind === "invalid" && this.getStyle()) {
      this.notice.show("bad", message);
      this.onStyleError(error);
    } else {
      this.notice.show("bad", message, kind === "invalid" ? null : retry);
      if (kind === undefined) throw error;
    }
  }

  #tryLater({ message, retryAfter }) {
    const last = BUSY_SECONDS.length - 1;
    const seconds = retryAfter ?? BUSY_SECONDS[Math.min(this.tries, last)];
    this.tries += 1;
    this.notice.show("warn", `${message} Trying again in ${seconds} s.`, {
      label: "Now",
      run: () => this.requests.ask(),
    });
    this.requests.ask(seconds * 1000);
  }

  /** The picture stays, and is called what it is. */
  #sayOld() {
    if (this.bytes) byId("latency").textContent = "of an earlier layout";
  }

  #setWorking(isWorking) {
    clearTimeout(this.progressTimer);
    byId("picture-frame").setAttribute("aria-busy", String(isWorking));
    if (!isWorking) {
      byId("progress").hidden = true;
      return;
    }
    this.progressTimer = setTimeout(() => {
      byId("progress").hidden = false;
    }, SHOW_PROGRESS);
  }

  #mountSeed() {
    const { settings, shortcuts } = this;
    const field = byId("seed");
    field.max = Number.MAX_SAFE_INTEGER;
    field.addEventListener("input", () => {
      const seed = Number(field.value);
      const isWhole = field.value !== "" && Number.isSafeInteger(seed);
      const isGood = isWhole && seed >= 0;
      field.setAttribute("aria-invalid", String(!isGood));
      field.title = isGood ? "" : "A whole number from 0 on";
      if (isGood) settings.set("seed", seed);
    });
    const another = () => {
      settings.set("seed", Math.floor(Math.random() * (MAX_SEED + 1)));
      if (!settings.get("live")) this.synthesize();
    };
    byId("another").addEventListener("click", another);
    byId("another").title = "A seed by chance (R)";
    shortcuts.add("R", "Another picture", another);
    settings.watch(["seed"], () => {
      if (Number(field.value) !== settings.get("seed") || !field.value) {
        field.value = settings.get("seed");
      }
      field.setAttribute("aria-invalid", "false");
      this.changed();
    });
    this.describeSeed();
  }

  /** Says where the seed changes nothing. */
  describeSeed() {
    const note = byId("seed-note");
    note.textContent = this.getStyle()
      ? "The reference style decides the picture; the seed does not."
      : "This model draws no noise: every seed gives the same picture.";
    note.hidden = !this.getStyle() && this.model.features.variants;
  }

  save() {
    if (!this.bytes) return;
    const name = `${this.modelName}_seed${this.shownSeed}.png`;
    download(this.bytes, name, "image/png");
  }

  #mountActions() {
    const { settings, shortcuts } = this;
    const now = () => this.synthesize();
    byId("synthesize").addEventListener("click", now);
    byId("synthesize").title = "Synthesize (Ctrl+Enter)";
    shortcuts.add("Ctrl+Enter", "Synthesize now", now);
    byId("live").addEventListener("change", (event) =>
      settings.set("live", event.target.checked),
    );
    settings.watch(["live"], () => {
      byId("live").checked = settings.get("live");
      byId("synthesize").hidden = settings.get("live");
      if (byId("picture-pane").dataset.picture !== "new") this.changed();
    });
    const save = byId("save-picture");
    save.setAttribute("aria-disabled", "true");
    save.addEventListener("click", () => this.save());
    shortcuts.add("Ctrl+Shift+S", "Download the picture", () => this.save());
  }
}

export function sayTime(milliseconds) {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}
