/**
 * What one person likes and no other needs to know: theme, column widths. In `localStorage`, where there is one.
 * @module
 */

const prefix = "trainyard.";

/**
 * A stored setting.
 *
 * @param {string} name
 * @param {string} standard
 * @returns {string}
 */
export function setting(name, standard) {
  try {
    return localStorage.getItem(prefix + name) ?? standard;
  } catch {
    return standard;
  }
}

/**
 * Stores a setting; a browser that stores nothing forgets it with the tab.
 *
 * @param {string} name
 * @param {string} value
 */
export function store(name, value) {
  try {
    localStorage.setItem(prefix + name, value);
  } catch {
    return;
  }
}

/** Applies the theme that was chosen, if any; `auto` follows the system. */
export function applyTheme() {
  const theme = setting("theme", "auto");
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  document.dispatchEvent(new Event("themechange"));
}
