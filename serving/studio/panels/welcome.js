/** What stands in the place of the page while there is no model yet. */

import { byId } from "./elements.js";

export function showWelcome(title, text, field = null) {
  byId("welcome-title").textContent = title;
  byId("welcome-text").textContent = text;
  byId("welcome").hidden = false;
  setInert(true);
  const form = byId("welcome-form");
  form.hidden = field === null;
  if (!field) return;
  byId("welcome-label").textContent = field.label;
  const input = byId("welcome-field");
  input.type = field.isSecret ? "password" : "text";
  form.onsubmit = (event) => {
    event.preventDefault();
    if (input.value.trim()) field.take(input.value.trim());
  };
  input.focus();
}

export function hideWelcome() {
  byId("welcome").hidden = true;
  setInert(false);
}

/** What is covered cannot be reached by keys either. */
function setInert(isInert) {
  for (const part of document.querySelectorAll(".side, .stage")) {
    part.inert = isInert;
  }
}
