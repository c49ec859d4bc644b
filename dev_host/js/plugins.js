// esbuild plugins for what Frappe's sources import: .html templates, Sass, Vue components, a patched date picker.
const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");
const { addSeconds } = require("./datepicker");
const { vuePlugin } = require("./vue");

// "~package/file" means node_modules/package/file.
function sassOptions(context) {
	const base = pathToFileURL(context.nodeModules) + "/";
	return {
		loadPaths: context.nodePaths,
		quietDeps: true,
		logger: context.tools.sass.Logger.silent,
		importers: [{ findFileUrl: (url) => (url.startsWith("~") ? new URL(base + url.slice(1)) : null) }],
	};
}

function compileSass(context, file, source, language) {
	const { sass } = context.tools;
	if (source === undefined) return sass.compile(file, sassOptions(context)).css;
	const syntax = language === "sass" ? "indented" : "scss";
	return sass.compileString(source, { ...sassOptions(context), syntax, url: pathToFileURL(file) }).css;
}

// import "./name.html" sets frappe.templates.name. A template literal, since some files escape their own quotes.
const htmlPlugin = {
	name: "html",
	setup(build) {
		build.onLoad({ filter: /\.html$/ }, ({ path: file }) => {
			const name = path.basename(file).split(".")[0];
			const html = fs.readFileSync(file, "utf8").replace(/`|\$\{/g, "\\$&");
			return { contents: `frappe.templates[${JSON.stringify(name)}] = \`${html}\`;`, loader: "js" };
		});
	},
};

const datepickerPlugin = {
	name: "datepicker-seconds",
	setup(build) {
		build.onLoad({ filter: /air-datepicker\/dist\/js\/datepicker(\.min)?\.js$/ }, ({ path: file }) => {
			const source = fs.readFileSync(path.join(path.dirname(file), "datepicker.js"), "utf8");
			return { contents: addSeconds(source), loader: "js" };
		});
	},
};

function stylePlugin(context) {
	return {
		name: "style",
		setup(build) {
			build.onResolve({ filter: /^\/assets\// }, ({ path: file }) => ({ path: file, external: true }));
			build.onLoad({ filter: /\.(css|scss|sass)$/ }, async ({ path: file }) => {
				const css = file.endsWith(".css")
					? fs.readFileSync(file, "utf8")
					: compileSass(context, file);
				const { postcss, autoprefixer } = context.tools;
				const result = await postcss([autoprefixer]).process(css, { from: file, map: false });
				return { contents: result.css, loader: "css", resolveDir: path.dirname(file) };
			});
		},
	};
}

const forScripts = (context) => [
	htmlPlugin,
	datepickerPlugin,
	vuePlugin(context, (file, source, language) => compileSass(context, file, source, language)),
];
const forStyles = (context) => [stylePlugin(context)];

module.exports = { forScripts, forStyles };
