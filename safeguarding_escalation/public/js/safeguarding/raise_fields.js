// The parts that the questions are made of: native controls with a label each, big enough for a thumb.
import { escape } from "./text";

const PREFIX = "sg-raise-";

export function idOf(name) {
	return PREFIX + name;
}

function labelled(name, label, hint, control) {
	const told = hint ? `<p class="sg-raise__hint" id="${idOf(name)}-hint">${escape(hint)}</p>` : "";
	return `<div class="sg-raise__field"><label for="${idOf(name)}">${escape(label)}</label>${told}${control}</div>`;
}

function attributes(name, { hint, required } = {}) {
	const describedBy = hint ? ` aria-describedby="${idOf(name)}-hint"` : "";
	return `id="${idOf(name)}" name="${name}"${describedBy}${required ? ' aria-required="true"' : ""}`;
}

export function line(name, label, state, more = {}) {
	const list = more.list ? ` list="${idOf(name)}-list"` : "";
	const options = (more.list || []).map((text) => `<option value="${escape(text)}"></option>`).join("");
	const datalist = more.list ? `<datalist id="${idOf(name)}-list">${options}</datalist>` : "";
	return labelled(
		name,
		label,
		more.hint,
		`<input class="form-control" type="${more.type || "text"}" autocomplete="off" ${attributes(name, more)}
			${more.max ? `max="${escape(more.max)}"` : ""}${list} value="${escape(state.answers[name])}">${datalist}`
	);
}

export function area(name, label, state, more = {}) {
	return labelled(
		name,
		label,
		more.hint,
		`<textarea class="form-control" rows="${more.rows || 3}" ${attributes(name, more)}>${escape(state.answers[name])}</textarea>`
	);
}

// `groups` are [{label, options: [{value, label}]}]; a group without a label stands alone.
export function select(name, label, state, groups, more = {}) {
	const option = (row) =>
		`<option value="${escape(row.value)}"${row.value === (state.answers[name] || "") ? " selected" : ""}>${escape(row.label)}</option>`;
	const html = groups
		.filter((group) => group.options.length)
		.map((group) => {
			const options = group.options.map(option).join("");
			return group.label ? `<optgroup label="${escape(group.label)}">${options}</optgroup>` : options;
		})
		.join("");
	return labelled(
		name,
		label,
		more.hint,
		`<select class="form-control" ${attributes(name, more)}>${html}</select>`
	);
}

// A few answers of which one holds, as big buttons (`across`) or as a list. `rows` are [{value, label, small}].
export function choice(name, label, state, rows, more = {}) {
	const items = rows.map((row, index) => {
		const id = `${idOf(name)}-${index}`;
		const checked = (state.answers[name] || "") === row.value ? " checked" : "";
		const small = row.small ? `<small>${escape(row.small)}</small>` : "";
		return `<div class="sg-raise__option"><input type="radio" id="${id}" name="${name}" value="${escape(row.value)}"${checked}>
			<label for="${id}"><span>${escape(row.label)}${small}</span></label></div>`;
	});
	return `<fieldset class="sg-raise__choice${more.across ? " sg-raise__choice--across" : ""}">
		<legend>${escape(label)}</legend>${items.join("")}</fieldset>`;
}

export function check(name, label, state) {
	return `<div class="sg-raise__check"><input type="checkbox" role="switch" id="${idOf(name)}" name="${name}"
		${state.answers[name] ? "checked" : ""}><label for="${idOf(name)}">${escape(label)}</label></div>`;
}

export function note(text, tone = "info") {
	if (!text) return "";
	const role = tone === "danger" ? "alert" : "note";
	return `<div class="sg-banner sg-banner--${tone}" role="${role}">${escape(text)}</div>`;
}
