// Words, dates and HTML that is safe to show. Everything that came from a person or the server goes through `escape`.

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function escape(value) {
	return frappe.utils.escape_html(value === null || value === undefined ? "" : String(value));
}

// "2025-03-18…" → "Tue 18 Mar 2025". Works on the text, so that no time zone of the browser moves the day.
export function showDay(iso) {
	const [year, month, day] = String(iso || "")
		.slice(0, 10)
		.split("-")
		.map(Number);
	if (!year || !month || !day) return "";
	const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
	return `${DAYS[weekday]} ${day} ${MONTHS[month - 1]} ${year}`;
}

// "2025-03-18T10:05:00+00:00" → "Tue 18 Mar 2025, 10:05", in the zone that the text itself is in.
export function showMoment(iso) {
	const time = String(iso || "").slice(11, 16);
	return time ? `${showDay(iso)}, ${time}` : showDay(iso);
}

// Only web and mail addresses become links; anything else stays text.
export function link(address, label) {
	const target = String(address || "").trim();
	const shown = escape(label || target);
	if (/^https?:\/\//i.test(target)) {
		return `<a href="${escape(target)}" target="_blank" rel="noopener noreferrer">${shown}</a>`;
	}
	if (/^[^\s@<>"']+@[^\s@<>"']+$/.test(target)) return `<a href="mailto:${escape(target)}">${shown}</a>`;
	return shown;
}

// A server's message as plain sentences: its markup is read, never shown.
export function sentences(html) {
	return String(html || "")
		.split(/<br\s*\/?>|\n/i)
		.map((part) => new window.DOMParser().parseFromString(part, "text/html").body.textContent.trim())
		.filter(Boolean);
}

export function paragraphs(lines) {
	return lines.map((line) => `<p>${escape(line)}</p>`).join("");
}

export function badge(words, tone) {
	return `<span class="sg-pill sg-pill--${tone}">${escape(words)}</span>`;
}

// "4.2" → "Clause 4.2", "3 Stage One" → "Clause 3, Stage One"; one that goes by a name alone → "Policy: Stage 1".
export function clauseWords(clause) {
	const text = String(clause || "");
	if (!/^\d/.test(text)) return text ? __("Policy: {0}", [text]) : "";
	return __("Clause {0}", [text.replace(/(\d) (?=[A-Za-z])/, "$1, ")]);
}
