"""What the boards' templates are filled in with: rows of a label and a text, and blocks to sign.

A row is {label, text, parts, prompt, warning}: `text` and the titled `parts` are what is known, `prompt` is what the
template asks for where nothing is, `warning` is what must not be overlooked. A block is {label, lines: [{label, text}], how}.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from safeguarding_escalation.services import signatures, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.printing_log import Line
from safeguarding_escalation.services.printing_people import SIDES, contact_name
from safeguarding_escalation.services.printing_stages import enters, label
from safeguarding_escalation.services.printing_words import day, joined, sentences

Part = tuple[str, str]


def row(label: str, text: str = "", *parts: Part, prompt: str = "", warning: str = "") -> dict[str, Any]:
	"""One row of a template; parts without a text are left out, the prompt is kept only where nothing is known."""
	said = [{"title": title, "text": body} for title, body in parts if body]
	return {
		"label": label,
		"text": text,
		"parts": said,
		"prompt": "" if text or said else prompt,
		"warning": warning,
	}


def names(record: dict[str, Any]) -> str:
	"""The adults and children, one a line; several are numbered, and with their kind where there are several kinds."""
	people = record["subjects"]
	mixed = len({person["kind"] for person in people}) > 1
	return numbered([joined(person["name"], person["kind"] if mixed else "") for person in people])


def births(record: dict[str, Any]) -> str:
	"""The dates of birth, under the numbers of `names`."""
	return numbered([person["date_of_birth"] for person in record["subjects"]])


def numbered(texts: Sequence[str]) -> str:
	"""One line for each text; where there are several, each under its number, and the empty ones left out."""
	if len(texts) == 1:
		return texts[0]
	return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, start=1) if text)


def warnings(record: dict[str, Any]) -> str:
	"""Who must not be contacted or copied in, one a line."""
	return "\n".join(
		f"{person['name']}: {person['do_not_contact']}"
		for person in record["subjects"]
		if person["do_not_contact"]
	)


def views_of_the_adult(case: LoadedCase) -> str:
	"""The adult's views and wishes, and those of a representative, stage by stage."""
	said = []
	for each in case.document.involvement:
		stage = label(case, each.stage)
		if each.views:
			said.append(joined(stage, each.views, by=": "))
		if each.representative_views:
			said.append(joined(stage, f"carer or representative: {each.representative_views}", by=", "))
	return "\n".join(said)


def views_of_agencies(record: dict[str, Any]) -> list[Part]:
	"""What each agency aims at and how it sees the dispute; an agency that has said nothing says so."""
	found = []
	for party in record["parties"]:
		text = joined(party["view"], f"Aims to achieve: {party['aim']}" if party["aim"] else "", by="\n")
		title = joined(party["agency"], party["side"].lower(), by=", ")
		found.append((f"View of {title}", text or "No view is recorded."))
	return found


def dispute(record: dict[str, Any]) -> list[Part]:
	"""What a summary of the dispute rests on, beside the summary itself."""
	said = record["disagreement"]
	natures = "\n".join((*said["natures"], *([said["nature_other"]] if said["nature_other"] else ())))
	return [
		("Nature of the disagreement", natures),
		(
			"Decision that is challenged",
			joined(said["decision_challenged"], said["decision_maker"], by="\nMade by "),
		),
		("Risk to the adult", said["risk_to_adult"]),
		("Evidence-based reasons", said["evidence_reasons"]),
		("Outcome sought", said["outcome_sought"]),
	]


def agreed_actions(record: dict[str, Any]) -> str:
	"""The agreed actions, one a line, each with by whom and when."""
	return "\n".join(
		joined(
			joined(action["action"], action["by_whom"], by=" – "),
			f"by {action['due_on']}" if action["due_on"] else "",
			f"done {action['done_on']}" if action["done_on"] else "",
			action["outcome"],
			by="; ",
		)
		for action in record["actions"]
	)


def resolution(case: LoadedCase, record: dict[str, Any]) -> list[Part]:
	"""What a resolution consists of, beside its summary."""
	rest = {pair["label"]: pair["text"] for pair in record["resolution"]["rest"]}
	return [
		("Agreed actions", agreed_actions(record)),
		("Contingency plan", rest.get("Contingency plan", "")),
		("How outstanding issues will be pursued", record["resolution"]["outstanding_issues_plan"]),
		(case.policy.chair_label, statements(record, "recommendations")),
	]


def statements(record: dict[str, Any], key: str) -> str:
	"""Proposals, confirmations or recommendations (`key`), one a line."""
	return "\n".join(
		sentences(joined(said["what"], said["when"], f"by {said['who']}"), said["note"], said["doubt"])
		for said in record[key]
	)


def steps(record: dict[str, Any]) -> str:
	"""Each stage: when it was entered, by whom, to whom and what came of it."""
	found = []
	for stage in record["stages"]:
		entered = joined(
			stage["entered"],
			f"by {stage['by']}" if stage["by"] else "",
			f"to {stage['to']}" if stage["to"] else "",
		)
		said = sentences(entered, stage["source"], stage["note"], *stage["outcome"].split("\n"))
		found.append(f"{stage['stage']}: {said}")
	return "\n".join(found)


def copied_to(record: dict[str, Any]) -> str:
	"""Who was given a copy of what, and when."""
	return "\n".join(
		f"{joined(copy['to'], copy['what'], by=': ')} ({copy['sent']})" for copy in record["copies"]
	)


def stage_of_resolution(case: LoadedCase) -> str:
	"""The stage by its label; without a resolution, how far the case has come."""
	document = case.document
	if document.stage_resolved:
		return label(case, document.stage_resolved)
	reached = label(case, document.current_stage, document.current_level or "")
	return joined("Not resolved", f"the case has reached {reached}" if reached else "", by="; ")


def time_taken(case: LoadedCase) -> str:
	"""From the start of the escalation to its resolution: "N working days (M calendar days)" (X-A15)."""
	started, resolved = times.aware(case.document.started_at), times.aware(case.document.resolved_at)
	if started is None:
		return ""
	since = started.astimezone(times.LONDON).date()
	until = (resolved or case.now).astimezone(times.LONDON).date()
	took = f"{_days(case.calendar.count(since, until), 'working day')} ({_days((until - since).days, 'calendar day')})"
	if resolved:
		return took
	running = (case.document.workflow_state or "").startswith("Stage ")
	return f"Not resolved; {took} so far" if running else "No resolution is recorded"


def _days(number: int, unit: str) -> str:
	return f"{number} {unit}{'' if number == 1 else 's'}"


def standing_of(case: LoadedCase) -> str:
	"""What the print is a record of: the stage reached, or the whole (4L-A7)."""
	document = case.document
	if document.stage_resolved:
		return f"Record of the whole escalation, resolved at {label(case, document.stage_resolved)}."
	reached = label(case, document.current_stage, document.current_level or "")
	if (document.workflow_state or "").startswith("Stage ") and reached:
		return f"Record for the stage reached: {reached}. Not yet resolved."
	return joined("Record of the escalation", document.workflow_state, by=": ") + "."


def entries_by_stage(standing: Iterable[Line]) -> dict[int, Line]:
	"""The last entry into each stage."""
	return {int(entry.row.stage or 1): entry for entry in standing if enters(entry)}


def signed(case: LoadedCase) -> list[dict[str, str]]:
	"""The signatures that stand as {name, title, agency, date, side, how}."""
	document = case.document
	sides = {document.raising_agency: "raising", document.responding_agency: "responding"}
	return [
		{
			"name": each.signatory_name or contact_name(each.contact),
			"title": each.job_title or "",
			"agency": each.agency or "",
			"date": day(each.signed_on),
			"side": each.side or sides.get(each.agency, ""),
			"how": signatures.words(case, each),
		}
		for each in document.signatures
		if not each.get("struck")
	]


def blank(agency: str = "") -> dict[str, str]:
	"""A signature that is still to be given."""
	return {"name": "", "title": "", "agency": agency, "date": "", "side": "", "how": ""}


def block(label: str, lines: Sequence[str], signature: dict[str, str]) -> dict[str, Any]:
	"""One block to sign: `lines` are the template's four labels for name, job title, agency and date."""
	values = (signature["name"], signature["title"], signature["agency"], signature["date"])
	pairs = zip(lines, values, strict=True)
	return {
		"label": label,
		"lines": [{"label": name, "text": text} for name, text in pairs],
		"how": signature["how"],
	}


def side_name(side: str) -> str:
	"""A side as people read it."""
	return SIDES.get(side, "")
