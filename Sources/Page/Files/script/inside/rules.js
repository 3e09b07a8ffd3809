/**
 * The two rules of an operation: how a change of its operands changes it, and what of its derivative falls back on them. Pure.
 * @module
 */

const rules = {
  add: ["ẏ = ȧ + ḃ", "ā += ȳ, b̄ += ȳ"],
  subtract: ["ẏ = ȧ − ḃ", "ā += ȳ, b̄ −= ȳ"],
  multiply: ["ẏ = ȧ·b + a·ḃ", "ā += ȳ·b, b̄ += ȳ·a"],
  divide: ["ẏ = (ȧ − y·ḃ)/b", "ā += ȳ/b, b̄ −= ȳ·y/b"],
  negate: ["ẏ = −ȧ", "ā −= ȳ"],
  scale: ["ẏ = k·ȧ", "ā += k·ȳ"],
  power: ["ẏ = n·aⁿ⁻¹·ȧ", "ā += ȳ·n·aⁿ⁻¹"],
  exp: ["ẏ = y·ȧ", "ā += ȳ·y"],
  log: ["ẏ = ȧ/a", "ā += ȳ/a"],
  sin: ["ẏ = cos(a)·ȧ", "ā += ȳ·cos(a)"],
  cos: ["ẏ = −sin(a)·ȧ", "ā −= ȳ·sin(a)"],
  tanh: ["ẏ = (1 − y²)·ȧ", "ā += ȳ·(1 − y²)"],
  sigmoid: ["ẏ = y·(1 − y)·ȧ", "ā += ȳ·y·(1 − y)"],
  relu: ["ẏ = ȧ where a > 0, else 0", "ā += ȳ where a > 0"],
  sqrt: ["ẏ = ȧ/(2·y)", "ā += ȳ/(2·y)"],
  square: ["ẏ = 2·a·ȧ", "ā += 2·a·ȳ"],
  matmul: ["Ẏ = Ȧ·B + A·Ḃ", "Ā += Ȳ·Bᵀ, B̄ += Aᵀ·Ȳ"],
  softmax: ["ẏ = y∘(ȧ − Σ y∘ȧ)", "ā += y∘(ȳ − Σ y∘ȳ)"],
  sum: ["ẏ = Σ ȧ", "ā += ȳ, to every element"],
  mean: ["ẏ = Σ ȧ / n", "ā += ȳ/n, to every element"],
  reshape: ["ẏ is ȧ in the new shape", "ā += ȳ in the old shape"],
  transpose: ["ẏ is ȧ, turned", "ā += ȳ, turned back"],
  concatenate: ["ẏ is all changes in a row", "each operand takes its own part of ȳ"],
  slice: ["ẏ is the part of ȧ", "ā += ȳ at the part, 0 elsewhere"],
  broadcast: ["ẏ is ȧ, repeated", "ā += ȳ, summed over the repetitions"],
  batchmatmul: ["Ẏ = Ȧ·B + A·Ḃ, matrix by matrix", "Ā += Ȳ·Bᵀ, B̄ += Aᵀ·Ȳ, matrix by matrix"],
  convolve: ["ẏ = ẋ∗k + x∗k̇", "x̄ += ȳ∗k turned over, k̄ += x∗ȳ"],
  maxpool: ["ẏ is ȧ at the greatest of each window", "ā += ȳ at the greatest of each window, 0 elsewhere"],
  gather: ["ẏ has the rows of ȧ", "ā += ȳ, added at the rows that were looked up"],
  input: ["ẋ = 1 for the one that changes", "x̄ is the answer: the derivative by this input"],
  weight: ["ẇ = 0 while the input changes", "w̄ is what training takes: the derivative by this weight"],
  constant: ["ċ = 0", "c̄ is of no use to anybody"],
};

/**
 * @param {string} operation
 * @returns {{forward: string, reverse: string}}
 */
export function rulesOf(operation) {
  const name = operation.toLowerCase();
  const known = rules[name] ?? Object.entries(rules).find(([word]) => name.startsWith(word))?.[1];
  return known ? { forward: known[0], reverse: known[1] } : { forward: "ẏ = J·ȧ", reverse: "ā += Jᵀ·ȳ" };
}
