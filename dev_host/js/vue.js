// An esbuild plugin for Vue 3 single-file components; their styles are put into the page when they are loaded.
const crypto = require("crypto");
const fs = require("fs");
const path = require("path");

function compileTemplate(compiler, descriptor, options) {
	const { code } = compiler.compileTemplate(options);
	return code.replace(/export (function|const) render/, "$1 __render") + "\n__component.render = __render;";
}

function compileCode(compiler, descriptor, id, file) {
	const scoped = descriptor.styles.some((style) => style.scoped);
	const options = {
		id,
		scoped,
		filename: file,
		source: descriptor.template && descriptor.template.content,
		compilerOptions: { scopeId: scoped ? `data-v-${id}` : undefined },
		transformAssetUrls: false,
	};
	let code = "const __component = {};";
	if (descriptor.script || descriptor.scriptSetup) {
		const script = compiler.compileScript(descriptor, {
			id,
			inlineTemplate: !!descriptor.scriptSetup,
			templateOptions: options,
			genDefaultAs: "__component",
			isProd: true,
		});
		code = script.content;
		options.compilerOptions.bindingMetadata = script.bindings;
	}
	if (descriptor.template && !descriptor.scriptSetup) {
		code += "\n" + compileTemplate(compiler, descriptor, options);
	}
	if (scoped) code += `\n__component.__scopeId = "data-v-${id}";`;
	return code;
}

async function compileStyles(context, compileSass, descriptor, id, file) {
	let css = "";
	for (const style of descriptor.styles) {
		const isSass = ["scss", "sass"].includes(style.lang);
		const source = isSass ? compileSass(file, style.content, style.lang) : style.content;
		const compiled = await context.tools.vue.compileStyleAsync({
			source,
			filename: file,
			id: `data-v-${id}`,
			scoped: style.scoped,
		});
		if (compiled.errors.length) throw compiled.errors[0];
		const inlined = await context.tools.esbuild.build({
			stdin: { contents: compiled.code, loader: "css", resolveDir: path.dirname(file) },
			bundle: true,
			write: false,
			nodePaths: context.nodePaths,
			external: ["/assets/*"],
		});
		css += inlined.outputFiles[0].text;
	}
	return css;
}

function vuePlugin(context, compileSass) {
	const compiler = context.tools.vue;
	return {
		name: "vue",
		setup(build) {
			build.onLoad({ filter: /\.vue$/ }, async ({ path: file }) => {
				const { descriptor, errors } = compiler.parse(fs.readFileSync(file, "utf8"), {
					filename: file,
				});
				if (errors.length) return { errors: errors.map((error) => ({ text: error.message })) };
				const relative = path.relative(context.bench, file);
				const id = crypto.createHash("md5").update(relative).digest("hex").slice(0, 8);
				let code = compileCode(compiler, descriptor, id, file);
				const css = await compileStyles(context, compileSass, descriptor, id, file);
				if (css) code += `\nfrappe.dom.set_style(${JSON.stringify(css)});`;
				const typed = [descriptor.script, descriptor.scriptSetup].some(
					(part) => part && part.lang === "ts"
				);
				return {
					contents: code + "\nexport default __component;",
					resolveDir: path.dirname(file),
					loader: typed ? "ts" : "js",
				};
			});
		},
	};
}

module.exports = { vuePlugin };
