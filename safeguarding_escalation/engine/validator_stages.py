"""What can be wrong with a policy's stages, levels, moves and paths."""

from __future__ import annotations

from .schema import CAPACITIES, SIDES, SKIP_RULES, Level, Move, PolicyData, Stage
from .validator_words import (
	AGENCY_TYPES,
	GROUNDS,
	LAST_STAGE,
	MOVE_SIDES,
	OUTCOMES,
	Problem,
	Problems,
	doubles,
	unknown,
)

DRAFT = 0


def stage_problems(policy: PolicyData) -> Problems:
	"""Everything about the way a case climbs."""
	numbers = sorted(stage.number for stage in policy.stages)
	yield from doubles("stages", "stage", numbers)
	if 1 not in numbers:
		yield Problem(
			"no_stage_1", "stages", "1", "The policy has no stage 1; a concern is raised at stage 1."
		)
	for number in range(2, max(numbers, default=0)):
		if number not in numbers:
			yield Problem(
				"stage_gap",
				"stages",
				str(number),
				f"Stage {number} is missing; number the stages without a gap.",
			)
	for stage in policy.stages:
		yield from _stage(stage)
	for level in policy.levels:
		yield from _level(level, numbers)
	yield from doubles(
		"levels", "level order", (f"{row.order} of stage {row.stage}" for row in policy.levels)
	)
	yield from doubles("levels", "level", (f"{row.label} of stage {row.stage}" for row in policy.levels))
	for position, move in enumerate(policy.moves, start=1):
		yield from _move(policy, move, f"Move {position} (to stage {move.to_stage})")
	yield from _unreachable(policy)
	yield from _paths(policy, numbers)


def _stage(stage: Stage) -> Problems:
	row = f"Stage {stage.number}"
	if not 1 <= stage.number <= LAST_STAGE:
		yield Problem(
			"stage_number",
			"stages",
			row,
			f"{row}: number the stages from 1 to {LAST_STAGE}, as the workflow does.",
		)
	if not stage.label.strip():
		yield Problem("label_missing", "stages", row, f"{row}: give the name that the source gives it.")
	if not stage.outcomes:
		yield Problem(
			"outcomes_missing", "stages", row, f"{row}: say what may end it: {', '.join(OUTCOMES)}."
		)
	yield from unknown("stages", row, "outcome", stage.outcomes, OUTCOMES)
	yield from unknown("stages", row, "capacity", stage.raising_capacities, CAPACITIES)
	yield from unknown("stages", row, "capacity", stage.responding_capacities, CAPACITIES)
	yield from unknown("stages", row, "on expiry", [stage.on_expiry], ("alert", "auto"))


def _level(level: Level, numbers: list[int]) -> Problems:
	row = f"Level {level.label}"
	if level.stage not in numbers:
		yield Problem(
			"unknown_stage",
			"levels",
			row,
			f"{row}: there is no stage {level.stage}; give a stage that exists.",
		)
	yield from unknown("levels", row, "capacity", [level.capacity], CAPACITIES)
	yield from unknown("levels", row, "side", [level.side], ("", *SIDES))


def _move(policy: PolicyData, move: Move, row: str) -> Problems:
	known = {DRAFT, *(stage.number for stage in policy.stages)}
	for number in (*move.from_stages, move.to_stage):
		if number not in known:
			yield Problem(
				"unknown_stage", "moves", row, f"{row}: there is no stage {number}; give a stage that exists."
			)
	if not move.from_stages:
		yield Problem("from_missing", "moves", row, f"{row}: say from which stages; 0 is the draft.")
	labels = {level.label for level in policy.levels if level.stage == move.to_stage}
	if move.to_level and move.to_level not in labels:
		yield Problem(
			"unknown_level",
			"moves",
			row,
			f"{row}: stage {move.to_stage} has no level {move.to_level!r}; give one that it has.",
		)
	yield from _direction(move, row, known, bool(labels))
	yield from _move_words(move, row)
	paths = [path for path in policy.paths if path.enters_stage == move.to_stage]
	if move.ground == "route" and not (move.agency_types or paths):
		yield Problem(
			"route_without_condition",
			"moves",
			row,
			f"{row}: say whose route it is: agency_types, or a path that enters stage {move.to_stage}.",
		)


def _move_words(move: Move, row: str) -> Problems:
	yield from unknown("moves", row, "ground", [move.ground], GROUNDS)
	yield from unknown("moves", row, "side", [move.side], MOVE_SIDES)
	yield from unknown("moves", row, "skip rule", [move.skip_rule], SKIP_RULES)
	yield from unknown("moves", row, "capacity", move.capacities, CAPACITIES)
	yield from unknown("moves", row, "agency type", move.agency_types, AGENCY_TYPES)


def _direction(move: Move, row: str, known: set[int], has_levels: bool) -> Problems:
	"""A move climbs, by one stage unless its ground says otherwise; inside a stage it climbs the levels."""
	for number in sorted(known & set(move.from_stages)) if move.to_stage in known else ():
		steps = move.to_stage - number
		if steps < 0 or (steps == 0 and not has_levels):
			yield Problem(
				"move_goes_nowhere",
				"moves",
				row,
				f"{row}: from stage {number} it does not climb; leave {number} out of from_stages.",
			)
		elif move.ground == "next" and steps > 1:
			yield Problem(
				"next_skips",
				"moves",
				row,
				f"{row}: from stage {number} it passes stages over; set its ground to skip.",
			)
		elif move.ground == "skip" and steps == 1:
			yield Problem(
				"skip_skips_nothing",
				"moves",
				row,
				f"{row}: from stage {number} it passes nothing over; set its ground to next.",
			)


def _unreachable(policy: PolicyData) -> Problems:
	"""Stages and levels that no way from the draft leads to."""
	reached, labels = {DRAFT}, set()
	for _ in policy.moves:
		for move in policy.moves:
			if reached & set(move.from_stages):
				reached.add(move.to_stage)
				labels.add((move.to_stage, move.to_level))
	for stage in policy.stages:
		if stage.number not in reached:
			row = f"Stage {stage.number}"
			yield Problem(
				"unreachable_stage",
				"stages",
				row,
				f"{row}: no move leads there; add one, or remove the stage.",
			)
	for level in policy.levels:
		if level.stage in reached and not labels & {(level.stage, ""), (level.stage, level.label)}:
			row = f"Level {level.label}"
			yield Problem(
				"unreachable_level",
				"levels",
				row,
				f"{row}: no move leads there; add one, or remove the level.",
			)


def _paths(policy: PolicyData, numbers: list[int]) -> Problems:
	yield from doubles("paths", "path", (path.name for path in policy.paths))
	for path in policy.paths:
		row = f"Path {path.name}"
		if path.enters_stage not in numbers:
			yield Problem(
				"unknown_stage",
				"paths",
				row,
				f"{row}: there is no stage {path.enters_stage}; give a stage that exists.",
			)
		if not path.label.strip():
			yield Problem("label_missing", "paths", row, f"{row}: give the name that the source gives it.")
