/**
 * Requests to the server that the page came from: relative to its own address, with the token where one is needed.
 * @module
 */
import { Signal } from "./signal.js";

/** What a server says is wrong (RFC 9457). */
export class Problem extends Error {
  /**
   * @param {number} status 0 where no answer came.
   * @param {string} detail
   * @param {{pointer: string, detail: string}[]} [errors]
   * @param {?string} [requestID]
   */
  constructor(status, detail, errors = [], requestID = null) {
    super(detail);
    this.status = status;
    this.errors = errors;
    this.requestID = requestID;
  }
}

const tokenKey = "trainyard.token";
let asked = null;
let askForToken = null;

/** Whether there is a token, which "Forget token" takes away. */
export const hasToken = new Signal(sessionStorage.getItem(tokenKey) !== null);

/** Whether changes are allowed; a token of scope `read` allows none. */
export const mayWrite = new Signal(true);

/** Why a control that changes something is disabled. */
export const readOnlyReason = "This token may read, not change anything";

/**
 * Says how a person is asked for a token.
 *
 * @param {function(string): Promise<string>} ask Takes why the last one didn't do, gives another.
 */
export function asksForTokenWith(ask) {
  askForToken = ask;
}

/** Forgets the token; the next request asks for one. */
export function forgetToken() {
  sessionStorage.removeItem(tokenKey);
  hasToken.value = false;
  mayWrite.value = true;
}

/**
 * Sends a request and waits for its answer; asks for a token where one is missing, and again later where the server is busy.
 *
 * @param {string} path Without a slash at its beginning.
 * @param {{method?: string, body?: *, type?: string, headers?: Object<string, string>, signal?: AbortSignal}} [options]
 *   A body that is neither bytes, text, file nor form is sent as JSON.
 * @returns {Promise<Response>} An answer whose status is a success.
 * @throws {Problem} For every other.
 */
export async function send(path, options = {}) {
  for (let attempt = 0; ; attempt += 1) {
    const token = sessionStorage.getItem(tokenKey);
    const response = await once(path, options, token);
    if (response.status === 401 && askForToken) {
      await newToken(token);
      continue;
    }
    if (response.status === 503 && attempt < 3 && response.headers.has("Retry-After")) {
      await pause(Math.min(Number(response.headers.get("Retry-After")) || 1, 30), options.signal);
      continue;
    }
    if (!response.ok && response.status !== 204) throw await problem(response);
    return response;
  }
}

/**
 * Sends a request whose answer is JSON.
 *
 * @param {string} path
 * @param {Object} [options] As of `send`.
 * @returns {Promise<*>} null for an answer without a body.
 */
export async function json(path, options) {
  const response = await send(path, options);
  return response.status === 204 ? null : response.json();
}

/**
 * Whether an error says that a module could not be had: the server was updated, or is away.
 *
 * @param {*} error
 * @returns {boolean}
 */
export const isMissingModule = (error) => error instanceof TypeError && /dynamically imported module|module script failed/i.test(error.message);

let description = null;

/**
 * What the server says of its routes and of what they take (OpenAPI), asked for once.
 *
 * @returns {Promise<Object>}
 */
export async function describedAPI() {
  description ??= json("openapi.json").catch((error) => { description = null; throw error; });
  return description;
}

/**
 * Whether this server knows a route, as its description has it.
 *
 * @param {string} pattern Such as `/jobs/{id}/fork`.
 * @returns {Promise<boolean>}
 */
export async function knowsRoute(pattern) {
  return pattern in (await describedAPI()).paths;
}

/**
 * A path out of segments, which may hold anything.
 *
 * @param {...(string|number)} segments
 * @returns {string}
 */
export const path = (...segments) => segments.map(encodeURIComponent).join("/");

async function once(path, { method = "GET", body, type, headers = {}, signal }, token) {
  const fields = { Accept: "application/json, */*;q=0.5", ...headers };
  if (token) fields.Authorization = `Bearer ${token}`;
  let sent = body;
  if (body !== undefined && !(body instanceof Blob) && !(body instanceof FormData) && typeof body !== "string"
      && !ArrayBuffer.isView(body)) {
    sent = JSON.stringify(body);
    fields["Content-Type"] = "application/json";
  }
  if (type) fields["Content-Type"] = type;
  try {
    return await fetch(path, { method, headers: fields, body: sent, signal, cache: "no-store", credentials: "omit" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, "The server does not answer. It may have stopped, or the network is down.");
  }
}

async function problem(response) {
  const text = await response.text().catch(() => "");
  let document = {};
  try {
    document = JSON.parse(text);
  } catch {
    document = { detail: text.slice(0, 500) };
  }
  const detail = document.detail || document.title || `The server answered ${response.status}`;
  const errors = Array.isArray(document.errors) ? document.errors : [];
  if (response.status === 403 && hasToken.value) mayWrite.value = false;
  return new Problem(response.status, detail, errors, response.headers.get("X-Request-ID"));
}

/** One dialog, however many requests wait for it. */
async function newToken(refused) {
  const current = sessionStorage.getItem(tokenKey);
  if (current !== refused) return;
  asked ??= askUntilTaken(refused !== null).finally(() => { asked = null; });
  await asked;
}

async function askUntilTaken(hadOne) {
  let reason = hadOne ? "The server doesn't know this token any more" : "";
  for (;;) {
    const token = (await askForToken(reason)).trim();
    if (/[^\x21-\x7e]/.test(token) || token === "") {
      reason = "A token is letters, digits and signs, without blanks";
      continue;
    }
    const response = await once("models?dry_run=true", { method: "POST", body: {} }, token);
    if (response.status === 401) {
      reason = "The server doesn't know this token";
      continue;
    }
    sessionStorage.setItem(tokenKey, token);
    hasToken.value = true;
    mayWrite.value = response.status !== 403;
    return;
  }
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });
}
