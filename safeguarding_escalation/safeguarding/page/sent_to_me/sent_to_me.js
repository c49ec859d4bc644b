// Sent to me: copies to read and questions to answer, of cases that are not otherwise the reader's.
(() => {
	const NAME = "sent-to-me";
	const API = "safeguarding_escalation.api.";
	const escape = (value) => frappe.utils.escape_html(String(value || ""));

	frappe.pages[NAME].on_page_load = (wrapper) => {
		const page = frappe.ui.make_app_page({
			parent: wrapper,
			title: __("Sent to me"),
			single_column: true,
		});
		wrapper.sent = { body: $('<div class="sg-sent"></div>').appendTo(page.main) };
		wrapper.sent.body.on("click", "[data-answer]", (event) => answer(wrapper, event.currentTarget));
		wrapper.sent.body.on("click", "[data-open]", () => setTimeout(() => show(wrapper), 2000));
	};

	frappe.pages[NAME].on_page_show = (wrapper) => show(wrapper);

	async function show(wrapper) {
		const { body } = wrapper.sent;
		body.attr("aria-busy", "true");
		try {
			const found = await frappe.xcall(`${API}copies.sent_to_me`, {}, "GET");
			body.html(drawn(found));
		} finally {
			body.removeAttr("aria-busy");
		}
	}

	function drawn({ copies, questions }) {
		if (!copies.length && !questions.length) {
			return `<p>${escape(__("Nothing was sent to you here. Your own cases are in your list of escalations."))}</p>`;
		}
		return (
			part(__("Your advice is asked"), questions.map(questionDrawn)) +
			part(__("Copies for you"), copies.map(copyDrawn))
		);
	}

	function part(title, items) {
		return items.length
			? `<h3>${escape(title)}</h3><ul class="sg-copies__list">${items.join("")}</ul>`
			: "";
	}

	function questionDrawn(row) {
		const facts = [row.board, row.stage, __("asked {0} by {1}", [row.asked, row.by])];
		const due = row.reply_by && row.state === "asked" ? __("Answer wanted by {0}", [row.reply_by]) : "";
		const attached = row.attached
			? `<div class="sg-copies__note sg-text">${escape(row.attached)}</div>`
			: "";
		const end =
			row.state === "asked"
				? `<label class="sg-copies__free">${escape(__("Your answer"))}
					<textarea class="form-control" data-text="${escape(row.advice)}"></textarea></label>
					<p class="sg-quiet">${escape(
						__("It goes into the record of whoever asks. Write “the adult” in place of a name.")
					)}</p><button type="button" class="btn btn-primary btn-sm" data-answer="${escape(row.advice)}">${escape(
						__("Send the answer")
					)}</button>`
				: `<div class="sg-copies__note sg-text">${escape(row.answer)}</div>
					<p class="sg-quiet">${escape(__("Answered {0}", [row.answered]))}</p>`;
		return `<li class="sg-copies__row"><b>${escape(row.reference)}</b>
			<div class="sg-quiet">${escape(facts.filter(Boolean).join(" · "))}</div>
			${due ? `<div class="${row.overdue ? "sg-copies__warning" : "sg-quiet"}">${escape(due)}</div>` : ""}
			<p class="sg-text">${escape(row.question)}</p>${attached}${end}</li>`;
	}

	function copyDrawn(row) {
		const address = `/api/method/${API}copies.open_copy?copy=${encodeURIComponent(row.copy)}`;
		const facts = [row.board, __("sent {0} by {1}", [row.since, row.by])];
		if (row.opened) facts.push(__("opened {0}", [row.opened]));
		return `<li class="sg-copies__row"><div class="sg-copies__head"><b>${escape(row.reference)}</b>
			<span>${escape(row.what)}</span>
			<a class="btn btn-sm btn-primary" data-open download href="${escape(address)}">${escape(__("Open the copy"))}</a></div>
			<div class="sg-quiet">${escape(facts.filter(Boolean).join(" · "))}</div></li>`;
	}

	async function answer(wrapper, button) {
		const advice = button.dataset.answer;
		const text = wrapper.sent.body.find(`[data-text="${advice}"]`).val();
		$(button).prop("disabled", true);
		try {
			await frappe.xcall(`${API}advice.answer`, { advice, text });
			frappe.show_alert({ message: __("Your answer is with them."), indicator: "green" });
			await show(wrapper);
		} finally {
			$(button).prop("disabled", false);
		}
	}
})();
