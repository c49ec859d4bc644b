// Clock health: whether clocks, alerts and dates can be relied on; what is amiss, with what to do and a repair.
(() => {
	const NAME = "clock-health";
	const API = "safeguarding_escalation.api.health";
	const ASK_AGAIN = 4000; // milliseconds between two looks for a check that runs in the background
	const PATIENCE = 150; // looks
	const escape = (value) => frappe.utils.escape_html(String(value || ""));
	const VERDICTS = {
		sound: { tone: "good", words: __("In order") },
		"to look at": { tone: "warning", words: __("Something to look at") },
		"not sound": { tone: "danger", words: __("Not to be relied on") },
	};

	frappe.pages[NAME].on_page_load = (wrapper) => {
		const page = frappe.ui.make_app_page({
			parent: wrapper,
			title: __("Clock health"),
			single_column: true,
		});
		wrapper.health = { body: $('<div class="sg-check sg-health"></div>').appendTo(page.main) };
		wrapper.health.body.on("click", ".sg-health__repair", (event) => repair(wrapper, event));
		page.set_primary_action(__("Check now"), () => check(wrapper));
	};

	frappe.pages[NAME].on_page_show = (wrapper) => show(wrapper);

	async function show(wrapper) {
		const found = await frappe.xcall(`${API}.look`);
		wrapper.health.checkedAt = found.checked_at;
		wrapper.health.body.html(drawn(found));
		return found;
	}

	async function check(wrapper) {
		const { body } = wrapper.health;
		const before = wrapper.health.checkedAt;
		body.attr("aria-busy", "true");
		try {
			const { waiting } = await frappe.xcall(`${API}.check`);
			if (waiting) await arrived(wrapper, before);
			await show(wrapper);
			announce(wrapper, __("Checked."));
		} finally {
			body.removeAttr("aria-busy");
			window.safeguarding.banner.ask();
		}
	}

	async function arrived(wrapper, before) {
		announce(wrapper, __("Many cases: the check runs in the background."));
		for (let looks = 0; looks < PATIENCE; looks += 1) {
			await new Promise((done) => setTimeout(done, ASK_AGAIN));
			const found = await frappe.xcall(`${API}.look`);
			if (found.checked_at !== before) return;
		}
		frappe.msgprint(__("The check has not come back. See whether a worker runs on the server."));
	}

	async function repair(wrapper, event) {
		const escalation = event.currentTarget.dataset.escalation;
		const done = await frappe.xcall(`${API}.repair`, { escalation });
		await show(wrapper);
		window.safeguarding.banner.ask();
		frappe.msgprint({
			title: __("{0}: computed anew", [done.reference]),
			message: changes(done),
			wide: true,
		});
	}

	function changes(done) {
		if (!done.changed.length) return `<p>${escape(__("Nothing had to be changed."))}</p>`;
		const rows = done.changed
			.map(
				(
					row
				) => `<tr><th scope="row">${escape([row.clock, row.instance].filter(Boolean).join(" "))}</th>
				<td>${escape(field(row.field))}</td><td>${escape(row.stored)}</td><td>${escape(row.wanted)}</td></tr>`
			)
			.join("");
		const heads = [__("Clock"), __("What"), __("Before"), __("Now")];
		return `<table class="table sg-health__changes"><thead><tr>
			${heads.map((head) => `<th scope="col">${escape(head)}</th>`).join("")}</tr></thead><tbody>${rows}</tbody></table>`;
	}

	function field(name) {
		const words = { missing: __("deadline added"), extra: __("deadline removed") };
		return words[name] || __(name.replace(/_/g, " "));
	}

	function drawn(found) {
		if (!found.verdict) {
			return `<p class="sg-health__verdict">${escape(__("Nothing has been checked on this site yet."))}</p>`;
		}
		const { tone, words } = VERDICTS[found.verdict];
		const about = found.whole_site
			? __("This site as a whole, checked on {0}.", [found.at])
			: __("The boards that you manage, checked on {0}.", [found.at]);
		const hidden = found.left_out
			? `<p>${escape(
					__("{0} more in cases that you may not read yet; administrators see them.", [
						found.left_out,
					])
				)}</p>`
			: "";
		return `<div class="sg-health__verdict" role="status">${pill(tone, words)} <b>${escape(found.sentence)}</b></div>
			<p class="sg-check__about">${escape(about)}</p>${hidden}
			${found.groups.map((group) => groupDrawn(group, found.may_repair)).join("")}`;
	}

	function groupDrawn(group, mayRepair) {
		return `<section class="sg-check__group"><h3>${escape(__(group.title))}</h3>
			<ul>${group.lines.map((line) => lineDrawn(line, mayRepair)).join("")}</ul></section>`;
	}

	function lineDrawn(line, mayRepair) {
		const { tone, words } = stateOf(line);
		const title = escape(__(line.title));
		const place = line.link
			? `<a href="${escape(line.link)}">${escape(__("Go there"))}<span class="sr-only"> (${title})</span></a>`
			: "";
		const repairs =
			line.repair && mayRepair
				? `<button class="btn btn-default btn-sm sg-health__repair" data-escalation="${escape(line.escalation)}">
				${escape(__("Compute anew"))}<span class="sr-only"> (${title})</span></button>`
				: "";
		const todo = line.todo
			? `<p class="sg-check__todo">${escape(__(line.todo))} ${repairs} ${place}</p>`
			: "";
		return `<li class="sg-check__line sg-check__line--${tone}" data-key="${escape(line.key)}">
			<div class="sg-check__head"><b>${title}</b> ${pill(tone, words)}</div>
			<p>${escape(line.found)} ${todo ? "" : place}</p>${todo}</li>`;
	}

	function stateOf(line) {
		if (line.state === "good") return { tone: "good", words: __("In order") };
		if (line.state === "unknown") return { tone: "info", words: __("Cannot be known from here") };
		return line.grave
			? { tone: "danger", words: __("Fault") }
			: { tone: "warning", words: __("To look at") };
	}

	function pill(tone, words) {
		return `<span class="sg-pill sg-pill--${tone}">${escape(words)}</span>`;
	}

	function announce(wrapper, words) {
		frappe.show_alert({ message: escape(words), indicator: "blue" });
	}
})();
