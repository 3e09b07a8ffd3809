/**
 * Where the layers of a network stand: ranks from input to output, repeated blocks folded, edges between them. Pure.
 * @module
 */

export { nodesOf } from "./nodes.js";

/** More than so many nodes are never placed. */
export const mostNodes = 400;

/**
 * Folds what repeats along a chain: three or more blocks of the same kinds in a row become one node.
 *
 * @param {import("./nodes.js").Node[]} nodes
 * @param {number} [enough] So many nodes are left as they are.
 * @returns {{name: string, inputs: string[], kind: string, members: string[], times: number}[]}
 */
export function folded(nodes, enough = 60) {
  const single = (node) => ({ ...node, members: [node.name], times: 1 });
  if (nodes.length <= enough) return nodes.map(single);
  const kinds = nodes.map((node) => node.kind);
  const result = [];
  for (let at = 0; at < nodes.length;) {
    const found = bestBlock(kinds, at);
    if (!found) {
      result.push(single(nodes[at]));
      at += 1;
      continue;
    }
    const { period, times } = found;
    const members = nodes.slice(at, at + period * times);
    const inside = new Set(members.map((node) => node.name));
    result.push({
      name: members[0].name, kind: kinds.slice(at, at + period).join(", "), times, members: members.map((node) => node.name),
      inputs: [...new Set(members.flatMap((node) => node.inputs))].filter((name) => !inside.has(name)),
    });
    at += period * times;
  }
  const holder = new Map(result.flatMap((node) => node.members.map((name) => [name, node.name])));
  for (const node of result) {
    node.inputs = [...new Set(node.inputs.map((name) => holder.get(name) ?? name))].filter((name) => name !== node.name);
  }
  return result;
}

function bestBlock(kinds, at) {
  let best = null;
  for (let period = 1; period <= 16 && at + period * 3 <= kinds.length; period += 1) {
    let times = 1;
    while (at + (times + 1) * period <= kinds.length && repeats(kinds, at, at + times * period, period)) times += 1;
    if (times >= 3 && (!best || times * period > best.times * best.period)) best = { period, times };
  }
  return best;
}

function repeats(kinds, one, other, length) {
  for (let index = 0; index < length; index += 1) if (kinds[one + index] !== kinds[other + index]) return false;
  return true;
}

/**
 * Gives each node a rank behind all of its inputs, and a place in its rank near theirs.
 *
 * @param {{name: string, inputs: string[]}[]} nodes In an order in which inputs come first.
 * @returns {{places: Map<string, {rank: number, column: number}>, ranks: number, width: number}} Columns count from −width/2.
 */
export function layered(nodes) {
  const places = new Map();
  const ranks = [];
  for (const node of nodes) {
    const rank = Math.max(-1, ...node.inputs.map((name) => places.get(name)?.rank ?? -1)) + 1;
    places.set(node.name, { rank, column: 0 });
    (ranks[rank] ??= []).push(node);
  }
  let width = 1;
  for (const rank of ranks) {
    const middle = (node) => {
      const known = node.inputs.map((name) => places.get(name)).filter(Boolean);
      return known.length ? known.reduce((sum, place) => sum + place.column, 0) / known.length : 0;
    };
    const sorted = rank.map((node) => ({ node, at: middle(node) })).sort((a, b) => a.at - b.at);
    sorted.forEach(({ node, at }, index) => {
      const column = sorted.length === 1 ? at : index - (sorted.length - 1) / 2;
      places.get(node.name).column = column;
      width = Math.max(width, 2 * Math.abs(column) + 1);
    });
  }
  return { places, ranks: ranks.length, width };
}
