/** Faults in words for people; those of JavaScript go to the console. */

import { byId } from "./elements.js";
import { Notice } from "./notice.js";

const WITH_WORDS = ["ApiError", "FileError", "ModelError"];

/** What people read of a fault, whatever was thrown. */
export function wordsOf(error) {
  if (WITH_WORDS.includes(error?.name)) return error.message;
  console.error(error);
  return (
    "The page has failed at this, which is its own fault. Your layout is " +
    "kept; reload the page to go on. The browser's console has the details."
  );
}

/** What nobody has caught is said, too: nothing fails in silence. */
export function tellUncaughtFaults() {
  const notice = new Notice(byId("page-notice"));
  const tell = (error) => notice.show("bad", wordsOf(error));
  addEventListener("unhandledrejection", ({ reason }) => tell(reason));
  addEventListener("error", ({ error }) => {
    if (error) tell(error); // Without one it is a picture that did not load.
  });
}
