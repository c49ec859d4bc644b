// What every page of ours says while alerts do not go out. The server decides (services/health_banner.py); a page asks
// again when it is opened and every few minutes while it stays open, so the words go when their cause does.

const ASK = "safeguarding_escalation.api.health.banner";
// In milliseconds: no page asks twice within the first, and one that stays open asks after the second.
const AT_MOST = 60 * 1000;
const EVERY = 5 * 60 * 1000;

let text = "";
let asked = 0;

export function start() {
	const known = frappe.boot && frappe.boot.safeguarding_health;
	if (!known) return;
	text = known.text;
	asked = Date.now();
	frappe.router.on("change", follow);
	setInterval(() => isOurs() && !document.hidden && ask(), EVERY);
	draw();
}

function follow() {
	draw();
	if (isOurs() && Date.now() - asked > AT_MOST) ask();
}

// Ask the server now and show what it says.
export async function ask() {
	asked = Date.now();
	try {
		text = (await frappe.xcall(ASK)).text;
	} catch {
		return; // no network: what was said last still stands
	}
	draw();
}

function isOurs() {
	const [first, second] = frappe.get_route() || []; // none before the first page is drawn
	const { places } = frappe.boot.safeguarding_health;
	return [first, second].some((part) => places.includes(part));
}

function draw() {
	const shown = document.querySelector(".sg-health-banner");
	if (!text || !isOurs()) {
		if (shown) shown.remove();
		return;
	}
	const banner = shown || placed();
	if (banner.textContent !== text) banner.textContent = text;
}

function placed() {
	const banner = document.createElement("div");
	banner.className = "sg-health-banner";
	banner.setAttribute("role", "alert");
	const body = document.querySelector("#body") || document.querySelector(".main-section") || document.body;
	body.prepend(banner);
	return banner;
}
