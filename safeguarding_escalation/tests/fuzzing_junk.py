"""What arguments of ours never take, by what they are for: for `fuzzing`."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

# What no argument of ours takes, whatever it is for: neither a text nor a number nor a yes.
_deep: Any = 1
for _ in range(60):
	_deep = [_deep]
WRONG_TYPE = st.sampled_from([[], [1, 2], {"a": 1}, {"": None}, [[["x"]]], [None], {"$ne": 1}, _deep])
TOO_LONG = st.sampled_from(["x" * 20_001, "😀" * 20_001, "<b>" + "y" * 30_000])
# Never the name of anything: names are hashes or words without these signs.
NO_NAME = st.one_of(
	st.sampled_from(
		["", " ", "%", "'; drop table x; --", "../../etc", "null", "0", "\\", "a" * 300, "x\u202ey", "😀"]
	),
	st.text(alphabet="%_'\"\\/<>#;€🙂é\n\t", min_size=1, max_size=12),
	WRONG_TYPE,
)
NO_MOMENT = st.one_of(
	st.sampled_from(
		["2025-13-45 10:00", "0000-01-01 00:00:00", "9999-12-31 23:59:59", "1e400", "never", "2025-03-11", "10:00",
		"2098-01-01 10:00:00", "1899-01-01 10:00:00", "2025-03-11 10:00:00+99:00", "-1", "2025-02-30 10:00:00", "∞"]
	),
	WRONG_TYPE,
)  # fmt: skip
NO_NUMBER = st.one_of(
	st.sampled_from(["x", "-1", "7", "1e3", "1.5", "१", "99999999999999999999999", "0x1", " 1 2"]),
	st.integers(min_value=7).map(lambda number: number + 10**18),
	WRONG_TYPE,
)
NO_CHOICE = st.one_of(
	st.sampled_from(["nonsense", "DROP", "discussed ", "Escalate to Stage 99", "\0", "ｄiscussed", "None"]),
	st.text(alphabet="#$%&()*+,;<=>?@[]^{|}~🙂", min_size=3, max_size=12),
	WRONG_TYPE,
)
NO_YES = st.one_of(st.sampled_from(["maybe", "2", "yes and no", "-1", "on", "1.0"]), WRONG_TYPE)
NO_TEXT = st.one_of(TOO_LONG, WRONG_TYPE)
NO_JSON = st.one_of(
	st.sampled_from(["{", "[1,", "nonsense", '"text"', "12", '{"a": ', "null", "[]"]), st.just([1, 2])
)
# By an argument's name.
KINDS: dict[str, Any] = {
	**dict.fromkeys(
		(
			"escalation",
			"request",
			"board",
			"policy",
			"actor",
			"counterpart",
			"log",
			"corrects",
			"case",
			"agency",
			"note_row",
			"row",
			"old",
			"new",
			"name",
			"item",
			"contact",
			"user",
		),
		NO_NAME,
	),
	**dict.fromkeys(("occurred_at", "due_at", "until", "on", "now", "when"), NO_MOMENT),
	**dict.fromkeys(("stage", "to_stage", "expected_stage"), NO_NUMBER),
	**dict.fromkeys(
		(
			"kind",
			"action",
			"mode",
			"side",
			"visibility",
			"outcome",
			"level",
			"decision",
			"to_state",
			"print_format",
		),
		NO_CHOICE,
	),
	**dict.fromkeys(("two_way", "agrees", "draft", "dry_run"), NO_YES),
	**dict.fromkeys(
		("note", "reason", "attendees", "evidence", "relates_to", "to", "source", "how", "why", "summary"),
		NO_TEXT,
	),
	**dict.fromkeys(("values", "filters", "names", "cells", "rows"), NO_JSON),
}
