/**
 * The system: whether something is wrong, in five seconds; read from `GET /metrics` every two while it is seen.
 * @module
 */
import { Cursor } from "../../charts/cursor.js";
import { LineChart } from "../../charts/line.js";
import { withTwin } from "../../charts/twin.js";
import { themeColor } from "../../charts/palette.js";
import { bars } from "../../charts/bars.js";
import { json, send } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { bytes, count, duration, metric as metricText } from "../../core/format.js";
import { problemBox, Region } from "../../parts/region.js";
import { table } from "../../parts/table.js";
import { nodeTable } from "./nodes.js";
import { byRoute, parseMetrics, sum, value } from "./metrics.js";

const interval = 2000;
/** Two minutes. */
const trailLength = 60;

export function title() {
  return "System";
}

/**
 * @param {HTMLElement} root
 * @returns {function(): void}
 */
export function open(root) {
  const now = new Region("Now", { headless: true, height: "8rem" });
  const trend = new Region("The last two minutes", { height: "14rem" });
  const memory = new Region("Memory", { height: "8rem" });
  const nodes = new Region("Servers on this store", { height: "6rem" });
  const routes = new Region("Requests by route", { height: "10rem" });
  root.append(now.element, trend.element, h("div.columns", {}, memory.element), nodes.element, routes.element);
  const trails = { cpu: [], rows: [], requests: [] };
  const cursor = new Cursor();
  const view = { xLog: false, yLog: false, range: null };
  const charts = {};
  for (const [key, name] of [["cpu", "Processor, cores in use"], ["requests", "Requests a second"], ["rows", "Rows a second in training"]]) {
    const chart = new LineChart({ cursor, subject: name, view: () => view, zoom: () => {}, height: 130, isWhole: false, isFromZero: true });
    charts[key] = { chart, name, figure: withTwin(name, chart.element, () => h("div.tall", {}, table(name, [
      { title: "Seconds ago", number: true, cell: ([x]) => metricText(-x) }, { title: name, number: true, cell: ([, y]) => metricText(y) },
    ], points(trails[key])))) };
  }
  let timer = 0;
  let before = null;
  let isClosed = false;
  let isShown = false;

  async function tick() {
    clearTimeout(timer);
    if (isClosed) return;
    if (document.visibilityState === "visible") {
      try {
        const response = await send("metrics", { headers: { Accept: "text/plain" } });
        show(parseMetrics(await response.text()));
        nodes.data(nodeTable(await json("cluster")));
      } catch (error) {
        if (!isShown) now.error(error, tick);
        else now.element.prepend(problemBox(error));
      }
    }
    if (!isClosed) timer = setTimeout(tick, interval);
  }

  function show(metrics) {
    if (isClosed) return;
    const at = performance.now() / 1000;
    const rates = before ? ratesOf(before, metrics, at - before.at) : null;
    before = { metrics, at };
    if (rates) for (const key of ["cpu", "requests"]) push(trails[key], [at, rates[key]]);
    push(trails.rows, [at, value(metrics, "trainyard_training_samples_per_second") ?? 0]);
    if (!isShown) trend.data(h("div.charts", {}, Object.values(charts).map((one) => one.figure)));
    isShown = true;
    now.data(counters(metrics, rates));
    for (const [key, { chart, name }] of Object.entries(charts)) {
      const shown = points(trails[key]);
      chart.show([{ name, look: { color: themeColor("run"), dash: [], dashName: "solid", mark: "circle" }, x: shown.map(([x]) => x), y: shown.map(([, y]) => y) }]);
    }
    memory.data(memoryBars(metrics));
    routes.data(routeTable(metrics));
  }

  tick();
  const seen = () => { if (document.visibilityState === "visible") tick(); };
  document.addEventListener("visibilitychange", seen);
  return () => {
    isClosed = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
    for (const { chart } of Object.values(charts)) chart.close();
    for (const region of [now, trend, memory, nodes, routes]) region.close();
  };
}

function push(trail, point) {
  trail.push(point);
  if (trail.length > trailLength) trail.shift();
}

/** Seconds before now, and the number. */
function points(trail) {
  const last = trail.at(-1)?.[0] ?? 0;
  return trail.map(([at, number]) => [Math.round((at - last) * 10) / 10, number]);
}

function ratesOf(before, metrics, seconds) {
  const rate = (name) => Math.max(0, (sum(metrics, name) - sum(before.metrics, name)) / seconds);
  return { cpu: rate("process_cpu_seconds_total"), requests: rate("http_requests_total"), predictions: rate("trainyard_predictions_total") };
}

function counters(metrics, rates) {
  const states = ["running", "queued", "paused", "succeeded", "failed", "cancelled"];
  const job = (state) => metrics.find((one) => one.name === "trainyard_jobs" && one.labels.state === state)?.value ?? 0;
  const errors = metrics.filter((one) => one.name === "http_requests_total" && one.labels.status.startsWith("5"))
    .reduce((total, one) => total + one.value, 0);
  const started = value(metrics, "process_start_time_seconds");
  const version = metrics.find((one) => one.name === "trainyard_build_info")?.labels.version;
  const resident = value(metrics, "process_resident_memory_bytes");
  const limit = value(metrics, "trainyard_memory_limit_bytes");
  const isWell = value(metrics, "trainyard_store_up") === 1;
  const item = (name, text) => h("div.counter", {}, h("span.quiet", {}, name), h("b", {}, text));
  return h("div.counters", {},
    item("Store", isWell ? "well" : "can't be written"),
    ...states.map((state) => item(`Jobs ${state}`, count(job(state)))),
    item("Workers", count(value(metrics, "trainyard_workers"))), item("Processor", rates ? `${rates.cpu.toFixed(2)} cores` : "…"),
    item("Memory", limit ? `${bytes(resident)} of ${bytes(limit)}` : bytes(resident)),
    item("Requests/s", rates ? metricText(Number(rates.requests.toPrecision(3))) : "…"),
    item("Predictions/s", rates ? metricText(Number(rates.predictions.toPrecision(3))) : "…"),
    item("Errors 5xx", count(errors)), item("Connections", count(value(metrics, "http_connections"))),
    item("Runs for", started ? duration(Date.now() / 1000 - started) : "–"), item("Version", version ?? "–"));
}

function memoryBars(metrics) {
  const limit = value(metrics, "trainyard_memory_limit_bytes") ?? 0;
  const parts = metrics.filter((one) => one.name === "trainyard_memory_bytes");
  return bars("Memory reserved by part", parts.map((one) => ({ label: one.labels.part, value: one.value, text: bytes(one.value) })), limit || undefined);
}

function routeTable(metrics) {
  const milliseconds = (seconds) => (seconds === null ? "–" : metricText(seconds * 1000));
  return table("Requests by route", [
    { title: "Route", cell: (route) => h("code", {}, route.route) }, { title: "Requests", number: true, cell: (route) => count(route.count) },
    { title: "p50 ms", number: true, cell: (route) => milliseconds(route.p50) }, { title: "p99 ms", number: true, cell: (route) => milliseconds(route.p99) },
    { title: "4xx", number: true, cell: (route) => count(route.refused) }, { title: "5xx", number: true, cell: (route) => count(route.failed) },
  ], byRoute(metrics));
}

