// What the Chair's answer is: the words of the log, and how a person reads them (BU-A7).
const LABELS = {
	resolved: () => __("It resolves the matter"),
	recommendation: () => __("A recommendation"),
	advice: () => __("Advice"),
};

// A choice among `outcomes`; the first goes without saying where `needed`, else it may be left open.
export function outcomeField(outcomes, needed, shown) {
	const options = outcomes.map((value) => ({ value, label: LABELS[value] ? LABELS[value]() : value }));
	return {
		fieldname: "outcome",
		fieldtype: "Select",
		label: __("What is the answer?"),
		options: needed ? options : [{ value: "", label: __("Not said yet") }, ...options],
		default: needed ? outcomes[0] : "",
		depends_on: shown,
	};
}

export const EVERY_OUTCOME = Object.keys(LABELS);
