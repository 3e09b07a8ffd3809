/**
 * The text format of Prometheus, and what the page reads from it. Pure.
 * @module
 */

/**
 * @typedef {{name: string, labels: Object<string, string>, value: number}} Sample
 */

/**
 * Reads the samples of a text (version 0.0.4).
 *
 * @param {string} text
 * @returns {Sample[]}
 */
export function parseMetrics(text) {
  const samples = [];
  for (const line of text.split("\n")) {
    const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    if (!found) continue;
    const labels = {};
    for (const [, key, value] of (found[2] ?? "").matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)) {
      labels[key] = value.replaceAll(/\\(.)/g, (_, letter) => (letter === "n" ? "\n" : letter));
    }
    samples.push({ name: found[1], labels, value: number(found[3]) });
  }
  return samples;
}

function number(text) {
  return text === "+Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text);
}

/**
 * The value of a metric without labels.
 *
 * @param {Sample[]} samples
 * @param {string} name
 * @returns {?number}
 */
export const value = (samples, name) => samples.find((one) => one.name === name)?.value ?? null;

/**
 * The sum of a metric over its labels.
 *
 * @param {Sample[]} samples
 * @param {string} name
 * @returns {number}
 */
export const sum = (samples, name) => samples.filter((one) => one.name === name).reduce((total, one) => total + one.value, 0);

/**
 * A quantile of a histogram, as Prometheus's `histogram_quantile` estimates it.
 *
 * @param {{le: number, count: number}[]} buckets Counting up.
 * @param {number} share
 * @returns {?number}
 */
export function quantile(buckets, share) {
  const total = buckets.at(-1)?.count ?? 0;
  if (!total) return null;
  const rank = share * total;
  const at = buckets.findIndex((bucket) => bucket.count >= rank);
  const { le, count } = buckets[at];
  const [from, below] = at ? [buckets[at - 1].le, buckets[at - 1].count] : [0, 0];
  if (!Number.isFinite(le)) return from;
  return from + (le - from) * (rank - below) / (count - below || 1);
}

/**
 * Requests by route, the most asked first.
 *
 * @param {Sample[]} samples
 * @returns {{route: string, count: number, refused: number, failed: number, p50: ?number, p99: ?number}[]}
 */
export function byRoute(samples) {
  const routes = new Map();
  const entry = (route) => {
    if (!routes.has(route)) routes.set(route, { route, count: 0, refused: 0, failed: 0, buckets: [] });
    return routes.get(route);
  };
  for (const { name, labels, value } of samples) {
    if (name === "http_requests_total") {
      const found = entry(labels.route);
      found.count += value;
      if (labels.status.startsWith("4")) found.refused += value;
      if (labels.status.startsWith("5")) found.failed += value;
    } else if (name === "http_request_duration_seconds_bucket") {
      entry(labels.route).buckets.push({ le: number(labels.le), count: value });
    }
  }
  return [...routes.values()].map(({ buckets, ...route }) => ({ ...route, p50: quantile(buckets, 0.5), p99: quantile(buckets, 0.99) }))
    .sort((a, b) => b.count - a.count);
}
