// A button that is drawn anew between a finger's touch and its click loses the click. Whoever draws waits for the finger.
const CLICK_COMES = 100; // milliseconds after the finger has left, at the latest

let down = false;
let waiting = [];

export function watchFinger(root) {
	root.on("pointerdown", () => {
		down = true;
	});
	$(document).on("pointerup pointercancel", () => setTimeout(lifted, CLICK_COMES));
}

// Resolves at once where no finger (or mouse button) is down.
export function fingerUp() {
	return down ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve();
}

function lifted() {
	down = false;
	waiting.forEach((resolve) => resolve());
	waiting = [];
}
