/** The picture: asked for while people paint, shown with its latency. */

import { LatestOnly } from "../api/latest_only.js";
import { download } from "../files/download.js";
import { encodeGreyPng } from "../files/png_writer.js";
import { encodeRuns } from "../labels/runs.js";
import { announce } from "./announcer.js";
import { byId } from "./elements.js";
import { wordsOf } from "./fault_words.js";
import { Seed } from "./seed.js";
import { sayTime, WaitingTime } from "./waiting_time.js";

const PAUSE = 220; // Milliseconds from a change to asking for the picture.
const SHOW_PROGRESS = 160; // Quick answers need no sign of work.
const BUSY_SECONDS = [1, 2, 4, 8]; // Between tries, then the last one.

export class PicturePane {
  /**
   * @param {object} parts client, model, modelName, drawing, settings,
   *     shortcuts, notice, getStyle() -> bytes or null, and the callbacks
   *     onGone(error), onToken(error), onStyleError(error), and
   *     onShown({bytes, seed, runs, isWhole}) of the picture and its layout;
   *     isWhole is false within a stroke
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.bytes = null;
    this.shown = null; // {bytes, seed, ...} of the picture and its layout.
    this.revision = 0; // Counts changes of layout, seed and style.
    this.isHeld = false;
    this.tries = 0;
    this.waiting = new WaitingTime(byId("latency"));
    this.requests = new LatestOnly({
      run: (signal) => this.#fetch(signal),
      onStart: () => this.#setWorking(true),
      onAnswer: (answer) => this.#show(answer),
      onError: (error) => this.#fail(error),
    });
    const { model, settings, shortcuts, getStyle } = this;
    const onChance = () => settings.get("live") || this.synthesize();
    this.seed = new Seed({ model, settings, shortcuts, getStyle, onChance });
    this.drawing.onChange(() => this.changed());
    this.#mountActions();
    settings.watch(["seed"], () => this.changed());
  }

  /** The layout, the seed or the style is another one. */
  changed() {
    this.revision += 1;
    byId("picture-pane").dataset.picture = "old";
    this.tries = 0;
    if (this.settings.get("live") && !this.isHeld) {
      this.requests.ask(PAUSE);
    } else if (!this.requests.controller) {
      this.#sayOld();
    }
  }

  /** Asks now, live or not. */
  synthesize() {
    if (this.isHeld) return;
    this.tries = 0;
    this.requests.ask();
  }

  /** The server is back. */
  resume() {
    this.notice.hide();
    const isOld = byId("picture-pane").dataset.picture !== "new";
    if (isOld && this.settings.get("live")) this.synthesize();
  }

  /** Another version of the model is there: its pictures are others. */
  meetModel() {
    this.isHeld = false;
    if (this.shown) this.shown.ids = null;
    this.changed();
  }

  /** The model takes layouts of another size: nothing is asked for. */
  hold() {
    this.isHeld = true;
    this.requests.drop();
    this.#setWorking(false);
    this.notice.hide();
    this.changed();
  }

  async #fetch(signal) {
    const { map, edit } = this.drawing;
    const now = { revision: this.revision, isWhole: !edit };
    const ids = map.ids.slice(); // A stroke may go on meanwhile.
    const seed = this.settings.get("seed");
    const style = this.getStyle();
    const wanted = { ids, seed, style, ...now };
    if (isSame(wanted, this.shown)) return { ...this.shown, ...now };
    const layout = await encodeGreyPng(ids, map.width, map.height);
    const start = performance.now();
    const bytes = await this.client.synthesize({ layout, seed, style }, signal);
    const milliseconds = performance.now() - start;
    return { ...wanted, bytes, milliseconds };
  }

  async #show(answer) {
    const { ids, bytes, seed, milliseconds, revision, isWhole } = answer;
    if (bytes !== this.bytes && !(await this.#place(bytes, seed))) return;
    this.shown = answer;
    this.tries = 0;
    byId("save-picture").setAttribute("aria-disabled", "false");
    this.#setWorking(false);
    this.notice.hide();
    byId("latency").textContent = sayTime(milliseconds);
    byId("latency").title = "From sending the layout to having the picture";
    this.onShown({ bytes, seed, runs: encodeRuns(ids), isWhole });
    if (revision === this.revision) {
      byId("picture-pane").dataset.picture = "new";
      announce("picture", "The picture is up to date.");
    } else if (!this.settings.get("live")) {
      this.#sayOld(); // Otherwise the next one is about to come.
    }
  }

  /** Puts a picture in the place of the last one; false if it is none. */
  async #place(bytes, seed) {
    const blob = new Blob([bytes], { type: "image/png" });
    const next = new Image();
    next.src = URL.createObjectURL(blob);
    try {
      await next.decode(); // So that the old picture stays until then.
    } catch {
      URL.revokeObjectURL(next.src);
      this.#setWorking(false);
      this.notice.show("bad", "The server's answer is not a whole PNG.");
      return false;
    }
    const picture = byId("picture");
    URL.revokeObjectURL(picture.src);
    picture.src = next.src;
    picture.alt = `Picture of the layout with seed ${seed}`;
    picture.hidden = false;
    this.bytes = bytes;
    return true;
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
      const action = kind === "invalid" ? null : retry;
      this.notice.show("bad", wordsOf(error), action);
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
    this.requests.askAgain(seconds * 1000);
  }

  /** The picture stays, and is called what it is. */
  #sayOld() {
    byId("latency").textContent = this.bytes ? "of an earlier layout" : "";
    byId("latency").title = "";
  }

  #setWorking(isWorking) {
    clearTimeout(this.progressTimer);
    byId("picture-frame").setAttribute("aria-busy", String(isWorking));
    if (!isWorking) {
      this.waiting.stop();
      byId("progress").hidden = true;
      return;
    }
    this.waiting.start();
    this.progressTimer = setTimeout(() => {
      byId("progress").hidden = false;
    }, SHOW_PROGRESS);
  }

  save() {
    if (!this.bytes) return;
    const name = `${this.modelName}_seed${this.shown.seed}.png`;
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

function isSame(wanted, shown) {
  return (
    Boolean(shown?.ids) &&
    wanted.seed === shown.seed &&
    wanted.style === shown.style &&
    wanted.ids.every((id, index) => id === shown.ids[index])
  );
}
