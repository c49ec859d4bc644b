// Setup check: what is in order, what is to do, what cannot be known from here; each line with the place to do it.
(() => {
	const NAME = "setup-check";
	const escape = (value) => frappe.utils.escape_html(String(value || ""));
	const STATES = {
		"to do": { tone: "warning", words: __("To do") },
		unknown: { tone: "info", words: __("Cannot be known from here") },
		good: { tone: "good", words: __("In order") },
	};

	frappe.pages[NAME].on_page_load = (wrapper) => {
		const page = frappe.ui.make_app_page({
			parent: wrapper,
			title: __("Setup check"),
			single_column: true,
		});
		wrapper.check = { body: $('<div class="sg-check"></div>').appendTo(page.main) };
		page.set_primary_action(__("Check again"), () => show(wrapper));
	};

	frappe.pages[NAME].on_page_show = (wrapper) => show(wrapper);

	async function show(wrapper) {
		const { body } = wrapper.check;
		body.attr("aria-busy", "true");
		try {
			const found = await frappe.xcall("safeguarding_escalation.api.setup_check.lines");
			body.html(drawn(found));
		} finally {
			body.removeAttr("aria-busy");
		}
	}

	function drawn(found) {
		const counts = Object.entries(STATES)
			.map(([state, { tone, words }]) => pill(tone, `${found.counts[state]} · ${words}`))
			.join(" ");
		const about = found.whole_site
			? __("This site as a whole, checked on {0}.", [found.at])
			: __("The boards that you manage, checked on {0}.", [found.at]);
		return `<p class="sg-check__about">${escape(about)}</p>
			<p class="sg-check__counts">${counts}</p>
			${found.groups.map(groupDrawn).join("")}`;
	}

	function groupDrawn(group) {
		return `<section class="sg-check__group"><h3>${escape(__(group.title))}</h3>
			<ul>${group.lines.map(lineDrawn).join("")}</ul></section>`;
	}

	function lineDrawn(line) {
		const { tone, words } = STATES[line.state];
		const title = escape(__(line.title));
		const place = line.link
			? `<a href="${escape(line.link)}">${escape(__("Go there"))}<span class="sr-only"> (${title})</span></a>`
			: "";
		const todo = line.todo ? `<p class="sg-check__todo">${escape(__(line.todo))} ${place}</p>` : "";
		return `<li class="sg-check__line sg-check__line--${tone}" data-key="${escape(line.key)}">
			<div class="sg-check__head"><b>${title}</b> ${pill(tone, words)}</div>
			<p>${escape(line.found)} ${todo ? "" : place}</p>${todo}</li>`;
	}

	function pill(tone, words) {
		return `<span class="sg-pill sg-pill--${tone}">${escape(words)}</span>`;
	}
})();
