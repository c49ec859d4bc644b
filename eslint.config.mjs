// Client scripts run in Frappe's Desk; dev_host/js runs in Node. Imports nothing, so the packages may lie anywhere.
const rules = {
	"no-undef": "error",
	"no-unused-vars": ["error", { args: "after-used", caughtErrors: "none" }],
	"no-redeclare": "error",
	"no-dupe-keys": "error",
	"no-unreachable": "error",
	"no-implicit-globals": "off",
	"no-var": "error",
	"prefer-const": "error",
	eqeqeq: ["error", "always", { null: "ignore" }],
	curly: ["error", "multi-line"],
	"no-eval": "error",
	"no-implied-eval": "error",
	"no-console": "off",
};
const named = (names) => Object.fromEntries(names.split(" ").map((name) => [name, "readonly"]));

export default [
	{ ignores: ["**/dist/**", "**/node_modules/**", ".dev/**"] },
	{
		files: ["safeguarding_escalation/**/*.js"],
		languageOptions: {
			ecmaVersion: 2022,
			sourceType: "module",
			globals: named(
				"frappe cur_frm cur_list cur_page cur_dialog locals __ $ jQuery moment flt cint cstr in_list has_common " +
					"window document navigator location setTimeout clearTimeout setInterval clearInterval console fetch " +
					"URL URLSearchParams FormData Blob Intl Promise Event CustomEvent HTMLElement localStorage sessionStorage"
			),
		},
		rules: { ...rules, "no-console": "error" },
	},
	{
		files: ["dev_host/js/**/*.js"],
		languageOptions: {
			ecmaVersion: 2022,
			sourceType: "commonjs",
			globals: named("require module process console fetch URL URLSearchParams Buffer __dirname"),
		},
		rules,
	},
];
