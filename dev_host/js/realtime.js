// A small stand-in for Frappe's socket.io service: rooms by user, DocType, document and task. Not every Frappe tree
// has the real one, and without any Desk keeps asking for it.
// usage: node realtime.js BENCH NODE_MODULES
const fs = require("fs");
const path = require("path");
const { createRequire } = require("module");

const [bench, nodeModules] = process.argv.slice(2);
const load = createRequire(path.join(nodeModules, "loader.js"));
const sites = path.join(bench, "sites");
const readJson = (file) => JSON.parse(fs.readFileSync(file, "utf8"));
const settings = readJson(path.join(sites, "common_site_config.json"));
// socket.io's own listen() takes no address and would answer on every one.
const http = require("http").createServer();
const server = new (load("socket.io").Server)(http, { cors: { origin: true, credentials: true } });

// Each site has a web server of its own; its address is the site's host_name.
function addressOf(site) {
	const file = path.join(sites, path.basename(site), "site_config.json");
	return (fs.existsSync(file) && readJson(file).host_name) || settings.host_name;
}

// Asks Frappe, as the person whose cookie the socket brought.
async function ask(socket, method, parameters = {}) {
	const site = socket.nsp.name.slice(1);
	const url = `${addressOf(site)}/api/method/frappe.realtime.${method}?${new URLSearchParams(parameters)}`;
	const headers = { Cookie: socket.request.headers.cookie || "", "X-Frappe-Site-Name": site };
	const response = await fetch(url, { headers });
	if (!response.ok) throw new Error(`${method} answered ${response.status}`);
	return (await response.json()).message;
}

// Version 16 has one question for DocTypes and documents; before, each had its own.
function mayRead(socket, doctype, docname) {
	const before = docname
		? ask(socket, "can_subscribe_doc", { doctype, docname })
		: ask(socket, "can_subscribe_doctype", { doctype });
	return before.catch(() => ask(socket, "has_permission", { doctype, name: docname || "" }));
}

const everySite = server.of(/^\/.*$/);

everySite.use((socket, next) =>
	ask(socket, "get_user_info").then((info) => {
		socket.user = info.user;
		socket.isSystemUser = info.user_type === "System User";
		next();
	}, next)
);

everySite.on("connection", (socket) => {
	socket.join([`user:${socket.user}`, "website"]);
	if (socket.isSystemUser) socket.join("all");
	const joinIf = (room, doctype, docname) =>
		mayRead(socket, doctype, docname).then(
			(allowed) => allowed && socket.join(room),
			() => {}
		);
	socket.on("doctype_subscribe", (doctype) => joinIf(`doctype:${doctype}`, doctype));
	socket.on("doctype_unsubscribe", (doctype) => socket.leave(`doctype:${doctype}`));
	socket.on("doc_subscribe", (doctype, docname) => joinIf(`doc:${doctype}/${docname}`, doctype, docname));
	socket.on("doc_unsubscribe", (doctype, docname) => socket.leave(`doc:${doctype}/${docname}`));
	socket.on("task_subscribe", (task) => socket.join(`task_progress:${task}`));
	socket.on("progress_subscribe", (task) => socket.join(`task_progress:${task}`));
	socket.on("task_unsubscribe", (task) => socket.leave(`task_progress:${task}`));
});

function deliver(text) {
	const event = JSON.parse(text);
	const site = server.of(`/${event.namespace}`);
	if (event.room) site.to(event.room).emit(event.event, event.message);
	else site.emit(event.event, event.message);
}

async function main() {
	const subscriber = load("@redis/client").createClient({ url: settings.redis_queue });
	subscriber.on("error", (error) => console.error(String(error)));
	await subscriber.connect();
	await subscriber.subscribe("events", deliver);
	http.listen(settings.socketio_port, "127.0.0.1");
	console.log(`realtime on ${settings.socketio_port}`);
}

main().catch((error) => {
	console.error(error);
	process.exit(1);
});
