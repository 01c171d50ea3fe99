/** Layouts to start from: scenes, and what was painted here before. */

import { drawThumbnail } from "../view/layout_view.js";
import { byId, make } from "./elements.js";

const TIME = { dateStyle: "medium", timeStyle: "short" };

/**
 * @param {object} parts examples, kept, model, drawing, and take(map)
 */
export function mountExamples({ examples, kept, model, drawing, take }) {
  const dialog = byId("examples");
  const makeButton = (name, map) => {
    const canvas = make("canvas");
    drawThumbnail(canvas, map, model.classes);
    const onclick = () => {
      take(map);
      dialog.close();
    };
    const properties = { type: "button", className: "example", onclick };
    return make("button", properties, canvas, make("span", {}, name));
  };
  const makeKept = () =>
    kept
      .list()
      .filter(({ isUsable, time }) => isUsable && time > 0)
      .filter(({ map }) => !isSame(map, drawing.map))
      .map(({ time, map }) =>
        makeButton(new Date(time).toLocaleString(undefined, TIME), map),
      );
  byId("example-grid").replaceChildren(
    ...examples.map(({ name, map }) => makeButton(name, map)),
  );
  byId("open-examples").addEventListener("click", () => {
    const buttons = makeKept(); // Other tabs may have painted meanwhile.
    byId("kept-grid").replaceChildren(...buttons);
    byId("kept").hidden = buttons.length === 0;
    dialog.showModal();
  });
}

function isSame(first, second) {
  return (
    first.width === second.width &&
    first.height === second.height &&
    first.ids.every((id, pixel) => id === second.ids[pixel])
  );
}
