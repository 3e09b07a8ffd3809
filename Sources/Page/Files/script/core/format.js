/**
 * Numbers, sizes and times as people read them. Pure.
 * @module
 */

const thin = "\u2009";

/**
 * A metric with four significant digits; `1.2e-05` below 1e-4, and NaN and ∞ by name.
 *
 * @param {?number} value null stands for a number that JSON has no word for.
 * @returns {string}
 */
export function metric(value) {
  if (value === undefined) return "–";
  if (value === null || Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "∞";
  if (value === -Infinity) return "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  let text;
  if (size < 1e-4 || size >= 1e6) {
    const [digits, exponent] = value.toExponential(3).split("e");
    const places = exponent.slice(1).padStart(2, "0");
    text = `${trimmed(digits)}e${exponent[0] === "-" ? "-" : "+"}${places}`;
  } else {
    text = trimmed(value.toFixed(Math.max(0, 3 - Math.floor(Math.log10(size)))));
  }
  return text.replace(/^-/, "−");
}

function trimmed(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/**
 * All digits of a number.
 *
 * @param {?number} value
 * @returns {string}
 */
export function exact(value) {
  return value === null ? "NaN" : String(value);
}

/**
 * A count with thin spaces: 1 437.
 *
 * @param {?number} value
 * @returns {string}
 */
export function count(value) {
  if (value === null || value === undefined) return "–";
  const text = String(Math.round(Math.abs(value)));
  return (value < 0 ? "−" : "") + text.replace(/\B(?=(\d{3})+$)/g, thin);
}

/**
 * Bytes in KiB, MiB or GiB.
 *
 * @param {?number} value
 * @returns {string}
 */
export function bytes(value) {
  if (value === null || value === undefined) return "–";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)}${thin}${units[unit]}`;
}

/**
 * A duration: `0.4 s`, `12 s`, `3 min 12 s`, `2 h 5 min`, `4 d 3 h`.
 *
 * @param {?number} seconds
 * @returns {string}
 */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  if (seconds < 1) return `${Math.max(seconds, 0).toFixed(1)} s`;
  const whole = Math.round(seconds);
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const first = parts.findIndex(([size]) => whole >= size);
  const [size, unit] = parts[first];
  const head = `${Math.floor(whole / size)} ${unit}`;
  const next = parts[first + 1];
  const rest = next ? Math.floor((whole % size) / next[0]) : 0;
  return rest ? `${head} ${rest} ${next[1]}` : head;
}

const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });
const whole = new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "long" });

/**
 * A time of day, `14:03`.
 *
 * @param {Date} date
 * @returns {string}
 */
export const timeOfDay = (date) => clock.format(date);

/**
 * How long ago a time was.
 *
 * @param {string} iso
 * @param {number} [now]
 * @returns {string}
 */
export function ago(iso, now = Date.now()) {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (seconds < 5) return "now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return day.format(new Date(iso));
}

/**
 * A time in full, for the tip of a relative one.
 *
 * @param {string} iso
 * @returns {string}
 */
export const fullTime = (iso) => whole.format(new Date(iso));

/**
 * A shape as `8 × 8 × 1`, or by name where there are several.
 *
 * @param {?(number[]|Object<string, number[]>)} shape
 * @returns {string}
 */
export function shape(shape) {
  if (!shape) return "–";
  const extents = (one) => one.map((extent) => extent ?? "any").join(" × ");
  if (Array.isArray(shape)) return shape.length ? extents(shape) : "one value";
  return Object.entries(shape).map(([name, one]) => `${name} ${extents(one)}`.trim()).join(", ");
}
