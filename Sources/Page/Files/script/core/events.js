/**
 * What happens to all jobs: a stream that is resumed where it broke off, and closed while nobody looks.
 *
 * A browser has six connections a host, so the tabs of one share a stream: the one that holds a lock reads it and tells the
 * others. Where a page may not lock (plain HTTP from another machine), each tab has its own.
 * @module
 */
import { send } from "./api.js";
import { Signal } from "./signal.js";

/** How long a stream may be silent, whose server sends a comment every 15 s. */
const silence = 40_000;
const restAfterHidden = 30_000;
const name = "trainyard events";

/** null while connected or at rest, else since when there is no connection. */
export const lostSince = new Signal(null);

let lastID = null;
/** Ends the reading, and the waiting for the lock. */
let rest = null;
let receiver = null;
const channel = navigator.locks ? new BroadcastChannel(name) : null;

/**
 * Cuts a stream's text into events (WHATWG HTML §9.2.6). Pure.
 *
 * @param {string} text What has come and isn't read yet.
 * @returns {{events: {id: ?string, name: string, data: string}[], rest: string}}
 */
export function cut(text) {
  const blocks = text.split("\n\n");
  const remainder = blocks.pop();
  const events = [];
  for (const block of blocks) {
    const event = { id: null, name: "message", data: "" };
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      if (colon <= 0) continue;
      const value = line.slice(colon + 1).replace(/^ /, "");
      const field = line.slice(0, colon);
      if (field === "id") event.id = value;
      else if (field === "event") event.name = value;
      else if (field === "data") event.data = event.data ? `${event.data}\n${value}` : value;
    }
    if (event.data) events.push(event);
  }
  return { events, rest: remainder };
}

/**
 * Follows all jobs until the tab closes.
 *
 * @param {{event: function({name: string, data: Object}): void, restarted: function(): void}} follower `restarted` is called
 *   where the stream did not go on where it ended, so that lists have to be read anew.
 */
export function follow(follower) {
  receiver = follower;
  let timer = 0;
  channel?.addEventListener("message", ({ data }) => take(data));
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.visibilityState === "hidden") timer = setTimeout(stop, restAfterHidden);
    else start();
  });
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", start);
  start();
}

function stop() {
  rest?.abort();
  rest = null;
}

function start() {
  if (rest || document.visibilityState === "hidden") return;
  const mine = rest = new AbortController();
  const work = () => read(mine.signal);
  const reading = navigator.locks ? navigator.locks.request(name, { signal: mine.signal }, work) : work();
  reading.catch((error) => { if (!mine.signal.aborted) throw error; });
}

/** Reads the stream until it is told to rest; tries again after 1, 2, 4, … 30 s where it broke. */
async function read(signal) {
  for (let wait = 1; !signal.aborted; wait = Math.min(wait * 2, 30)) {
    try {
      await readOnce(signal, () => { wait = 0.5; });
    } catch {
      if (signal.aborted) return;
    }
    if (signal.aborted) return;
    tell({ lost: lostSince.value ?? new Date() });
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, wait * 1000);
      signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
    });
  }
}

async function readOnce(signal, connected) {
  const broken = new AbortController();
  const headers = { Accept: "text/event-stream", ...(lastID === null ? {} : { "Last-Event-ID": lastID }) };
  const response = await send("events", { headers, signal: AbortSignal.any([signal, broken.signal]) });
  connected();
  tell({ lost: null, isRestart: lastID === null });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let timer = 0;
  try {
    for (;;) {
      clearTimeout(timer);
      timer = setTimeout(() => broken.abort(), silence);
      const { done, value } = await reader.read();
      if (done) return;
      const found = cut(text + value);
      text = found.rest;
      if (found.events.length) tell({ events: found.events });
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Takes a message itself, and gives it to the other tabs. */
function tell(message) {
  channel?.postMessage(message);
  take(message);
}

function take({ lost, isRestart, events = [] }) {
  if (lost !== undefined) lostSince.value = lost;
  if (isRestart) receiver.restarted();
  for (const event of events) {
    if (event.id !== null) lastID = event.id;
    receiver.event({ name: event.name, data: JSON.parse(event.data) });
  }
}
