/**
 * Jobs: the list, or one job, or several over each other.
 * @module
 */
import { openList } from "./list.js";

/** @param {import("../../core/router.js").Address} address */
export function title({ path: [, ids] }) {
  if (!ids) return "Jobs";
  return ids.includes(",") ? `Jobs ${ids.split(",").join(", ")}` : `Job ${ids}`;
}

/**
 * @param {HTMLElement} root
 * @param {import("../../core/router.js").Address} address
 * @param {{head: HTMLElement, heading: HTMLElement}} shell
 * @returns {function(): void} Closes it.
 */
export function open(root, address, shell) {
  const ids = address.path[1];
  if (!ids) return openList(root, address, shell);
  let close = null;
  let isClosed = false;
  import("./job.js").then(({ openJobs }) => {
    if (!isClosed) close = openJobs(root, ids.split(","), address, shell);
  });
  return () => { isClosed = true; close?.(); };
}
