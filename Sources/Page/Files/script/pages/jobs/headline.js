/**
 * Which of a job's metrics stands for it beside the loss. Pure.
 * @module
 */

/**
 * The first metric that isn't a loss; that of the validation where there is one.
 *
 * @param {Object<string, ?number>} metrics
 * @returns {?{name: string, value: ?number}}
 */
export function headline(metrics) {
  const names = Object.keys(metrics).filter((name) => !/loss$/.test(name) && !/^(val_|test_)/.test(name) && name !== "learning_rate");
  const name = names[0];
  if (!name) return null;
  for (const prefix of ["test_", "val_", ""]) {
    if (prefix + name in metrics) return { name: prefix + name, value: metrics[prefix + name] };
  }
  return null;
}
