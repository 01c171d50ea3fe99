/** The model's classes: found by name, chosen by click or keys. */

import { byId, cssColour, make, makeSwatch } from "./elements.js";
import { makeChip, RecentClasses } from "./recent_classes.js";

const FEW = 14; // Up to here all classes are in view anyway.

export class ClassPalette {
  /** Calls onChoose(id) when someone chooses a class. */
  constructor({ classes, settings, drawing, shortcuts, onChoose }) {
    Object.assign(this, { classes, settings, drawing, onChoose });
    this.items = classes.map((entry) => this.#makeItem(entry));
    byId("class-list").replaceChildren(...this.items.map(({ item }) => item));
    this.#mountSearch(shortcuts);
    this.#mountBase();
    this.#mountUsed();
    settings.watch(["classId"], () => this.#showChosen());
  }

  #makeItem(entry) {
    const { id, name } = entry;
    const input = make("input", {
      type: "radio",
      name: "class",
      value: id,
      // Not `onchange`: choosing the same class takes the brush again.
      onclick: () => this.onChoose(id),
    });
    const item = make(
      "label",
      { className: "class", title: `${name} (class ${id})` },
      input,
      makeSwatch(entry),
      make("span", { className: "class-name" }, name),
    );
    return { item, input, text: `${name} ${id}`.toLowerCase() };
  }

  #showChosen() {
    const id = this.settings.get("classId");
    const { item, input } = this.items[id];
    const { name, colour } = this.classes[id];
    input.checked = true;
    byId("current-swatch").style.background = cssColour(colour);
    byId("current-name").textContent = name;
    const list = byId("class-list");
    const top = item.offsetTop; // In the list.
    const room = list.clientHeight - item.offsetHeight;
    // Only the list scrolls: `scrollIntoView` would move the page, too.
    if (top < list.scrollTop || top > list.scrollTop + room) {
      list.scrollTop = top - room / 2;
    }
  }

  #mountSearch(shortcuts) {
    const field = byId("search");
    field.addEventListener("input", () => this.#filter(field.value));
    field.addEventListener("keydown", (event) => {
      const first = this.items.find(({ item }) => !item.hidden);
      if (event.key === "Enter" && first) {
        event.preventDefault();
        first.input.click();
        field.value = "";
        this.#filter("");
        this.#showChosen();
        byId("layout-frame").focus(); // To paint at once, by keys as well.
      } else if (event.key === "ArrowDown" && first) {
        event.preventDefault();
        first.input.focus();
        first.input.click();
      } else if (event.key === "Escape" && field.value) {
        event.preventDefault();
        field.value = "";
        this.#filter("");
      }
    });
    shortcuts.add("/", "Search classes", () => {
      field.focus();
      field.select();
    });
  }

  #filter(query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { item, text } of this.items) {
      item.hidden = !words.every((word) => text.includes(word));
      found += item.hidden ? 0 : 1;
    }
    const none = byId("no-class");
    none.hidden = found > 0;
    byId("class-list").hidden = found === 0;
    none.textContent =
      `No class is called “${query.trim()}”. The model has ` +
      `${this.classes.length} classes.`;
  }

  #mountBase() {
    const { settings } = this;
    byId("set-base").addEventListener("click", () =>
      settings.set("baseId", settings.get("classId")),
    );
    settings.watch(["baseId", "classId"], () => {
      const base = this.classes[settings.get("baseId")];
      const chosen = this.classes[settings.get("classId")];
      byId("base-swatch").style.background = cssColour(base.colour);
      byId("base-name").textContent = base.name;
      const button = byId("set-base");
      button.title = `Let the eraser leave ${chosen.name}`;
      button.setAttribute("aria-label", button.title);
      button.setAttribute("aria-disabled", String(base.id === chosen.id));
    });
  }

  /** With many classes, some are also at hand above the list. */
  #mountUsed() {
    if (this.classes.length <= FEW) return;
    new RecentClasses(this);
    const refresh = () => {
      const ids = this.drawing.map.usedIds();
      const chips = ids.map((id) => makeChip(this.classes[id], this.onChoose));
      byId("used-list").replaceChildren(...chips);
      byId("used").hidden = false;
    };
    this.drawing.onChange(({ settled }) => settled && refresh());
    refresh();
  }
}
