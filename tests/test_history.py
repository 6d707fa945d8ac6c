"""Properties of the log: undo and redo, names, copies and repaired acts."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoette_tui.base.problems import ProblemError
from stoette_tui.review.fields import BLANK_VALUES, MAX_NAME_LENGTH
from stoette_tui.review.history import (
    NAME,
    OPENED,
    Edits,
    by_round,
    check_name_available,
    copy_rounds,
    current_round,
    effective_edits,
    next_undo,
    renamed_rounds,
    renumber_acts,
    replay,
    round_names,
    summarize,
    take_back,
    unique_name,
    values,
)
from stoette_tui.review.progress import Change, Progress

if TYPE_CHECKING:
    from collections.abc import Mapping

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
EDITS = st.dictionaries(
    st.tuples(st.sampled_from(["C1", "C2"]), st.sampled_from(["note", "action"])),
    st.sampled_from(["", "a", "b"]),
)
STEPS = st.lists(st.sampled_from(["undo", "redo"]) | EDITS, max_size=25)
NAMES = st.sampled_from(["Forår", "FORÅR", "Forår (2)", "Efterår", "x" * MAX_NAME_LENGTH])


def append(
    log: list[Change],
    edits: Mapping[tuple[str, str], str],
    undoes: int | None = None,
    round_id: str = "r",
) -> None:
    act = log[-1].id + 1 if log else 1
    log += [
        Change(id_, AT, round_id, *key, value, act, undoes)
        for id_, (key, value) in enumerate(edits.items(), act)
    ]


def log_after(steps: list[str | Edits]) -> list[Change]:
    log: list[Change] = []
    append(log, {NAME: "Forår", OPENED: "1", ("C3", "note"): "carried along"})
    for step in steps:
        if isinstance(step, str):
            act, before = take_back(log, redo=step == "redo")
            append(log, before, act)
        else:
            append(log, effective_edits(log, step))
    return log


def filled_values(log: list[Change]) -> Edits:
    """All values that are not blank."""
    return {key: value for key, value in values(log).items() if value}


@given(STEPS)
def test_undo_and_redo_move_through_previous_states(steps: list[str | Edits]) -> None:
    log = log_after([])
    states, now = [filled_values(log)], 0
    for step in steps:
        if isinstance(step, str):
            act, before = take_back(log, redo=step == "redo")
            assert (act is None) == (not before)
            if step == "undo":
                first = next_undo(log)
                assert (first.id if first else None) == act
            append(log, before, act)
            is_done = act is not None
            assert is_done == (now > 0 if step == "undo" else now < len(states) - 1)
            now += is_done * (-1 if step == "undo" else 1)
        elif edits := effective_edits(log, step):
            append(log, edits)
            states, now = [*states[: now + 1], filled_values(log)], now + 1
        assert filled_values(log) == states[now]


@given(STEPS, EDITS)
def test_effective_edits_are_those_that_change_a_value(
    steps: list[str | Edits], edits: Edits
) -> None:
    log = log_after(steps)
    before, effective = values(log), effective_edits(log, edits)
    assert all(before.get(key, BLANK_VALUES[key[1]]) != value for key, value in effective.items())
    append(log, effective)
    assert {key: values(log).get(key, BLANK_VALUES[key[1]]) for key in edits} == edits
    assert effective_edits(log, edits) == {}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | NAMES), max_size=12), st.sets(NAMES))
def test_renaming_gives_every_round_a_unique_name(
    rows: list[tuple[str, str | None]], taken: set[str]
) -> None:
    log: list[Change] = []
    for round_id, name in rows:
        append(log, {("C1", "note"): "n"} if name is None else {NAME: name}, round_id=round_id)
    before = round_names(log)
    new_names = renamed_rounds(log, taken)
    for round_id, name in new_names.items():
        assert name != before.get(round_id)
        assert len(name) <= MAX_NAME_LENGTH
        append(log, {NAME: name}, round_id=round_id)
    folded = [name.casefold() for name in round_names(log).values()]
    assert len(folded) == len(set(folded)) == len(by_round(log))
    assert not set(folded) & {name.casefold() for name in taken}
    assert renamed_rounds(log, taken) == {}


def test_names_ignore_case_and_unicode_normalization() -> None:
    for other in ("åben", "A\N{COMBINING RING ABOVE}BEN"):
        assert unique_name("Åben", {other}) == "Åben (2)"
        with pytest.raises(ProblemError):
            check_name_available("Åben", [other])
    assert unique_name("Åben", {"Aben"}) == "Åben"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "1"])), max_size=12))
def test_the_current_round_is_the_last_opened_one(rows: list[tuple[str, str]]) -> None:
    log: list[Change] = []
    for round_id in "abc":
        append(log, {NAME: round_id}, round_id=round_id)
    assert current_round(log) == "c", "without an opened round, it is the newest"
    for round_id, value in rows:
        append(log, {OPENED: value}, round_id=round_id)
    opened = [round_id for round_id, _ in rows]
    assert current_round(log) == (opened[-1] if opened else "c")
    assert [each.round.id for each in summarize(log) if each.current] == [current_round(log)]
    assert current_round([change for change in log if change.field != "name"]) is None


@given(STEPS, st.integers(1, 1000))
def test_a_copy_has_the_same_values_and_undo_history(
    steps: list[str | Edits], first_id: int
) -> None:
    log = log_after(steps)
    copied = copy_rounds(log, first_id, lambda: "copy")
    assert [change.id for change in copied] == list(range(first_id, first_id + len(log)))
    assert {change.round for change in copied} == {"copy"}
    now = replay(Progress(), copied)
    assert now.items == replay(Progress(), log).items
    for redo in (False, True):
        assert take_back(copied, redo=redo)[1] == take_back(log, redo=redo)[1]


@given(STEPS, st.data())
def test_renumbering_repairs_acts_only_if_rows_are_lost(
    steps: list[str | Edits], data: st.DataObject
) -> None:
    log = log_after(steps)
    assert list(renumber_acts(log)) == log
    remaining = [change for change in log if data.draw(st.booleans())]
    repaired = list(renumber_acts(remaining))
    acts = {change.id for change in repaired if change.id == change.act}
    assert {change.act for change in repaired} <= acts
    assert {change.undoes for change in repaired} <= {None, *acts}
    assert values(repaired) == values(remaining)
    ids = count()
    assert len(copy_rounds(remaining, 1, lambda: str(next(ids)))) == len(remaining)
