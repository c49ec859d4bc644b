// Policy simulator: choose a policy, a board and a period; see who would have been late. Nothing is written.
(() => {
	const NAME = "policy-simulator";
	const API = "safeguarding_escalation.api.simulator";
	const escape = (value) => frappe.utils.escape_html(String(value === undefined ? "" : value));
	const EXPORTS = [
		["clocks", "xlsx", __("Clocks, spreadsheet (XLSX)")],
		["clocks", "csv", __("Clocks, CSV")],
		["sums", "xlsx", __("Sums, spreadsheet (XLSX)")],
		["sums", "csv", __("Sums, CSV")],
		["alerts", "xlsx", __("Alerts by day, spreadsheet (XLSX)")],
		["alerts", "csv", __("Alerts by day, CSV")],
	];

	frappe.pages[NAME].on_page_load = async (wrapper) => {
		const page = frappe.ui.make_app_page({
			parent: wrapper,
			title: __("Policy simulator"),
			single_column: true,
		});
		const body = $('<div class="sg-check sg-simulator"></div>').appendTo(page.main);
		wrapper.simulator = { body, result: null };
		const choices = await frappe.xcall(`${API}.choices`);
		body.html(form(choices) + '<div class="sg-simulator__result" aria-live="polite"></div>');
		body.on("submit", "form", (event) => {
			event.preventDefault();
			run(wrapper);
		});
		body.on("click", ".sg-simulator__export", (event) => save(wrapper, event.currentTarget.dataset));
	};

	function form(choices) {
		const today = frappe.datetime.get_today();
		const policies = choices.policies.map((row) => [
			row.name,
			row.draft ? __("{0} (draft)", [row.title]) : row.title,
		]);
		return `<p>${escape(
			__(
				"Past cases are replayed under the policy that you choose. What was done stays as it was; only the policy changes. Nothing is written."
			)
		)}</p><form class="sg-simulator__form">
			${select("policy", __("Policy"), policies)}
			${select(
				"board",
				__("Board"),
				choices.boards.map((name) => [name, name])
			)}
			${day("from_date", __("Cases that began from"), frappe.datetime.add_months(today, -12))}
			${day("to_date", __("to"), today)}
			<button type="submit" class="btn btn-primary">${escape(__("Replay"))}</button></form>`;
	}

	function select(name, label, options) {
		const rows = options.map(
			([value, text]) => `<option value="${escape(value)}">${escape(text)}</option>`
		);
		return `<label>${escape(label)} <select class="form-control" name="${name}">${rows.join("")}</select></label>`;
	}

	function day(name, label, value) {
		return `<label>${escape(label)}
			<input class="form-control" type="date" required name="${name}" value="${escape(value)}"></label>`;
	}

	function given(wrapper) {
		const fields = wrapper.simulator.body.find("form").serializeArray();
		return Object.fromEntries(fields.map(({ name, value }) => [name, value]));
	}

	async function run(wrapper) {
		const { body } = wrapper.simulator;
		const asked = given(wrapper);
		body.attr("aria-busy", "true");
		try {
			const found = await frappe.xcall(`${API}.run`, asked);
			wrapper.simulator.asked = asked;
			body.find(".sg-simulator__result").html(drawn(found));
		} finally {
			body.removeAttr("aria-busy");
		}
	}

	// The file is of the run that is shown, whatever the form says by now.
	function save(wrapper, { table, kind }) {
		const query = new URLSearchParams({ ...wrapper.simulator.asked, table, kind });
		window.open(`/api/method/${API}.export?${query}`);
	}

	function drawn(found) {
		return [
			`<h3 class="sg-simulator__title">${escape(found.title)}</h3>`,
			found.notes.map((note) => `<p>${escape(note)}</p>`).join(""),
			found.cases ? verdict(found.total) : "",
			found.cases ? exports() : "",
			section(__("Who would have been late"), sums(found.parties, __("Who owes"), who)),
			section(
				__("By stage"),
				sums(found.stages, __("Stage"), (row) => row.stage)
			),
			found.local_targets.clocks_before || found.local_targets.clocks_after
				? section(
						__("Local targets, which are no policy"),
						sums([found.local_targets], "", () => __("All local targets"))
					)
				: "",
			section(__("Alerts by day"), found.load.length ? chart(found.load) : ""),
			section(__("Clocks that change"), clocks(found)),
			section(__("Stages that have another name"), names(found.relabelled)),
			section(__("Cases that cannot be replayed"), lost(found.not_replayed)),
		].join("");
	}

	function section(title, content) {
		return content ? `<section><h4>${escape(title)}</h4>${content}</section>` : "";
	}

	function verdict(total) {
		const late = __("{0} limits late then, {1} under this policy", [total.late_before, total.late_after]);
		const turns = __("{0} turn late, {1} turn in time", [total.turned_late, total.turned_in_time]);
		return `<p class="sg-simulator__verdict"><b>${escape(late)}</b>: ${escape(turns)}.</p>`;
	}

	function exports() {
		const buttons = EXPORTS.map(
			([table, kind, label]) =>
				`<button type="button" class="btn btn-default btn-sm sg-simulator__export" data-table="${table}"
				data-kind="${kind}">${escape(label)}</button>`
		);
		return `<p class="sg-simulator__exports">${escape(__("Save:"))} ${buttons.join(" ")}</p>`;
	}

	function who(row) {
		return row.agency ? `${row.agency} (${row.role})` : row.role;
	}

	function sums(rows, head, name) {
		if (!rows.length) return "";
		const heads = [
			head,
			__("Clocks then"),
			__("Clocks now"),
			__("Late then"),
			__("Late now"),
			__("Turn late"),
			__("Turn in time"),
		];
		const keys = [
			"clocks_before",
			"clocks_after",
			"late_before",
			"late_after",
			"turned_late",
			"turned_in_time",
		];
		const lines = rows.map(
			(row) => `<tr><th scope="row">${escape(name(row))}</th>
			${keys.map((key) => `<td class="sg-number">${escape(row[key])}</td>`).join("")}</tr>`
		);
		return table(heads, lines, true);
	}

	function table(heads, lines, numbers = false) {
		return `<div class="sg-simulator__wide" tabindex="0"><table class="table"><thead><tr>
			${heads.map((head, at) => `<th scope="col"${numbers && at ? ' class="sg-number"' : ""}>${escape(head)}</th>`).join("")}
			</tr></thead><tbody>${lines.join("")}</tbody></table></div>`;
	}

	function clocks(found) {
		if (!found.rows.length) return "";
		const heads = [
			__("Case"),
			__("Clock"),
			__("Owed by"),
			__("Change"),
			__("Due then"),
			__("Due now"),
			__("Turns"),
		];
		const lines = found.rows.map(
			(row) => `<tr class="${row.turned === "late" ? "sg-simulator__late" : ""}">
			<th scope="row">${escape(row.reference)}</th><td>${escape(row.label)} <small>${escape(row.clock)}</small></td>
			<td>${escape(row.owing)}</td><td>${escape(__(row.change))}</td>
			<td>${escape(dated(row.due_before, row.status_before))}</td>
			<td>${escape(dated(row.due_after, row.status_after))}</td>
			<td>${row.turned ? pill(row.turned) : ""}</td></tr>`
		);
		const more = found.more
			? `<p>${escape(__("And {0} more: save the clocks to see all.", [found.more]))}</p>`
			: "";
		return table(heads, lines) + more;
	}

	function dated(due, status) {
		return due ? `${due}: ${__(status)}` : "";
	}

	function pill(turned) {
		const tone = turned === "late" ? "danger" : "good";
		return `<span class="sg-pill sg-pill--${tone}">${escape(__(turned))}</span>`;
	}

	function names(rows) {
		if (!rows.length) return "";
		const lines = rows.map(
			(row) => `<tr><th scope="row">${escape(row.stage)}</th><td>${escape(row.before)}</td>
			<td>${escape(row.after)}</td></tr>`
		);
		return table([__("Number"), __("Then"), __("In this policy")], lines);
	}

	function lost(rows) {
		if (!rows.length) return "";
		const items = rows.map((row) => `<li><b>${escape(row.reference)}</b>: ${escape(row.why)}</li>`);
		return `<ul class="sg-simulator__lost">${items.join("")}</ul>`;
	}

	// Bars of both policies side by side, by day, or by week where there are many days; the numbers are in the table below.
	const MOST_BARS = 45;
	const [HEIGHT, FOOT, GAP] = [140, 22, 6];

	function chart(load) {
		const weekly = load.length > MOST_BARS;
		const bars = weekly ? byWeek(load) : load;
		const highest = Math.max(...bars.map((bar) => Math.max(bar.before, bar.after)), 1);
		const width = Math.max(10, Math.min(40, Math.floor(900 / bars.length)));
		const label = weekly
			? __("Alerts by week, under both policies")
			: __("Alerts by day, under both policies");
		const drawnBars = bars.map((bar, index) => pair(bar, index * width, width, highest)).join("");
		const every = Math.ceil(60 / width);
		const days = bars
			.map((bar, index) =>
				index % every
					? ""
					: `<text x="${index * width}" y="${HEIGHT + FOOT - 6}">${escape(bar.day.slice(5))}</text>`
			)
			.join("");
		const svg = `<svg class="sg-simulator__chart" role="img" aria-label="${escape(label)}"
			viewBox="0 0 ${bars.length * width + 40} ${HEIGHT + FOOT}" preserveAspectRatio="xMinYMid meet">
			${drawnBars}${days}</svg>`;
		const lines = bars.map(
			(bar) => `<tr><th scope="row">${escape(bar.day)}</th><td class="sg-number">${bar.before}</td>
			<td class="sg-number">${bar.after}</td></tr>`
		);
		const head = weekly ? __("Week from") : __("Day");
		return `<p class="sg-simulator__legend"><span class="sg-simulator__then"></span> ${escape(__("then"))}
			<span class="sg-simulator__now"></span> ${escape(__("under this policy"))};
			${escape(__("the highest bar is {0}", [highest]))}</p><div class="sg-simulator__wide" tabindex="0">${svg}</div>
			<details><summary>${escape(__("The numbers"))}</summary>
			${table([head, __("Then"), __("Under this policy")], lines, true)}</details>`;
	}

	function pair(bar, x, width, highest) {
		const half = Math.floor((width - GAP / 2) / 2);
		const drawnBar = (count, at, style) => {
			const height = Math.round((count / highest) * (HEIGHT - 10));
			return `<rect class="${style}" x="${at}" y="${HEIGHT - height}" width="${half}" height="${height}"></rect>`;
		};
		const words = `${bar.day}: ${bar.before} ${__("then")}, ${bar.after} ${__("under this policy")}`;
		return `<g><title>${escape(words)}</title>${drawnBar(bar.before, x, "sg-simulator__then")}
			${drawnBar(bar.after, x + half, "sg-simulator__now")}</g>`;
	}

	function byWeek(load) {
		const weeks = new Map();
		for (const bar of load) {
			const monday = moment(bar.day).startOf("isoWeek").format("YYYY-MM-DD");
			const week = weeks.get(monday) || { day: monday, before: 0, after: 0 };
			week.before += bar.before;
			week.after += bar.after;
			weeks.set(monday, week);
		}
		return [...weeks.values()];
	}
})();
