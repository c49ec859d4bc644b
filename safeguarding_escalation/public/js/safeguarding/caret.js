// What is drawn anew under somebody's hands: focus and caret stay where they were, so that words go on there.
export function keepCaret(draw) {
	const { id, selectionStart, selectionEnd, scrollTop } = document.activeElement || {};
	draw();
	const again = id && document.getElementById(id);
	if (!again || again === document.activeElement) return;
	again.focus({ preventScroll: true });
	// Only what text is typed into has a caret: null elsewhere.
	if (Number.isInteger(selectionStart)) again.setSelectionRange(selectionStart, selectionEnd);
	again.scrollTop = scrollTop;
}
