/** Picture files that are pasted, or dropped anywhere on the page. */

export class IncomingFiles {
  /**
   * @param {object} parts openLayout(file) -> promise of whether it is one,
   *     hasStyle() -> whether the model takes a style, takeStyle(file), notice
   */
  constructor(parts) {
    Object.assign(this, parts);
    addEventListener("paste", (event) => this.#take(event, "clipboardData"));
    addEventListener("drop", (event) => this.#take(event, "dataTransfer"));
  }

  #take(event, source) {
    if (document.querySelector("dialog[open]")) return;
    const [file] = event[source]?.files ?? [];
    if (!file) return; // Text, for the field in which the caret is.
    event.preventDefault();
    this.#open(file);
  }

  /** A layout is opened; of another picture the notice says what to do. */
  async #open(file) {
    const { notice, takeStyle } = this;
    if (await this.openLayout(file)) return;
    if (!this.hasStyle() || !file.type.startsWith("image/")) return;
    const words = `${notice.words} It can be the reference style.`;
    notice.show("bad", words, {
      label: "Use its style",
      run: () => {
        notice.hide();
        takeStyle(file);
      },
    });
  }
}
