/**
 * The servers that work on the store, and the jobs that they hold.
 * @module
 */
import { h } from "../../core/dom.js";
import { ago, count } from "../../core/format.js";
import { link } from "../../core/router.js";
import { table } from "../../parts/table.js";

/**
 * @param {{node: string, nodes: Array<Object>, leases: Array<Object>}} cluster As `GET /cluster` answers.
 * @returns {HTMLElement}
 */
export function nodeTable(cluster) {
  const held = (node) => cluster.leases.filter((lease) => lease.node === node.id)
    .flatMap((lease, index) => [index ? ", " : "", h("a", { href: link(["jobs", lease.job]) }, lease.job)]);
  return table("Servers on this store", [
    { title: "Server", cell: (node) => (node.id === cluster.node ? `${node.name} (this one)` : node.name) },
    { title: "State", cell: (node) => node.state },
    { title: "Does", cell: (node) => node.roles.join(", ") },
    { title: "Address", cell: (node) => node.address },
    { title: "Workers", number: true, cell: (node) => `${count(node.busy)} of ${count(node.workers)}` },
    { title: "Jobs", cell: (node) => h("span", {}, held(node)) },
    { title: "Seen", cell: (node) => ago(node.seen_at) },
  ], cluster.nodes);
}
