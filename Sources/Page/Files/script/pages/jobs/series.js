/**
 * Histories of jobs as curves, a group for each metric. Pure.
 * @module
 */

/**
 * How the validation's curve of a job looks: as its training's, in dots.
 *
 * @param {import("../../charts/palette.js").Look} look
 * @returns {import("../../charts/palette.js").Look}
 */
export const validationLook = (look) => ({ ...look, dash: look.dash[0] === 2 ? [1, 6] : [2, 4] });

/**
 * Groups series by metric: `val_loss` goes with `loss`, as a paler dashed curve of the same colour.
 *
 * @param {{id: string, history: Object}[]} jobs
 * @param {function(string): import("../../charts/palette.js").Look} lookOf
 * @returns {{name: string, curves: import("../../charts/line.js").Curve[]}[]}
 */
export function groups(jobs, lookOf) {
  const found = new Map();
  const several = jobs.length > 1;
  for (const { id, history } of jobs) {
    for (const series of history.series) {
      const isValidation = series.metric.startsWith("val_");
      const name = isValidation ? series.metric.slice(4) : series.metric;
      if (!found.has(name)) found.set(name, []);
      const look = lookOf(id);
      found.get(name).push({
        name: several ? `${series.metric} of job ${id}` : series.metric,
        look: isValidation ? validationLook(look) : look,
        x: series.epoch,
        y: series.value,
        smoothed: series.smoothed ?? null,
        nonfinite: series.nonfinite.map((one) => one.epoch),
        isPale: isValidation,
      });
    }
  }
  const rank = (name) => (name === "loss" ? 0 : name === "learning_rate" ? 2 : 1);
  return [...found].map(([name, curves]) => ({ name, curves })).sort((a, b) => rank(a.name) - rank(b.name));
}
