// The stages as one small picture: boxes in a row, a line to the next, arcs where stages are missed out or entered in
// another way. Everything in it is also in the list below, so that it may be left out for a screen reader or a phone.
import { escape } from "./text";

const WIDTH = 164;
const HEIGHT = 54;
const GAP = 44;
const LEVEL = 20; // how much higher each arc lies than the one before
const KINDS = [
	{ ground: "skip", up: true, label: () => __("stages missed out") },
	{ ground: "immediate risk", up: false, label: () => __("immediate risk") },
	{ ground: "policy issue", up: false, label: () => __("policy issue") },
	{ ground: "route", up: true, label: () => __("a route of its own") },
];

export function mapHtml(stages) {
	if (stages.length < 2) return "";
	const boxes = [{ number: 0, label: __("Draft") }, ...stages];
	const place = new Map(boxes.map((box, index) => [box.number, index]));
	const arcs = KINDS.flatMap((kind) => arcsOf(kind, stages, place));
	const rise = (up) => 16 + LEVEL * arcs.filter((arc) => arc.up === up).length;
	const top = rise(true);
	const size = { width: boxes.length * (WIDTH + GAP) - GAP + 8, height: top + HEIGHT + rise(false) };
	const drawn = { true: 0, false: 0 };
	const lines = arcs.map((arc) => arcHtml(arc, top, ++drawn[arc.up]));
	const used = KINDS.filter((kind) => arcs.some((arc) => arc.ground === kind.ground));
	const legend = used.map(
		(kind) => `<span class="sgp-key sgp-arc--${slug(kind.ground)}">${escape(kind.label())}</span>`
	);
	return `<figure class="sgp-map" aria-hidden="true"><svg viewBox="-4 0 ${size.width} ${size.height}" focusable="false">
		<defs><marker id="sgp-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
		<path d="M0 0 8 4 0 8z"/></marker></defs>
		${boxes.map((box, index) => boxHtml(box, index, top)).join("")}
		${stages
			.filter(entered)
			.map((stage) => nextHtml(place.get(stage.number), top))
			.join("")}${lines.join("")}</svg>
		<figcaption class="sg-quiet">${legend.join("")}</figcaption></figure>`;
}

const entered = (stage) => stage.ways.some((way) => way.ground === "next");
const slug = (ground) => ground.replace(/\W+/g, "-");
const left = (index) => index * (WIDTH + GAP);

// One arc for each stage and ground, from the lowest stage that it may start at.
function arcsOf(kind, stages, place) {
	return stages.flatMap((stage) => {
		const from = stage.ways
			.filter((way) => way.ground === kind.ground)
			.flatMap((way) => way.from_stages)
			.filter((number) => place.has(number) && number !== stage.number);
		if (!from.length) return [];
		return [{ ...kind, from: place.get(Math.min(...from)), to: place.get(stage.number) }];
	});
}

function arcHtml(arc, top, number) {
	const edge = arc.up ? top : top + HEIGHT;
	const far = arc.up ? edge - LEVEL * number : edge + LEVEL * number;
	const start = left(arc.from) + WIDTH / 2 + 10;
	const end = left(arc.to) + WIDTH / 2 - 24 + 4 * number;
	return `<path class="sgp-arc sgp-arc--${slug(arc.ground)}" marker-end="url(#sgp-tip)"
		d="M${start} ${edge} C${start} ${far} ${start} ${far} ${start + 24} ${far} H${end - 24} C${end} ${far} ${end} ${far} ${end} ${edge}"/>`;
}

function nextHtml(index, top) {
	const y = top + HEIGHT / 2;
	return `<path class="sgp-arc" marker-end="url(#sgp-tip)" d="M${left(index) - GAP} ${y} H${left(index) - 1}"/>`;
}

function boxHtml(box, index, top) {
	const lines = wrapped(
		box.number && !/\d|One|Two|Three|Four|Five|Six/.test(box.label)
			? `${box.number} ${box.label}`
			: box.label
	);
	const first = top + HEIGHT / 2 - (lines.length - 1) * 8 + 5;
	const text = lines.map(
		(line, number) =>
			`<tspan x="${left(index) + WIDTH / 2}" y="${first + number * 16}">${escape(line)}</tspan>`
	);
	return `<rect class="sgp-box${index ? "" : " sgp-box--draft"}" x="${left(index)}" y="${top}" width="${WIDTH}"
		height="${HEIGHT}" rx="6"/><text class="sgp-box__label">${text.join("")}</text>`;
}

// At most three lines of about twenty letters; the whole name is in the list.
function wrapped(label) {
	const lines = [""];
	for (const word of label.split(/\s+(?:[-–]\s+)?/)) {
		const last = lines[lines.length - 1];
		if (last && last.length + word.length > 19) lines.push(word);
		else lines[lines.length - 1] = last ? `${last} ${word}` : word;
	}
	return lines.length > 3 ? [...lines.slice(0, 2), `${lines[2]} …`] : lines;
}
