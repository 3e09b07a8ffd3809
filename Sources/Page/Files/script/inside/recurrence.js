/**
 * A step of a recurrent layer in numbers. Pure.
 * @module
 */
import { metric } from "../core/format.js";

const number = (value) => (value < 0 ? `(${metric(value)})` : metric(value));

/**
 * The gates and states of an answer, in the order in which they are shown.
 *
 * @param {Object} answer
 * @returns {[string, Object][]}
 */
export const wordsOf = (answer) => [...Object.entries(answer.gates), ...Object.entries(answer.states)];

/**
 * What makes the state of a unit at a step: the part that was kept and the part that is new.
 *
 * @param {Object} answer As `gates` gives it.
 * @param {number} step
 * @param {number} unit
 * @returns {{terms: {name: string, value: number, kind: string}[], sentence: string, lines: string[]}}
 */
export function partsAt(answer, step, unit) {
  const all = Object.fromEntries(wordsOf(answer));
  const at = (name, one = step) => all[name].values[one * answer.units + unit];
  const mean = (name) => all[name].values.slice(step * answer.units, (step + 1) * answer.units).reduce((sum, value) => sum + value, 0) / answer.units;
  const share = (name) => `${Math.round(mean(name) * 100)} %`;
  const previous = answer.isBackwards ? step + 1 : step - 1;
  const before = (name) => (previous < 0 || previous >= answer.steps ? answer.initial[name]?.[unit] ?? 0 : at(name, previous));
  const masked = answer.mask && !answer.mask[step] ? " The step is masked, so the state stays." : "";
  if ("z" in all) {
    const [z, old, candidate, state] = [at("z"), before("h"), at("candidate"), at("h")];
    return {
      terms: [{ name: "z·h[t−1], kept", value: z * old, kind: "old" }, { name: "(1−z)·candidate, new", value: (1 - z) * candidate, kind: "new" }],
      sentence: `At step ${step}, over all ${answer.units} units, z lets ${share("z")} of the old state through, and r ${share("r")} of it into the candidate.${masked}`,
      lines: [`h[${step}] = ${number(z)}·${number(old)} + (1 − ${number(z)})·${number(candidate)} = ${metric(z * old)} + ${number((1 - z) * candidate)} = ${metric(state)}`],
    };
  }
  if ("f" in all) {
    const [f, i, candidate, old, cell, o, state] = [at("f"), at("i"), at("candidate"), before("c"), at("c"), at("o"), at("h")];
    return {
      terms: [{ name: "f·c[t−1], kept", value: f * old, kind: "old" }, { name: "i·candidate, new", value: i * candidate, kind: "new" }],
      sentence: `At step ${step}, over all ${answer.units} units, f lets ${share("f")} of the old cell through, i ${share("i")} of the candidate in, and o shows ${share("o")}.${masked}`,
      lines: [
        `c[${step}] = ${number(f)}·${number(old)} + ${number(i)}·${number(candidate)} = ${metric(f * old)} + ${number(i * candidate)} = ${metric(cell)}`,
        `h[${step}] = ${number(o)}·tanh(${metric(cell)}) = ${metric(state)}`,
      ],
    };
  }
  return {
    terms: [], sentence: `At step ${step}, unit ${unit} has ${metric(at("h"))}; it had ${metric(before("h"))} before. There is no gate here.${masked}`,
    lines: [`h[${step}] = ${metric(at("h"))}`],
  };
}
