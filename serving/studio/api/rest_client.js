/** TensorFlow Serving's REST interface, as the studio needs it. */

import { fromBase64, toBase64 } from "../files/base64.js";
import { ApiError, errorOf, serverGone, strangeAnswer } from "./api_error.js";

const STATUS_SECONDS = 10;
const DESCRIBE_SECONDS = 60; // It may stand behind pictures.
const PREDICT_SECONDS = 300; // A large model on a small machine.

/**
 * The models that this address offers; [] where it does not say.
 *
 * @throws {ApiError} it asks for another access token first
 */
export async function listModels(token) {
  let response;
  try {
    response = await fetch("/v1/studio/models.json", {
      headers: authorization(token),
    });
    const { models } = await response.clone().json();
    if (response.ok) return models.map(String);
  } catch {
    return []; // As beside a server that knows nothing of the studio.
  }
  const error = await errorOf(response);
  if (error.kind === "token") throw error;
  return [];
}

export class RestClient {
  /**
   * @param {string} modelName
   * @param {function} getToken () -> the access token, or ""
   */
  constructor(modelName, getToken = () => "") {
    this.modelName = modelName;
    this.getToken = getToken;
  }

  /** @returns {Promise<string|null>} the version that answers, if any does */
  async availableVersion() {
    const answer = await this.#send("", {}, STATUS_SECONDS);
    const statuses = answer?.model_version_status;
    if (!Array.isArray(statuses)) {
      throw strangeAnswer("it lists no versions of the model");
    }
    const versions = statuses
      .filter(({ state }) => state === "AVAILABLE")
      .map(({ version }) => Number(version));
    return versions.length ? String(Math.max(...versions)) : null;
  }

  /** @returns {Promise<string[]>} the names of the model's signatures */
  async signatureNames() {
    const answer = await this.#send("/metadata", {}, STATUS_SECONDS);
    return Object.keys(answer?.metadata?.signature_def?.signature_def ?? {});
  }

  /** @returns {Promise<object>} the model's classes.json */
  async describe() {
    const inputs = { version: [1] };
    const seconds = DESCRIBE_SECONDS;
    const rows = await this.#predict("describe", inputs, null, seconds);
    const [text] = rows;
    const json =
      typeof text === "string"
        ? text
        : new TextDecoder().decode(bytesIn(text, "description"));
    try {
      return JSON.parse(json);
    } catch {
      throw strangeAnswer("the model's description is no JSON");
    }
  }

  /**
   * @param {{layout: Uint8Array, seed: number, style?: Uint8Array}} request
   *     `layout` is a grey PNG of class ids, `style` a PNG or JPEG
   * @returns {Promise<Uint8Array>} a PNG
   */
  async synthesize({ layout, seed, style = null }, signal) {
    const inputs = { layout_png: [asBytes(layout)], seed: [seed] };
    let signature = "synthesize_png";
    if (style) {
      inputs.style_image = [asBytes(style)];
      signature = "synthesize_with_style";
    }
    const [picture] = await this.#predict(signature, inputs, signal);
    return bytesIn(picture, "picture");
  }

  /**
   * One request; with a style one for each seed, because the signature for
   * variants takes none, and a server may bound the rows of a request.
   *
   * @returns {Promise<Uint8Array[]>} a PNG for each seed
   */
  async variants({ layout, seeds, style = null }, signal) {
    if (style) {
      const pictures = [];
      for (const seed of seeds) {
        const request = { layout, seed, style };
        pictures.push(await this.synthesize(request, signal));
      }
      return pictures;
    }
    const inputs = { layout_png: [asBytes(layout)], seeds: [seeds] };
    const [row] = await this.#predict("synthesize_variants", inputs, signal);
    if (!Array.isArray(row) || row.length !== seeds.length) {
      throw strangeAnswer(`it does not hold ${seeds.length} pictures`);
    }
    return row.map((picture) => bytesIn(picture, "picture"));
  }

  async #predict(signature, inputs, signal, seconds = PREDICT_SECONDS) {
    const body = JSON.stringify({ signature_name: signature, inputs });
    const options = { method: "POST", body, signal };
    const answer = await this.#send(":predict", options, seconds);
    const outputs = answer?.outputs ?? {};
    // The name is left out where there is one output.
    const rows = Array.isArray(outputs) ? outputs : Object.values(outputs)[0];
    if (!Array.isArray(rows) || !rows.length) {
      throw strangeAnswer(`it holds no outputs of ${signature}`);
    }
    return rows;
  }

  async #send(path, { signal, ...options }, seconds) {
    const late = AbortSignal.timeout(seconds * 1000);
    const either = signal ? AbortSignal.any([signal, late]) : late;
    const headers = authorization(this.getToken());
    if (options.body) headers["Content-Type"] = "application/json";
    const address = `/v1/models/${encodeURIComponent(this.modelName)}${path}`;
    try {
      const response = await fetch(address, {
        ...options,
        headers,
        cache: "no-store",
        signal: either,
      });
      if (!response.ok) throw await errorOf(response);
      return await response.json();
    } catch (error) {
      throw translate(error, signal, seconds);
    }
  }
}

function authorization(token) {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

function translate(error, signal, seconds) {
  if (error instanceof ApiError || signal?.aborted) return error;
  if (error.name === "TimeoutError") {
    return new ApiError("late", `No answer came within ${seconds} seconds.`);
  }
  if (error instanceof SyntaxError) {
    return strangeAnswer("it is no JSON");
  }
  return serverGone();
}

/** @throws {ApiError} the value is not what JSON carries bytes in */
function bytesIn(value, what) {
  try {
    return fromBase64(value.b64);
  } catch {
    throw strangeAnswer(`the ${what} is no {"b64": ...} of bytes`);
  }
}

function asBytes(bytes) {
  return { b64: toBase64(bytes) };
}
