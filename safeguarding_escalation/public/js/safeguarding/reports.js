// What the reports on live work share: filters, cells that say the state in words, and the way from each figure to its rows.
import { escape } from "./text";
import * as worklists from "./worklists";

const period = (words) => [
	{ fieldname: "from_date", label: __("{0} from", [words]), fieldtype: "Date" },
	{ fieldname: "to_date", label: __("{0} until", [words]), fieldtype: "Date" },
];

const common = () => [
	worklists.boardFilter(),
	worklists.agencyFilter(),
	{
		fieldname: "stage",
		label: __("Stage"),
		fieldtype: "Select",
		options: [
			{ value: "", label: __("Any stage") },
			...[1, 2, 3, 4, 5, 6].map((number) => ({
				value: String(number),
				label: __("Stage {0}", [number]),
			})),
		],
	},
];

const mine = () => ({ fieldname: "mine", label: __("Only cases that name me"), fieldtype: "Check" });
const targets = () => ({
	fieldname: "local_targets",
	label: __("With local targets"),
	fieldtype: "Check",
});

const FILTERS = {
	"Escalation Tracker": () => [...common(), ...period(__("Raised")), mine()],
	"Overdue and Due Soon": () => [
		...common(),
		worklists.owedByFilter(),
		...period(__("Due")),
		mine(),
		targets(),
	],
	"Timeliness by Stage and Agency": () => [...common(), ...period(__("Due")), mine(), targets()],
	Themes: () => [...common(), ...period(__("Raised")), mine()],
	"Confirmations Outstanding": () => [...common(), ...period(__("Said or due")), mine()],
	"Actions Outstanding": () => [...common(), ...period(__("Due")), mine()],
	// What a figure's link brings along. Nobody types these: they say what is counted.
	"Cases Behind a Figure": () => [
		{ fieldname: "of", label: __("Report"), fieldtype: "Data", read_only: 1 },
		{ fieldname: "figure", label: __("Figure"), fieldtype: "Data", read_only: 1 },
		...common(),
		{ fieldname: "owed_by", label: __("Owed by"), fieldtype: "Data", hidden: 1 },
		{ fieldname: "view", label: __("As"), fieldtype: "Data", hidden: 1 },
		...period(__("Counted")),
		mine(),
		targets(),
	],
};

export function settings(name) {
	return {
		filters: FILTERS[name](),
		formatter,
		onload: offerExport,
	};
}

function formatter(value, row, column, data, shown) {
	const link = data && data.links && data.links[column.fieldname];
	if (link) return `<a class="sg-case-link" href="${escape(link)}">${escape(String(value))}</a>`;
	if (column.figure) return `<span class="sg-none">${escape(String(value || 0))}</span>`;
	if (column.fieldtype === "Datetime" || column.fieldname === "state") {
		return worklists.cell(value, column);
	}
	return worklists.formatter(value, row, column, data, shown);
}

// Frappe offers it by the right to export every field of a case, which nobody has.
function offerExport(report) {
	if (frappe.model.can_export(report.report_doc.ref_doctype)) return;
	report.page.add_inner_button(__("Export"), () => report.export_report());
}
