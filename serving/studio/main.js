/** Starts the page: finds the model, and stays with it. */

import { Connection } from "./api/connection.js";
import { makeModelInfo } from "./api/model_info.js";
import { listModels, RestClient } from "./api/rest_client.js";
import { openStorage } from "./files/storage.js";
import { tellUncaughtFaults, wordsOf } from "./panels/fault_words.js";
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
const AGAIN_SECONDS = 5; // Until the model is asked again what it is.

const storage = openStorage("sessionStorage");
let token = storage?.getItem(TOKEN) ?? "";
let client = null;
let connection = null;
let studio = null;
let shownVersion = null;
let busy = false;

async function start() {
  const asked = new URLSearchParams(location.search).get("model");
  let names;
  try {
    names = await listModels(token);
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
  client = new RestClient(modelName, () => token);
  connection = new Connection(client, onConnection);
  await connection.start();
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
  if (busy) return; // `connection.current` is looked at in the end.
  busy = true;
  let model = null;
  try {
    const [description, signatureNames] = await Promise.all([
      client.describe(),
      client.signatureNames(),
    ]);
    model = makeModelInfo(description, signatureNames);
  } catch (error) {
    onLoadError(error);
  }
  busy = false;
  if (model) use(model, version);
  const { current } = connection;
  if (current.state === "ready" && current.version !== version) {
    await load(current.version);
  }
}

function use(model, version) {
  hideWelcome();
  showModel(client.modelName, model, version);
  if (!studio) {
    studio = new Studio({
      client,
      model,
      modelName: client.modelName,
      onGone: (error) => connection.lost(error),
      onToken: (error) => askForToken(error),
    });
  } else if (version === shownVersion) {
    studio.resume();
  } else {
    studio.resume();
    studio.meet(model);
  }
  shownVersion = version;
}

/** What is painted stays in view, whatever the server says of its model. */
function onLoadError(error) {
  if (error.kind === "token") {
    askForToken(error);
    return;
  }
  if (error.kind === "gone") {
    connection.lost(error);
    return;
  }
  const words = wordsOf(error);
  if (studio) {
    studio.tell(
      `The model cannot be used as it is now. ${words} Your layout stays, ` +
        "and the page asks again.",
    );
  } else {
    const text = `${words} This page asks again by itself.`;
    showWelcome("This model cannot be used here", text);
  }
  connection.askAgain(AGAIN_SECONDS);
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
  } else if (error.kind !== "gone") {
    showWelcome(
      "This model cannot be used here",
      `${error.message} This page asks again by itself.`,
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
    take: (given) => {
      token = given;
      storage?.setItem(TOKEN, token);
      hideWelcome();
      next();
    },
  });
}

function checkAgain() {
  connection.askAgain(0);
}

tellUncaughtFaults();
loadIcons();
for (const type of ["dragover", "drop"]) addEventListener(type, keepPage);
start();
