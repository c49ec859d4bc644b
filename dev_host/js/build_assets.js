// Builds every app's public/**/*.bundle.{js,ts,css,scss} into sites/assets/<app>/dist and writes assets.json, the map
// from which Frappe finds them. Frappe's own builder needs packages from GitHub and isn't in every tree.
// usage: node build_assets.js BENCH NODE_MODULES [APP ...]
const fs = require("fs");
const path = require("path");
const { loadTools } = require("./tools");
const plugins = require("./plugins");

const SCRIPT = /\.bundle\.(js|ts)$/;
const STYLE = /\.bundle\.(css|scss|sass|less)$/;

function listApps(bench) {
	const text = fs.readFileSync(path.join(bench, "sites", "apps.txt"), "utf8");
	return text
		.split("\n")
		.map((line) => line.trim())
		.filter(Boolean);
}

function* bundles(folder) {
	for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
		if (["node_modules", "dist"].includes(entry.name)) continue;
		const file = path.join(folder, entry.name);
		if (entry.isDirectory()) yield* bundles(file);
		else if (SCRIPT.test(entry.name) || STYLE.test(entry.name)) yield file;
	}
}

// Replaces an old link, never a folder.
function link(target, name) {
	const found = fs.lstatSync(name, { throwIfNoEntry: false });
	if (found && !found.isSymbolicLink()) return;
	if (found) fs.unlinkSync(name);
	fs.symlinkSync(target, name);
}

function linkAssets(context) {
	const assets = path.join(context.bench, "sites", "assets");
	fs.mkdirSync(assets, { recursive: true });
	for (const app of context.all) {
		if (fs.existsSync(context.publicOf(app))) link(context.publicOf(app), path.join(assets, app));
	}
	// Frappe's own pages ask for /assets/frappe/node_modules/...
	link(context.nodeModules, path.join(context.publicOf("frappe"), "node_modules"));
}

async function build(context, entries, kind) {
	if (!entries.length) return {};
	const points = {};
	for (const [app, file] of entries) {
		points[`${app}/dist/${kind}/${path.basename(file).replace(/\.[^.]+$/, "")}`] = file;
	}
	const result = await context.tools.esbuild.build({
		entryPoints: points,
		entryNames: "[dir]/[name].[hash]",
		outdir: path.join(context.bench, "sites", "assets"),
		absWorkingDir: context.bench,
		bundle: true,
		metafile: true,
		minify: true,
		target: ["es2017"],
		nodePaths: context.nodePaths,
		logLevel: "error",
		logOverride: { "css-syntax-error": "silent" },
		define: {
			"process.env.NODE_ENV": '"production"',
			__VUE_OPTIONS_API__: "true",
			__VUE_PROD_DEVTOOLS__: "false",
		},
		plugins: kind === "js" ? plugins.forScripts(context) : plugins.forStyles(context),
	});
	return outputsByName(context.bench, result.metafile.outputs);
}

function outputsByName(bench, outputs) {
	const named = {};
	for (const [output, info] of Object.entries(outputs)) {
		if (!info.entryPoint) continue;
		const key = path
			.basename(info.entryPoint)
			.replace(/\.(scss|sass|less)$/, ".css")
			.replace(/\.ts$/, ".js");
		named[key] = "/" + path.relative(path.join(bench, "sites"), path.resolve(bench, output));
	}
	return named;
}

function mergeJson(file, values) {
	const old = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
	fs.writeFileSync(file + ".part", JSON.stringify({ ...old, ...values }, null, 1));
	fs.renameSync(file + ".part", file);
}

async function main([bench, nodeModules, ...chosen]) {
	const all = listApps(bench);
	const rootOf = (app) => path.join(bench, "apps", app);
	const publicOf = (app) => path.join(rootOf(app), app, "public");
	const ownModules = all.map((app) => path.join(rootOf(app), "node_modules"));
	const context = {
		bench,
		nodeModules,
		all,
		publicOf,
		tools: loadTools(nodeModules),
		nodePaths: [nodeModules, ...ownModules, ...all.map(rootOf)].filter(fs.existsSync),
	};
	linkAssets(context);
	const apps = (chosen.length ? chosen : all).filter((app) => fs.existsSync(publicOf(app)));
	for (const app of apps) fs.rmSync(path.join(publicOf(app), "dist"), { recursive: true, force: true });
	const files = apps.flatMap((app) => [...bundles(publicOf(app))].map((file) => [app, file]));
	const scripts = files.filter(([, file]) => SCRIPT.test(file));
	const styles = files.filter(([, file]) => STYLE.test(file));
	const [js, css] = await Promise.all([build(context, scripts, "js"), build(context, styles, "css")]);
	mergeJson(path.join(bench, "sites", "assets", "assets.json"), { ...js, ...css });
	// English reads left to right: the map for other scripts must exist, and may be empty.
	mergeJson(path.join(bench, "sites", "assets", "assets-rtl.json"), {});
	console.log(`${scripts.length} scripts and ${styles.length} styles of ${apps.join(", ")}`);
}

main(process.argv.slice(2)).catch((error) => {
	console.error(error.stack || error);
	process.exit(1);
});
