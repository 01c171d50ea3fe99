/** Another tab has painted something newer: it is offered, never taken. */

export class OtherTabs {
  /**
   * @param {object} parts kept, tab, notice, getTime() -> when this tab's
   *     drawing was painted last, and take(drawing)
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.offered = new Set(); // Each drawing once.
    addEventListener("storage", ({ key, newValue }) => {
      const id = key && newValue ? this.kept.idOf(key) : null;
      if (id !== null) this.#offer(this.kept.load(id));
    });
  }

  /** Offers the newest one, where this tab's own is older. */
  offerNewest() {
    const usable = this.kept.list().filter(({ isUsable }) => isUsable);
    if (usable.some(({ id }) => id === this.tab.id)) this.#offer(usable[0]);
  }

  #offer(drawing) {
    if (!drawing || drawing.id === this.tab.id) return;
    const { id, time } = drawing;
    if (time <= this.getTime() || this.offered.has(id)) return;
    this.offered.add(id);
    this.notice.show(
      "info",
      "A newer layout of this model was painted in another tab. Both are " +
        "kept; undo brings yours back.",
      {
        label: "Show it here",
        run: () => {
          this.notice.hide();
          const newest = this.kept.load(id);
          if (newest) this.take(newest);
        },
      },
    );
  }
}
