/** What can go wrong between the page and the server, in words for people. */

/**
 * `kind` says what to do: "gone" and "loading" wait for the server, "busy"
 * tries again, "token" asks for a token, the others only tell.
 */
export class ApiError extends Error {
  constructor(kind, message, retryAfter = null) {
    super(message);
    this.name = "ApiError";
    this.kind = kind;
    this.retryAfter = retryAfter; // Seconds, where the server says so.
  }
}

export function serverGone() {
  return new ApiError(
    "gone",
    "The server does not answer. Go on painting: the layout is kept, and " +
      "the picture follows when the server is back.",
  );
}

/** An answer of 200 that does not hold what it must. */
export function strangeAnswer(what) {
  return new ApiError(
    "broken",
    `The server's answer is not what TensorFlow Serving sends: ${what}. Is ` +
      "there a model server behind this address, and a model of this project?",
  );
}

/** An answer that is no success. */
export async function errorOf(response) {
  const said = tidy(await textOf(response));
  const seconds = Number(response.headers.get("Retry-After"));
  const [kind, words] = KINDS[response.status] ?? [
    "broken",
    `The server failed with HTTP ${response.status}.`,
  ];
  // What a server says of tokens is for programs.
  const message = said && kind !== "token" ? `${words} ${said}` : words;
  return new ApiError(kind, message, seconds > 0 ? seconds : null);
}

const ASKS_FOR_TOKEN =
  "This server answers those who have its token. Ask who started it; it was " +
  "in the file after --api_token_file.";

const KINDS = {
  400: ["invalid", "The model refuses this:"],
  401: ["token", ASKS_FOR_TOKEN],
  403: ["refused", "The server refuses this page."],
  404: ["missing", "The server does not have this."],
  408: ["late", "The picture took longer than the server allows."],
  413: ["invalid", "This is more than the server accepts at once."],
  429: ["busy", "The server has too much to do."],
  500: ["broken", "The server failed while it made the picture."],
  502: ["gone", "The server behind this address does not answer."],
  503: ["busy", "The model is not ready to answer."],
  504: ["late", "The picture took longer than the server allows."],
};

async function textOf(response) {
  let text = "";
  try {
    text = await response.text();
    return String(JSON.parse(text).error ?? "");
  } catch {
    return text.startsWith("<") ? "" : text.slice(0, 500);
  }
}

/** TensorFlow wraps the words of a check; this finds them again. */
function tidy(text) {
  const [, words] = /assertion failed: \[(.*?)\](?:\s*\n|\s*\[\[|\s*$)/s.exec(
    text,
  ) ?? [null, text];
  return words.trim();
}
