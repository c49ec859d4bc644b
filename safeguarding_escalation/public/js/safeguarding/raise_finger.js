// A button that is drawn anew between a finger's touch and its click loses the click. Whoever draws waits for the finger.
// A slow phone delivers the click long after the finger has left; where none comes (a stroke), nothing waits longer than this.
const NO_CLICK = 700; // milliseconds

let down = false;
let touch = 0;
let waiting = [];

export function watchFinger(root) {
	root.on("pointerdown", () => {
		down = true;
		touch += 1;
	});
	document.addEventListener("click", () => setTimeout(lifted), true);
	$(document).on("pointercancel", lifted);
	$(document).on("pointerup", () => {
		const latest = touch;
		setTimeout(() => latest === touch && lifted(), NO_CLICK);
	});
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
