/** The classes that the page starts with. */

import { makeFinder } from "./names.js";

const NOTHING = ["background", "unlabeled", "unlabelled", "void", "other"];
const INVITING = ["tree", "grass", "person", "hair", "wall"];

/** What the eraser leaves: nothing in particular, or what there is most. */
export function chooseBase({ classes, unknownId, numClasses }, map) {
  if (unknownId !== null) return unknownId;
  const find = makeFinder(classes);
  const found = NOTHING.map(find).find((id) => id !== null);
  if (found !== undefined) return found;
  const counts = new Array(numClasses).fill(0);
  for (const id of map.ids) counts[id] += 1;
  return counts.indexOf(Math.max(...counts));
}

/** What the first stroke paints: something that is seen at once. */
export function chooseClass({ classes }, baseId) {
  const find = makeFinder(classes);
  const found = INVITING.map(find).find((id) => id !== null);
  return found ?? classes.find(({ id }) => id !== baseId)?.id ?? baseId;
}
