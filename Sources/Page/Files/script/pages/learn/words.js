/**
 * What a person has typed, as a request. Pure.
 * @module
 */

const operators = ["exp", "log", "sin", "cos", "tanh", "sigmoid", "relu", "sqrt"];

/**
 * Reads functions, one a line: `y1 = x1*exp(x2)`; one without a name gets one.
 *
 * @param {string} text
 * @returns {Object<string, string>}
 */
export function functionsOf(text) {
  const functions = {};
  for (const line of text.split(/[\n;]/).map((one) => one.trim()).filter(Boolean)) {
    const [, name, formula] = /^([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(line) ?? [null, null, line];
    let own = name;
    for (let number = 1; own === null || own in functions; number += 1) own = `y${number}`;
    functions[own] = formula;
  }
  return functions;
}

/**
 * The names in formulas that stand for numbers, in the order in which they come.
 *
 * @param {string[]} formulas
 * @returns {string[]}
 */
export function variablesOf(formulas) {
  const names = formulas.flatMap((formula) => {
    // Digits of a name stay; the e of 1e-3 is no name.
    const words = formula.replaceAll(/\d+\.?\d*(?:[eE][+-]?\d+)?/g, (number, at) => (/\w/.test(formula[at - 1] ?? "") ? number : " "));
    return [...words.matchAll(/[A-Za-z_]\w*/g)].map(([name]) => name);
  });
  return [...new Set(names)].filter((name) => !operators.includes(name));
}

/**
 * Reads `x1=0.5,x2=-0.3` as the address has it.
 *
 * @param {?string} text
 * @returns {Object<string, number>}
 */
export function numbersIn(text) {
  const pairs = (text ?? "").split(",").map((pair) => pair.split("=")).filter(([name, value]) => name && Number.isFinite(Number(value)) && value !== "");
  return Object.fromEntries(pairs.map(([name, value]) => [name, Number(value)]));
}
