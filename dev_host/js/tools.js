// The packages the asset builder uses, loaded from a folder that need not be beside it.
const path = require("path");
const { createRequire } = require("module");

function loadTools(nodeModules) {
	const load = createRequire(path.join(nodeModules, "loader.js"));
	return {
		esbuild: load("esbuild"),
		sass: load("sass"),
		postcss: load("postcss"),
		autoprefixer: load("autoprefixer"),
		vue: load("vue/compiler-sfc"),
	};
}

module.exports = { loadTools };
