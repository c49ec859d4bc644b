// A button that is drawn anew between a finger's touch and its click loses the click. Whoever draws waits for the finger.
// A slow phone delivers the click long after the finger has left; where none comes (a stroke), nothing waits longer than this.
const NO_CLICK = 700; // milliseconds

let down = false;
let composing = false; // a phone's keyboard makes a word as one piece, which a field drawn anew would break off
let touch = 0;
let waiting = [];

export function watchFinger(root) {
	root.on("pointerdown", () => {
		down = true;
		touch += 1;
	});
	root.on(
		"compositionstart compositionend input keydown focusout pointerdown",
		({ type, originalEvent }) => {
			composing = type === "compositionstart" || Boolean(originalEvent && originalEvent.isComposing);
			setTimeout(goOn);
		}
	);
	document.addEventListener("click", () => setTimeout(lifted), true);
	$(document).on("pointercancel", lifted);
	$(document).on("pointerup", () => {
		const latest = touch;
		setTimeout(() => latest === touch && lifted(), NO_CLICK);
	});
}

// Resolves at once where no finger (or mouse button) is down, and no word is half made.
export function fingerUp() {
	return down || composing ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve();
}

function lifted() {
	down = false;
	goOn();
}

function goOn() {
	if (down || composing) return;
	waiting.forEach((resolve) => resolve());
	waiting = [];
}
