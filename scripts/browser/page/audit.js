// What is wrong with the page as it stands, as sentences: run in the page by WebDriver, never served.
const faults = [];
const root = document.documentElement;
const describe = (element) => `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ""} "${(element.textContent || element.getAttribute("aria-label") || "").trim().slice(0, 40)}"`;

if (root.scrollWidth > innerWidth) {
  const wide = [...document.querySelectorAll("main *, header *")].find((element) => (
    element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".scroll, .tabs, pre, .tall, dialog")));
  faults.push(`the page scrolls sideways: ${root.scrollWidth} > ${innerWidth}${wide ? `, by ${describe(wide)}` : ""}`);
}

const seen = (element) => {
  const box = element.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
};

const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
const parse = (text) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = text;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
};
const luminance = ([red, green, blue]) => {
  const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
};
const contrast = (one, other) => {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};
const ground = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const color = parse(getComputedStyle(at).backgroundColor);
    if (color[3] === 255) return color;
  }
  return [255, 255, 255, 255];
};

const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const checked = new Set();
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || checked.has(element) || !seen(element)) continue;
  checked.add(element);
  if (element.closest(".visually-hidden, :disabled, noscript, option")) continue;
  const style = getComputedStyle(element);
  const color = parse(element instanceof SVGElement ? style.fill : style.color);
  const behind = element instanceof SVGElement ? parse(getComputedStyle(element.parentElement.querySelector("rect") ?? element).fill) : ground(element);
  if (element instanceof SVGElement && !element.parentElement.querySelector("rect")) continue;
  const found = contrast(color, behind);
  if (found < 4.5) faults.push(`contrast ${found.toFixed(2)} of ${describe(element)}`);
}

const controls = [...document.querySelectorAll("a[href], button, input, select, textarea, [tabindex='0'], summary")].filter(seen);
for (const control of controls) {
  const labels = control.labels?.length ? [...control.labels].map((label) => label.textContent).join(" ") : "";
  const named = control.getAttribute("aria-labelledby")?.split(" ").map((id) => document.getElementById(id)?.textContent).join(" ");
  const name = control.getAttribute("aria-label") || named || labels || control.textContent || control.title || control.getAttribute("alt");
  if (!name?.trim()) faults.push(`no name: ${describe(control)}`);
  if (control.matches("input, select, textarea, button:not(:disabled)")) {
    const style = getComputedStyle(control);
    const isRange = ["range", "checkbox", "radio", "file", "color"].includes(control.type);
    if (!isRange && parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none" && parse(style.borderTopColor)[3] === 255) {
      const found = contrast(parse(style.borderTopColor), ground(control.parentElement));
      if (found < 3) faults.push(`border contrast ${found.toFixed(2)} of ${describe(control)}`);
    }
  }
  const box = control.getBoundingClientRect();
  const inline = control.tagName === "A" && getComputedStyle(control).display === "inline";
  if (!inline && control.type !== "file" && Math.min(box.width, box.height) < 23.5) {
    const label = control.labels?.[0]?.getBoundingClientRect();
    if (!label || Math.min(label.width, label.height) < 18) faults.push(`${box.width.toFixed(0)} × ${box.height.toFixed(0)} px: ${describe(control)}`);
  }
}

for (const image of document.querySelectorAll("canvas, img, svg[role]")) {
  if (!seen(image) || image.closest("[aria-hidden=true]") || image.getAttribute("aria-hidden") === "true") continue;
  if (!image.getAttribute("aria-label") && image.getAttribute("alt") === null) faults.push(`a picture without a name: ${describe(image)}`);
}
const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index))) faults.push(`the id ${id} is there twice`);
const headings = [...document.querySelectorAll("h1")];
if (headings.length !== 1) faults.push(`${headings.length} headings of the first rank`);
else if (document.title !== `${headings[0].textContent} – Trainyard`) faults.push(`the title "${document.title}" is not the heading's`);
if (document.querySelectorAll("main, header.site, nav[aria-label=Main]").length !== 3) faults.push("landmarks are missing");
return faults;
