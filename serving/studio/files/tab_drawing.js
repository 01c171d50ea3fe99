/**
 * Which kept drawing is this tab's. The answer travels through a reload and
 * never into another tab: it lies in the tab's own storage only while no page
 * is open, because a tab that is duplicated takes that storage along.
 */

export class TabDrawing {
  /**
   * @param {string} modelName
   * @param {Storage|null} storage `sessionStorage`
   */
  constructor(modelName, storage) {
    this.key = `tf_semsynth.studio.tab.${modelName}`;
    this.storage = storage;
    const { id = null, resizedFrom = null } = this.#take();
    this.id = id ?? makeId();
    this.isNew = id === null;
    this.resizedFrom = resizedFrom; // The drawing before it was resized.
    this.next = {};
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted) this.#comeBack();
    });
  }

  /** The page goes on with another drawing after the reload to come. */
  goOn(id, resizedFrom = null) {
    this.next = { id, resizedFrom };
  }

  #take() {
    try {
      const left = JSON.parse(this.storage.getItem(this.key));
      this.storage.removeItem(this.key);
      return left ?? {};
    } catch {
      return {};
    }
  }

  #leave() {
    try {
      const left = JSON.stringify({ id: this.id, ...this.next });
      this.storage.setItem(this.key, left);
    } catch {
      // Forbidden: the next page opens the newest drawing as a copy.
    }
  }

  /** Out of the browser's cache: a later page may have taken the drawing. */
  #comeBack() {
    if (this.#take().id !== this.id) this.id = makeId();
  }
}

export function makeId() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const toHex = (byte) => byte.toString(16).padStart(2, "0");
  return Array.from(bytes, toHex).join("");
}
