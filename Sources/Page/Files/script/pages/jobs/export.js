/**
 * The whole histories of jobs as a file: every epoch, all digits.
 * @module
 */
import { json, path } from "../../core/api.js";
import { download } from "../../parts/download.js";

/**
 * Has the browser keep the histories of jobs as a file of CSV.
 *
 * @param {string[]} ids
 * @returns {Promise<void>}
 */
export async function exportHistories(ids) {
  const jobs = await Promise.all(ids.map((id) => json(path("jobs", id))));
  download(new Blob([historiesAsCSV(jobs)], { type: "text/csv" }), `job-${ids.join("-")}.csv`);
}

/**
 * Histories as CSV (RFC 4180), a line an epoch, without tables; what isn't finite is empty. Pure.
 *
 * @param {{id: string, history: Object[]}[]} jobs
 * @returns {string}
 */
export function historiesAsCSV(jobs) {
  const names = [...new Set(jobs.flatMap(({ history }) => history.flatMap((epoch) => Object.keys(epoch).filter((name) => !Array.isArray(epoch[name])))))]
    .filter((name) => name !== "epoch");
  const cell = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const line = (values) => `${values.map((value) => (value === null || value === undefined ? "" : cell(String(value)))).join(",")}\r\n`;
  return line(["job", "epoch", ...names]) + jobs.map(({ id, history }) => history.map((epoch) => line([id, epoch.epoch, ...names.map((name) => epoch[name])])).join("")).join("");
}
