/**
 * Markdown, as far as the docs of this program use it, as elements: never by way of markup.
 * @module
 */
import { h } from "../core/dom.js";

/**
 * The id of a heading, as its links call it. Pure.
 *
 * @param {string} text
 * @returns {string}
 */
export const anchorOf = (text) => text.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").trim().replaceAll(" ", "-");

/**
 * Cuts a text into blocks. Pure.
 *
 * @param {string} text
 * @returns {{kind: string, level?: number, lines: string[]}[]}
 */
export function blocksOf(text) {
  const blocks = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length;) {
    const line = lines[at];
    const fence = /^(```+)/.exec(line);
    const taken = [];
    if (fence) {
      for (at += 1; at < lines.length && !lines[at].startsWith(fence[1]); at += 1) taken.push(lines[at]);
      at += 1;
      blocks.push({ kind: "code", lines: taken });
    } else if (/^#{1,6} /.test(line)) {
      const level = line.indexOf(" ");
      blocks.push({ kind: "heading", level, lines: [line.slice(level + 1)] });
      at += 1;
    } else if (line.startsWith("|")) {
      for (; at < lines.length && lines[at].startsWith("|"); at += 1) taken.push(lines[at]);
      blocks.push({ kind: "table", lines: taken });
    } else if (isItem(line)) {
      for (; at < lines.length && lines[at].trim() !== "" && (isItem(lines[at]) || /^\s/.test(lines[at])); at += 1) {
        if (isItem(lines[at])) taken.push(lines[at].replace(/^\s*(?:[-*]|\d+\.) /, ""));
        else taken.push(`${taken.pop()} ${lines[at].trim()}`);
      }
      blocks.push({ kind: /^\d/.test(line) ? "numbers" : "list", lines: taken });
    } else if (line.trim() === "") {
      at += 1;
    } else {
      for (; at < lines.length && lines[at].trim() !== "" && !/^(```|\||#{1,6} )/.test(lines[at]); at += 1) taken.push(lines[at].trim());
      blocks.push({ kind: "paragraph", lines: [taken.join(" ")] });
    }
  }
  return blocks;
}

const isItem = (line) => /^\s*(?:[-*]|\d+\.) /.test(line);

/**
 * A text as elements.
 *
 * @param {string} text
 * @param {function(string): ?string} address Where a link leads; null where it leads nowhere from here.
 * @returns {HTMLElement[]}
 */
export function elementsOf(text, address) {
  return blocksOf(text).map((block) => element(block, address)).filter(Boolean);
}

function element({ kind, level, lines }, address) {
  const words = (line) => spans(line, address);
  switch (kind) {
    case "heading": return level === 1 ? null : h(`h${level}`, { id: `doc-${anchorOf(lines[0])}`, tabindex: "-1" }, words(lines[0]));
    case "code": return h("pre.code", { tabindex: "0", "aria-label": "Code" }, lines.join("\n"));
    case "list": return h("ul", {}, lines.map((line) => h("li", {}, words(line))));
    case "numbers": return h("ol", {}, lines.map((line) => h("li", {}, words(line))));
    case "table": return table(lines, words);
    default: return /^!\[/.test(lines[0]) ? null : h("p", {}, words(lines[0]));
  }
}

function table(lines, words) {
  const rows = lines.map(cellsOf).filter((cells) => !cells.every((cell) => /^:?-+:?$/.test(cell)));
  const [head, ...body] = rows;
  return h("div.scroll", { role: "region", "aria-label": `Table: ${head.filter(Boolean).join(", ") || "facts"}`, tabindex: "0" }, h("table", {},
    head.some(Boolean) ? h("thead", {}, h("tr", {}, head.map((cell) => (cell ? h("th", { scope: "col" }, words(cell)) : h("td", {}))))) : null,
    h("tbody", {}, body.map((cells) => h("tr", {}, cells.map((cell) => h("td", {}, words(cell))))))));
}

/**
 * The cells of a table's line; a bar in code or behind a backslash parts none. Pure.
 *
 * @param {string} line
 * @returns {string[]}
 */
export function cellsOf(line) {
  const cells = [""];
  let isCode = false;
  for (let at = 1; at < line.length; at += 1) {
    const letter = line[at];
    if (letter === "\\" && line[at + 1] === "|") {
      cells[cells.length - 1] += "|";
      at += 1;
    } else if (letter === "|" && !isCode) cells.push("");
    else {
      if (letter === "`") isCode = !isCode;
      cells[cells.length - 1] += letter;
    }
  }
  if (cells.at(-1).trim() === "") cells.pop();
  return cells.map((cell) => cell.trim());
}

const patterns = [
  [/^(`+)(.+?)\1(?!`)/, ([, , text]) => h("code", {}, text)],
  [/^\*\*(.+?)\*\*/, ([, text], address) => h("strong", {}, spans(text, address))],
  [/^\*([^\s*](?:[^*]*[^\s*])?)\*/, ([, text], address) => h("em", {}, spans(text, address))],
  [/^\[([^\]]*)\]\(([^)\s]*)\)/, ([, text, target], address) => linkTo(text, address(target), address)],
];

function linkTo(text, target, address) {
  if (target === null) return h("span", {}, spans(text, address));
  const isForeign = /^https?:/.test(target);
  return h("a", { href: target, rel: isForeign ? "noreferrer noopener" : null, target: isForeign ? "_blank" : null }, spans(text, address));
}

function spans(text, address) {
  const found = [];
  let plain = "";
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const hit = /^[`*[]/.test(rest) ? patterns.map(([pattern, make]) => [pattern.exec(rest), make]).find(([match]) => match) : null;
    if (hit) {
      if (plain) found.push(plain);
      plain = "";
      found.push(hit[1](hit[0], address));
      at += hit[0][0].length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  if (plain) found.push(plain);
  return found;
}
