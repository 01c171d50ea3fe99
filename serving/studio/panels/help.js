/** The list of shortcuts, and the switch that turns single keys off. */

import { byId, make } from "./elements.js";

export function mountHelp(settings, shortcuts) {
  const dialog = byId("help");
  const open = () => {
    byId("shortcut-list").replaceChildren(...shortcuts.list.map(makeRow));
    dialog.showModal();
  };
  byId("open-help").addEventListener("click", open);
  byId("open-help").title = "Help (?)";
  byId("open-help").hidden = false;
  shortcuts.add("?", "This list", open);
  byId("letters").addEventListener("change", (event) =>
    settings.set("letters", event.target.checked),
  );
  settings.watch(["letters"], () => {
    byId("letters").checked = settings.get("letters");
  });
  for (const button of document.querySelectorAll("[data-close]")) {
    const box = button.closest("dialog");
    button.addEventListener("click", () => box.close());
    // A click beside the box falls on the dialog itself.
    box.addEventListener("click", (event) => {
      if (event.target === box && isOutside(event, box)) box.close();
    });
  }
}

function makeRow({ keys, words }) {
  const names = keys.length > 1 ? keys.split("+") : [keys];
  const caps = names.flatMap((name) => [" ", make("kbd", {}, name)]);
  return make("div", {}, make("dt", {}, words), make("dd", {}, ...caps));
}

function isOutside({ clientX, clientY }, box) {
  const { left, right, top, bottom } = box.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
