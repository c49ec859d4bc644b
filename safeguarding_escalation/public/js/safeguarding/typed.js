// What somebody is writing in a dialog stays: when another answer changes, the host draws required fields anew, from what
// it knew when they were last left, and on a slow machine that takes words away that were typed meanwhile.
export function keep() {
	$(document).on("input", ".sg-dialog textarea", ({ target }) => {
		const field = (target.closest(".frappe-control") || {}).fieldobj;
		if (field && field.$input && field.$input[0] === target) field.value = target.value;
	});
}
