/** Which model, and whether it answers. */

import { byId, make } from "./elements.js";

const WORDS = {
  connecting: "Connecting",
  ready: "Ready",
  loading: "The model is loading",
  gone: "No connection. Trying again",
};

const REASONS = {
  missing: "The server does not have this model",
  token: "An access token is needed",
};

export function showModel(modelName, model, version) {
  byId("model-name").textContent = modelName;
  const { width, height, numClasses } = model;
  byId("model-facts").textContent = [
    model.system === modelName ? null : model.system,
    `version ${version}`,
    `${width} × ${height}`,
    `${numClasses} classes`,
  ]
    .filter(Boolean)
    .join(" · ");
  document.title = `${modelName} · Studio`;
}

/** Where the server has several models, they can be chosen from. */
export function showModelChoice(names, chosen) {
  if (names.length < 2) return;
  const select = byId("model-select");
  const options = names.map((name) => make("option", { value: name }, name));
  select.replaceChildren(...options);
  select.value = chosen;
  select.hidden = false;
  byId("model-name").hidden = true;
  select.addEventListener("change", () => openModel(select.value));
}

export function openModel(name) {
  const address = new URL(location.href);
  address.searchParams.set("model", name);
  location.assign(address);
}

export function showState(state, error) {
  document.body.dataset.state = state;
  byId("status-text").textContent = REASONS[error?.kind] ?? WORDS[state];
}
