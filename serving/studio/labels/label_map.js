/** The layout itself: one class id for each pixel, and nothing in between. */

export class LabelMap {
  /**
   * @param {number} width pixels
   * @param {number} height pixels
   * @param {number} numClasses ids are 0..numClasses - 1
   */
  constructor(width, height, numClasses) {
    const Ids = numClasses <= 256 ? Uint8Array : Uint16Array;
    this.width = width;
    this.height = height;
    this.numClasses = numClasses;
    this.ids = new Ids(width * height);
  }

  contains(x, y) {
    return x >= 0 && y >= 0 && x < this.width && y < this.height;
  }

  at(x, y) {
    return this.ids[y * this.width + x];
  }

  /** The ids that occur, in order. */
  usedIds() {
    const used = new Uint8Array(this.numClasses);
    for (const id of this.ids) used[id] = 1;
    return Array.from(used.keys()).filter((id) => used[id]);
  }
}
