// Who do I ring? For a desk and for a corridor: the emergency line first, then people, each number a link.
(() => {
	const NAME = "who-do-i-ring";
	const escape = (value) => frappe.utils.escape_html(String(value || ""));

	frappe.pages[NAME].on_page_load = (wrapper) => {
		const page = frappe.ui.make_app_page({
			parent: wrapper,
			title: __("Who do I ring?"),
			single_column: true,
		});
		wrapper.ring = { page, body: $('<div class="sg-ring"></div>').appendTo(page.main), fields: null };
		// The capacities are those of the form of a contact.
		frappe.model.with_doctype("Safeguarding Contact", () => {
			const { options } = frappe.meta.get_docfield("Safeguarding Contact", "capacity");
			wrapper.ring.fields = filters(options.split("\n").filter(Boolean)).map((field) =>
				page.add_field({ ...field, change: () => show(wrapper) })
			);
			show(wrapper);
		});
	};

	frappe.pages[NAME].on_page_show = (wrapper) => {
		if (wrapper.ring.fields) show(wrapper);
	};

	function filters(capacities) {
		return [
			{ fieldname: "agency", label: __("Agency"), fieldtype: "Link", options: "Partner Agency" },
			{ fieldname: "board", label: __("Board"), fieldtype: "Link", options: "Safeguarding Board" },
			{
				fieldname: "capacity",
				label: __("Capacity"),
				fieldtype: "Select",
				options: [
					{ value: "", label: __("Any capacity") },
					...capacities.map((value) => ({ value, label: __(value) })),
				],
			},
		];
	}

	async function show(wrapper) {
		const ring = wrapper.ring;
		const asked = { escalation: frappe.get_route()[1] || null };
		for (const field of ring.fields) asked[field.df.fieldname] = field.get_value() || null;
		const key = JSON.stringify(asked);
		if (ring.key === key) return;
		ring.key = key;
		ring.body.attr("aria-busy", "true");
		try {
			const found = await frappe.xcall("safeguarding_escalation.api.lists.who_do_i_ring", asked);
			if (ring.key === key) ring.body.html(drawn(found));
			ring.body.find("[data-verify]").on("click", (event) => verify(wrapper, event.currentTarget));
		} catch (error) {
			ring.key = null;
			ring.body.html(emergency({ number: "999", question: __("In danger now?") }));
			throw error;
		} finally {
			ring.body.removeAttr("aria-busy");
		}
	}

	// Somebody has asked the person, or is them: the day is noted with who said so.
	async function verify(wrapper, button) {
		button.disabled = true;
		try {
			await frappe.xcall("safeguarding_escalation.api.lists.verify_contact", {
				contact: button.dataset.verify,
			});
			frappe.show_alert({ message: __("Noted as checked today."), indicator: "green" });
			wrapper.ring.key = null;
			await show(wrapper);
		} finally {
			button.disabled = false;
		}
	}

	function drawn(found) {
		const about = found.case
			? `<p class="sg-ring__about">${escape(
					__("The agencies and the board of {0}, people of your own level first.", [
						found.case.reference || __("this case"),
					])
				)} <a href="/app/${NAME}">${escape(__("Show everybody"))}</a></p>`
			: "";
		const days = found.checked_every;
		const groups = found.groups.map((group) => groupDrawn(group, days)).join("");
		const nobody = `<p class="sg-ring__none">${escape(
			__(
				"Nobody in post matches. Clear a filter, or ask your safeguarding administrator to add the contact."
			)
		)}</p>`;
		return emergency(found.emergency) + about + stagesDrawn(found.stages || []) + (groups || nobody);
	}

	// By the case's policy: who acts at each stage, on each side, the stage of now first to see.
	function stagesDrawn(stages) {
		if (!stages.length) return "";
		return `<section class="sg-ring__stages"><h3>${escape(__("Whom to ring at each stage"))}</h3>${stages
			.map(
				(stage) =>
					`<details ${stage.now ? "open" : ""}><summary>${escape(stage.label)} ${pill(
						"good",
						stage.now ? __("The case is here") : ""
					)}</summary><ul class="sg-ring__people">${stage.sides.map(sideDrawn).join("")}</ul></details>`
			)
			.join("")}</section>`;
	}

	function sideDrawn(side) {
		const none = __("Nobody in post is entered for this. Ring the agency's office.");
		const people = side.people
			.map(
				(person) =>
					`<li><b>${escape(person.name)}</b> ${escape(person.job_title || person.capacity)} ${
						person.away ? pill("warning", __("Away")) : ""
					}<ul class="sg-ring__numbers">${number(__("Phone"), person.phone)}${number(
						__("Out of hours"),
						person.out_of_hours
					)}${mail(__("Email"), person.email)}</ul>${cover(person)}</li>`
			)
			.join("");
		return `<li class="sg-ring__person"><div class="sg-ring__who"><b>${escape(side.agency)}</b> ${escape(
			side.wanted.join(", ")
		)}</div>${people ? `<ul>${people}</ul>` : `<p>${escape(none)}</p>`}</li>`;
	}

	function cover(person) {
		if (!person.away) return "";
		const who = person.cover
			? `${escape(__("{0} covers.", [person.cover.name]))} ${call(person.cover.phone)}`
			: escape(__("Nobody covers."));
		return `<div class="sg-ring__away">${escape(__("Away until {0}.", [person.away]))} ${who}</div>`;
	}

	function emergency(given) {
		return `<section class="sg-ring__emergency" role="note">
			<a class="sg-ring__call" href="tel:999"><span>${escape(__(given.question))}</span> <b>${escape(
				given.number
			)}</b></a>
			<p>${escape(__(given.advice || ""))}</p>
		</section>`;
	}

	function groupDrawn(group, days) {
		const kinds = { own: __("Your own agency"), board: __("Safeguarding board"), case: "", agency: "" };
		return `<section class="sg-ring__group" data-kind="${escape(group.kind)}">
			<h3>${escape(group.name)} ${pill("info", kinds[group.kind])}</h3>
			<ul class="sg-ring__office">${[
				number(__("Office"), group.phone),
				number(__("Out of hours"), group.out_of_hours),
				mail(__("Secure email"), group.secure_email),
			].join("")}</ul>
			<ul class="sg-ring__people">${group.people.map((person) => personDrawn(person, days)).join("")}</ul>
		</section>`;
	}

	function personDrawn(person, days) {
		const words = [person.job_title, person.team && __("Team: {0}", [person.team])].filter(Boolean);
		return `<li class="sg-ring__person">
			<div class="sg-ring__who">
				<b>${escape(person.name)}</b>
				${pill("quiet", __(person.capacity))}
				${pill("good", person.your_level ? __("Your level") : "")}
			</div>
			<div class="sg-ring__job">${escape(words.join(" · "))}</div>
			<ul class="sg-ring__numbers">${[
				number(__("Phone"), person.phone),
				number(__("Out of hours"), person.out_of_hours),
				mail(__("Email"), person.email),
			].join("")}</ul>
			${cover(person)}
			<div class="sg-ring__verified">${verified(person, days)} ${checking(person)}</div>
		</li>`;
	}

	function checking(person) {
		if (!person.may_verify) return "";
		const label = __("Checked: the entry of {0} is right today", [person.name]);
		return `<button class="btn btn-xs btn-default" data-verify="${escape(
			person.contact
		)}" aria-label="${escape(label)}">${escape(__("Checked today"))}</button>`;
	}

	function verified(person, days) {
		const on = person.verified_on ? frappe.datetime.str_to_user(person.verified_on) : "";
		if (!person.stale) return escape(__("Verified on {0}", [on]));
		const since = on ? __("Last verified on {0}.", [on]) : __("Never verified.");
		return `${pill("warning", __("Not verified for {0} days", [days]))} ${escape(since)}`;
	}

	function number(label, value) {
		if (!value) return "";
		return `<li><span>${escape(label)}</span> ${call(value)}</li>`;
	}

	function call(value) {
		const dialled = String(value || "")
			.replace(/\(0\)/g, "")
			.replace(/[^\d+]/g, "");
		return dialled ? `<a href="tel:${escape(dialled)}">${escape(value)}</a>` : escape(value);
	}

	function mail(label, value) {
		if (!value) return "";
		return `<li><span>${escape(label)}</span> <a href="mailto:${address(value)}">${escape(
			value
		)}</a></li>`;
	}

	// The @ stays itself: some mail programs take an encoded one literally.
	function address(value) {
		return encodeURIComponent(value).replace("%40", "@");
	}

	function pill(tone, words) {
		return words ? `<span class="sg-pill sg-pill--${tone}">${escape(words)}</span>` : "";
	}
})();
