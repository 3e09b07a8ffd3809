/**
 * The jobs as this tab knows them: read once, then kept up by events, which are applied at most once a frame.
 * @module
 */
import { json, path } from "./api.js";
import { follow } from "./events.js";
import { Signal } from "./signal.js";

/**
 * @typedef {Object} JobRow What `GET /jobs?view=row` has, and `trail`, the losses that were seen here.
 * @property {string} id
 * @property {string} state
 * @property {string} model
 * @property {?string} dataset
 * @property {?Object} progress
 * @property {Object<string, ?number>} metrics
 * @property {number[]} [trail]
 * @property {number} [stamp] Grows with each change.
 */

/** How many rows one page of the list has. */
const pageRows = 1000;
/** How many losses a row's little curve keeps. */
const trailLength = 40;

/** The jobs by id; tells once a frame that something has changed. */
export const jobs = new Signal(new Map());

/** null until the list was read; then when. */
export const listed = new Signal(null);

/** What happened last to a state, for those who listen rather than look. */
export const lastChange = new Signal(null);

const watchers = new Map();
const gone = new Set();
let pending = [];
let frame = 0;
let reading = null;
/** Whether the stream began while the list was on its way, which then may lack what happened between. */
let isLate = false;
/** Milliseconds until such a list is read again. */
const patience = 500;

/**
 * Reads the list if it isn't there yet.
 *
 * @returns {Promise<void>}
 */
export function ready() {
  reading ??= readList().catch((error) => { reading = null; throw error; });
  return reading;
}

/** Follows the events; to be called once. */
export function start() {
  follow({
    event: take,
    restarted: () => {
      if (listed.value) refresh();
      else {
        isLate = reading !== null;
        reset();
      }
    },
  });
}

/** Reads the list anew. */
export function refresh() {
  reading = readList().catch(() => { reading = null; });
  reset();
  return reading;
}

/** Has those who follow single jobs read them anew. */
function reset() {
  for (const [id, calls] of watchers) for (const call of calls) call({ name: "reset", data: { job: id } });
}

/**
 * Calls back at each event of one job, at most once a frame for all of them.
 *
 * @param {string} id
 * @param {function({name: string, data: Object}): void} call
 * @returns {function(): void} Ends it.
 */
export function watch(id, call) {
  if (!watchers.has(id)) watchers.set(id, new Set());
  watchers.get(id).add(call);
  return () => {
    watchers.get(id)?.delete(call);
    if (watchers.get(id)?.size === 0) watchers.delete(id);
  };
}

/**
 * Takes in what a request about a job has answered.
 *
 * @param {Object} job
 */
export function put(job) {
  const { history, options, evaluation, notes, ...row } = job;
  const numbers = Object.entries(row.metrics).filter(([, value]) => typeof value === "number" || value === null);
  row.metrics = Object.fromEntries(numbers);
  jobs.value.set(row.id, { ...jobs.value.get(row.id), ...row });
  jobs.notify();
}

/** Takes a job out that is gone; what still comes of it says nothing new. */
export function drop(id) {
  gone.add(id);
  jobs.value.delete(id);
  jobs.notify();
}

async function readList() {
  const rows = new Map();
  let next = null;
  do {
    const page = await json(`jobs?view=row&limit=${pageRows}${next ? `&after=${next}` : ""}`);
    for (const row of page.jobs) {
      const known = jobs.value.get(row.id);
      if (known?.trail) row.trail = known.trail;
      rows.set(row.id, row);
    }
    next = page.next;
  } while (next);
  jobs.value = rows;
  listed.value = Date.now();
  if (isLate) setTimeout(refresh, patience);
  isLate = false;
}

function take(event) {
  pending.push(event);
  frame ||= requestAnimationFrame(apply);
}

function apply() {
  frame = 0;
  const events = pending;
  pending = [];
  const unknown = new Set();
  for (const event of events) {
    if (event.name === "reset") {
      refresh();
      continue;
    }
    if (event.name === "state") lastChange.value = event.data;
    const row = jobs.value.get(event.data.job);
    if (row) change(row, event);
    else if (listed.value && !gone.has(event.data.job)) unknown.add(event.data.job);
    for (const call of watchers.get(event.data.job) ?? []) call(event);
  }
  jobs.notify();
  for (const id of unknown) learn(id);
}

function change(row, { name, data }) {
  const { job, model, ...rest } = data;
  row.stamp = (row.stamp ?? 0) + 1;
  if (name === "state") {
    row.state = rest.state;
    const now = new Date().toISOString();
    if (rest.state === "running") row.started_at ??= now;
    if (["succeeded", "failed", "cancelled"].includes(rest.state)) row.finished_at ??= now;
  } else if (name === "progress") {
    row.progress = { ...row.progress, ...rest };
  } else if (name === "epoch") {
    const { epoch, learning_rate: rate, seconds, ...metrics } = rest;
    row.progress = { ...row.progress, epoch };
    row.metrics = { ...row.metrics, ...metrics };
    if (typeof metrics.loss === "number") row.trail = [...(row.trail ?? []), metrics.loss].slice(-trailLength);
  }
}

async function learn(id) {
  try {
    put(await json(`${path("jobs", id)}?history=false`));
  } catch {
    drop(id);
  }
}
