/** The few plain values that the parts of the page share. */

export const BRUSH_SIZES = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128];

export class Settings {
  /** @param {object} values the first values, by name */
  constructor(values) {
    this.values = { ...values };
    this.listeners = [];
  }

  get(name) {
    return this.values[name];
  }

  /** Changes a value and tells those who listen, unless it is the same. */
  set(name, value) {
    if (this.values[name] === value) return;
    this.values[name] = value;
    for (const listener of this.listeners) {
      if (listener.names.includes(name)) listener.call(value);
    }
  }

  /** Calls `call` at once, and after each change of one of the values. */
  watch(names, call) {
    this.listeners.push({ names, call });
    call();
  }
}

/** The next brush size up (1) or down (-1), or the same at the end. */
export function nextSize(size, step) {
  const index = BRUSH_SIZES.indexOf(size) + step;
  return BRUSH_SIZES[Math.min(Math.max(index, 0), BRUSH_SIZES.length - 1)];
}
