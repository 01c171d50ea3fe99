/** The tools, their size, undo and redo. */

import { BRUSH_SIZES, nextSize } from "../settings.js";
import { byId, make } from "./elements.js";
import { makeIcon } from "./icons.js";

export function mountToolBar({ toolbox, settings, drawing, steps, shortcuts }) {
  mountTools(toolbox, settings, shortcuts);
  mountSize(toolbox, settings, shortcuts);
  mountSteps(drawing, steps, shortcuts);
}

function mountTools(toolbox, settings, shortcuts) {
  const inputs = new Map();
  for (const { id, label, key } of toolbox.tools) {
    const input = make("input", {
      type: "radio",
      name: "tool",
      value: id,
      onchange: () => toolbox.select(id),
    });
    inputs.set(id, input);
    const title = `${label} (${key})`;
    const words = make("span", {}, label);
    const item = make("label", { className: "tool", title }, input);
    item.append(makeIcon(id), words);
    byId("tool-list").append(item);
    shortcuts.add(key, label, () => toolbox.select(id));
  }
  settings.watch(["tool"], () => {
    inputs.get(toolbox.current.id).checked = true;
    byId("layout-frame").dataset.tool = toolbox.current.id;
  });
}

function mountSize(toolbox, settings, shortcuts) {
  const slider = byId("size");
  slider.max = BRUSH_SIZES.length - 1;
  slider.addEventListener("input", () =>
    settings.set("size", BRUSH_SIZES[slider.value]),
  );
  const step = (by) => settings.set("size", nextSize(settings.get("size"), by));
  shortcuts.add("[", "Smaller brush", () => step(-1));
  shortcuts.add("]", "Larger brush", () => step(1));
  settings.watch(["size", "tool"], () => {
    const words = `${settings.get("size")} px`;
    slider.value = BRUSH_SIZES.indexOf(settings.get("size"));
    slider.setAttribute("aria-valuetext", words);
    byId("size-text").textContent = words;
    slider
      .closest(".size-row")
      .classList.toggle("off", !toolbox.current.hasSize);
  });
}

function mountSteps(drawing, { undo, redo, canUndo }, shortcuts) {
  const [undoButton, redoButton] = [byId("undo"), byId("redo")];
  undoButton.title = "Undo (Ctrl+Z)";
  redoButton.title = "Redo (Ctrl+Shift+Z)";
  undoButton.addEventListener("click", undo);
  redoButton.addEventListener("click", redo);
  shortcuts.add("Ctrl+Z", "Undo", undo);
  shortcuts.add("Ctrl+Shift+Z", "Redo", redo);
  shortcuts.add("Ctrl+Y", "Redo", redo);
  const refresh = () => {
    // Not `disabled`: that would throw the focus away after the last step.
    undoButton.setAttribute("aria-disabled", String(!canUndo()));
    redoButton.setAttribute("aria-disabled", String(!drawing.canRedo));
  };
  drawing.onChange(refresh);
  refresh();
}
