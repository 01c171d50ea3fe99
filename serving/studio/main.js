/** Starts the page: finds the model, and stays with it. */

import { Connection } from "./api/connection.js";
import { makeModelInfo, sameLayouts } from "./api/model_info.js";
import { listModels, RestClient } from "./api/rest_client.js";
import { loadIcons } from "./panels/icons.js";
import {
  openModel,
  showModel,
  showModelChoice,
  showState,
} from "./panels/status_bar.js";
import { hideWelcome, showWelcome } from "./panels/welcome.js";
import { Studio } from "./studio.js";

const TOKEN = "tf_semsynth.studio.token"; // Kept until the tab is closed.

let client = null;
let connection = null;
let model = null;
let studio = null;
let busy = false;

async function start() {
  const asked = new URLSearchParams(location.search).get("model");
  let names;
  try {
    names = await listModels(readToken());
  } catch (error) {
    askForToken(error, start);
    return;
  }
  const modelName = asked || names[0];
  if (!modelName) {
    askForModel();
    return;
  }
  showModelChoice(names.includes(modelName) ? names : [], modelName);
  client = new RestClient(modelName, readToken);
  connection = new Connection(client, onConnection);
  await connection.start();
}

function readToken() {
  return sessionStorage.getItem(TOKEN) ?? "";
}

/** A file that is dropped beside its place must not replace the page. */
function keepPage(event) {
  if (event.dataTransfer.types.includes("Files")) event.preventDefault();
}

/** Follows the server: first contact, loss, return, a new version. */
async function onConnection({ state, version, error }) {
  showState(state, error);
  if (state === "ready") {
    await load(version);
  } else if (error?.kind === "token") {
    askForToken(error);
  } else if (!studio) {
    explainWaiting(state, error);
  }
}

async function load(version) {
  if (busy) return;
  busy = true;
  try {
    const [description, signatureNames] = await Promise.all([
      client.describe(),
      client.signatureNames(),
    ]);
    use(makeModelInfo(description, signatureNames), version);
  } catch (error) {
    onLoadError(error);
  } finally {
    busy = false;
  }
}

function use(next, version) {
  if (model && !sameLayouts(model, next)) {
    location.reload(); // Another size or other classes: the layout is kept.
    return;
  }
  hideWelcome();
  showModel(client.modelName, next, version);
  model = next;
  if (studio) {
    studio.showFeatures(next);
    studio.resume();
    return;
  }
  studio = new Studio({
    client,
    model,
    modelName: client.modelName,
    onGone: (error) => connection.lost(error),
    onToken: (error) => askForToken(error),
  });
}

function onLoadError(error) {
  if (error.kind === "token") {
    askForToken(error);
  } else if (error.kind === "gone" || error.kind === "busy") {
    connection.lost(error);
  } else {
    showWelcome("This model cannot be used here", error.message);
    if (error.kind === undefined) throw error;
  }
}

function explainWaiting(state, error) {
  if (state === "connecting") return;
  const { modelName } = client;
  if (state === "loading") {
    showWelcome(
      `${modelName} is loading`,
      "The server is there and is still loading the model. This page opens " +
        "by itself when it is ready.",
    );
  } else if (error.kind === "missing") {
    showWelcome(
      `There is no model called ${modelName}`,
      `${error.message} Name another one, or start the server with it; this ` +
        "page opens by itself then.",
      { label: "Model", take: openModel },
    );
  } else {
    showWelcome(
      "The server does not answer",
      "This page opens by itself as soon as it does. Start it with python " +
        "-m tf_semsynth.serve --model_dir=<folder of versions>.",
    );
  }
}

function askForModel() {
  showWelcome(
    "Which model?",
    "This server does not say which models it has. Enter the name that " +
      "stands after /v1/models/ in its addresses.",
    { label: "Model", take: openModel },
  );
}

function askForToken({ message }, next = checkAgain) {
  showWelcome("An access token is needed", message, {
    label: "Access token",
    isSecret: true,
    take: (token) => {
      sessionStorage.setItem(TOKEN, token);
      hideWelcome();
      next();
    },
  });
}

function checkAgain() {
  connection.forget();
  connection.check();
}

loadIcons();
for (const type of ["dragover", "drop"]) addEventListener(type, keepPage);
start();
