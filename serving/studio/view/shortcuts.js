/** Keys that work everywhere on the page but in fields that take text. */

const IN_FIELDS = ["Ctrl+Enter", "Ctrl+S", "Ctrl+Shift+S"];

export class Shortcuts {
  /** @param {function} isOn () -> whether single letters are shortcuts */
  constructor(isOn) {
    this.actions = new Map();
    this.isOn = isOn;
    addEventListener("keydown", (event) => this.#onKey(event));
  }

  /**
   * @param {string} keys such as "B", "[", "Ctrl+Z" or "Ctrl+Shift+Z"; Ctrl
   *     stands for the command key, too
   * @param {string} words what it does, for the list of shortcuts
   * @param {function} run
   * @param {function} isOffered () -> whether it does something now
   */
  add(keys, words, run, isOffered = () => true) {
    this.actions.set(keys, { keys, words, run, isOffered });
  }

  /** Those that do something with this model, on this screen. */
  get list() {
    return [...this.actions.values()].filter(({ isOffered }) => isOffered());
  }

  #onKey(event) {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const writes = takesText(event.target);
    if (!isCommand && (writes || !this.isOn())) return;
    const action = this.actions.get(nameOf(event, isCommand));
    // Undo in a field of text is the field's own.
    if (!action || (writes && !IN_FIELDS.includes(action.keys))) return;
    if (!action.isOffered()) return;
    event.preventDefault();
    action.run();
  }
}

function nameOf({ key, shiftKey }, isCommand) {
  const letter = key.length === 1 ? key.toUpperCase() : key;
  const isLetter = /^[A-Z]$/.test(letter);
  const shift = shiftKey && (isCommand || isLetter) ? "Shift+" : "";
  return `${isCommand ? "Ctrl+" : ""}${shift}${letter}`;
}

/** Whether keys typed into an element are its own. */
export function takesText(element) {
  return element.matches?.(
    "textarea, select, [contenteditable], " +
      "input:not([type=radio], [type=checkbox], [type=range], [type=file])",
  );
}
