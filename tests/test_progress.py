"""The values of a review: replay of the log, counts, comparison, and the order of plans."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoette_tui.base.problems import ProblemError
from stoette_tui.review.compare import Pair, Shift, newest_with, shift, shifts
from stoette_tui.review.fields import BLANK_VALUES, MAX_NAME_LENGTH, clean_name, is_valid_value
from stoette_tui.review.history import replay
from stoette_tui.review.plans import DueItems, due_items, open_plans, plan_order
from stoette_tui.review.progress import (
    Answer,
    Change,
    Counts,
    Helped,
    ItemState,
    Progress,
    Round,
    RoundSummary,
    count,
    map_cell_id,
)

START = datetime(2027, 3, 1, 12, tzinfo=UTC)
TODAY = date(2027, 3, 1)


def change(number: int, item: str, field: str, value: str, round_id: str = "r") -> Change:
    return Change(number, START + timedelta(seconds=number), round_id, item, field, value)


def missing(**plan: object) -> ItemState:
    return ItemState(Answer.MISSING, **plan)  # type: ignore[arg-type]


ITEM_VALUES = st.one_of(
    st.tuples(st.just("answer"), st.sampled_from([*Answer, "", "yes"])),
    st.tuples(st.sampled_from(["note", "action", "responsible"]), st.text(max_size=5)),
    st.tuples(st.just("due"), st.dates().map(str) | st.text(max_size=5)),
    st.tuples(st.just("priority"), st.integers(-1, 11).map(str) | st.just("")),
    st.tuples(st.text(max_size=5), st.text(max_size=5)),
)
ROUND_VALUES = st.tuples(
    st.sampled_from(["name", "archived", "opened", "other"]), st.sampled_from(["", "1", "Forår"])
)
ROWS = st.tuples(
    st.sampled_from(["r", "r", "r", "s"]),
    st.tuples(st.sampled_from(["C1", "C2"]), ITEM_VALUES) | st.tuples(st.just(""), ROUND_VALUES),
)


@st.composite
def logs(draw: st.DrawFn) -> list[Change]:
    """Any log, with valid and invalid rows, of round r with rows of round s in between."""
    rows = draw(st.lists(ROWS, max_size=20))
    changes = [
        change(number, item, field, value, round_id)
        for number, (round_id, (item, (field, value))) in enumerate(rows, start=2)
    ]
    return [change(1, "", "name", "Forår"), *changes]


@given(logs(), st.data())
def test_replay_is_independent_of_splits_and_order(log: list[Change], data: st.DataObject) -> None:
    split = data.draw(st.integers(0, len(log)))
    whole = replay(Progress(), log)
    assert replay(replay(Progress(), log[:split]), log[split:]) == whole
    assert replay(Progress(), data.draw(st.permutations(log))) == whole
    assert replay(whole, log) == whole


@given(logs())
def test_replay_yields_the_newest_valid_value_of_every_field(log: list[Change]) -> None:
    expected = {
        (row.item, row.field): row.value
        for row in log
        if row.round == "r" and is_valid_value(row.item, row.field, row.value)
    }
    progress = replay(Progress(), log)
    shown = {
        (item, field): str(value) if (value := getattr(state, field)) is not None else ""
        for item, state in progress.items.items()
        for field in BLANK_VALUES
    }
    assert shown == {
        (item, field): expected.get((item, field), blank)
        for item in {item for item, _ in expected if item}
        for field, blank in BLANK_VALUES.items()
    }
    assert progress.newest == max(row.id for row in log if row.round == "r")


def test_replay_builds_the_round_and_the_items() -> None:
    progress = replay(
        Progress(),
        [
            change(1, "", "name", "Forår"),
            change(2, "", "opened", "1"),
            change(3, "C1", "answer", "missing"),
            change(4, "C1", "due", "2027-06-01"),
            change(5, "C1", "priority", "2"),
            change(6, "", "name", "Forår 2027"),
            change(7, "", "archived", "1"),
        ],
    )
    assert progress == Progress(
        Round("r", "Forår 2027", START + timedelta(seconds=1), archived=True),
        {"C1": missing(due=date(2027, 6, 1), priority=2, changed=START + timedelta(seconds=5))},
        newest=7,
    )
    assert progress.state("C2") == ItemState()


@pytest.mark.parametrize(
    ("item", "field", "value"),
    [
        ("C1", "answer", ""),
        ("C1", "answer", "In_Place"),
        ("C1", "due", "20270301"),
        ("C1", "due", "2027-W09-1"),
        ("C1", "due", "2027-02-31"),
        ("C1", "due", "2027-03-01 "),
        ("C1", "priority", "0"),
        ("C1", "priority", "10"),
        ("C1", "priority", "12"),
        ("C1", "priority", "٣"),
        ("C1", "name", "x"),
        ("C1", "changed", "x"),
        ("", "answer", "missing"),
        ("", "archived", "yes"),
    ],
)
def test_an_invalid_row_changes_nothing(item: str, field: str, value: str) -> None:
    before = replay(Progress(), [change(1, "", "name", "Forår"), change(2, "C1", "note", "n")])
    after = replay(before, [change(3, item, field, value)])
    assert not is_valid_value(item, field, value)
    assert (after.round, after.items) == (before.round, before.items)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ({}, False),
        ({"note": "n"}, True),
        ({"action": "a"}, True),
        ({"responsible": "r"}, True),
        ({"due": TODAY}, True),
        ({"priority": 1}, True),
    ],
)
def test_any_field_makes_a_plan(plan: dict[str, object], expected: bool) -> None:
    assert missing(**plan).has_plan is expected


@given(st.dictionaries(st.text(max_size=3), st.sampled_from(Answer)), st.lists(st.text(max_size=3)))
def test_counts_sum_to_the_number_of_ids(answers: dict[str, Answer], ids: list[str]) -> None:
    progress = Progress(items={item: ItemState(answer) for item, answer in answers.items()})
    counts = count(progress, ids)
    assert counts.relevant + counts.not_relevant == len(ids)
    expected = Counter(answers.get(item, Answer.UNANSWERED).value for item in ids)
    assert counts == Counts(**expected)


def test_items_that_are_not_relevant_are_not_counted_as_relevant() -> None:
    answers = {str(number): answer for number, answer in enumerate([*Answer, Answer.IN_PLACE])}
    counts = count(RoundSummary(Round("r", "Forår", START), answers, current=True), answers)
    assert counts == Counts(in_place=2, missing=1, not_relevant=1, unanswered=1)
    assert counts.relevant == 4


def test_an_item_not_in_a_summary_is_unanswered() -> None:
    summary = RoundSummary(Round("r", "Forår", START), {"C1": Answer.MISSING}, current=True)
    assert [summary.answer("C1"), summary.answer("C2")] == [Answer.MISSING, Answer.UNANSWERED]


def test_every_pair_of_answers_has_one_shift() -> None:
    in_place, missing_, not_relevant, unanswered = Answer
    table = {
        Shift.BETTER: {(missing_, in_place)},
        Shift.WORSE: {(in_place, missing_)},
        Shift.NEWLY_ANSWERED: {(unanswered, answer) for answer in Answer if answer != unanswered},
        Shift.NO_LONGER_ANSWERED: {
            (answer, unanswered) for answer in Answer if answer != unanswered
        },
        Shift.RELEVANCE_CHANGED: {
            (in_place, not_relevant),
            (missing_, not_relevant),
            (not_relevant, in_place),
            (not_relevant, missing_),
        },
        Shift.UNCHANGED: {(answer, answer) for answer in Answer if answer != unanswered},
        Shift.STILL_UNANSWERED: {(unanswered, unanswered)},
    }
    assert sum(map(len, table.values())) == 16
    for before, after in product(Answer, repeat=2):
        assert (before, after) in table[shift(before, after)]


@given(st.dictionaries(st.text(), st.tuples(st.sampled_from(Answer), st.sampled_from(Answer))))
def test_every_item_is_under_exactly_one_shift(answers: dict[str, tuple[Answer, Answer]]) -> None:
    found = shifts(answers, lambda each: answers[each][0], lambda each: answers[each][1])
    assert list(found) == list(Shift)
    assert sorted(each for ids in found.values() for each in ids) == sorted(answers)
    assert all(shift(*answers[each]) == kind for kind, ids in found.items() for each in ids)


STEPS = st.sampled_from(["earlier", "later", "switch"]) | st.integers(0, 30)


@given(number=st.integers(2, 30), steps=st.lists(STEPS, max_size=40))
def test_the_older_of_two_rounds_never_passes_the_newer(
    number: int, steps: list[str | int]
) -> None:
    pair = Pair.newest(number)
    assert (pair.older, pair.newer) == (number - 2, number - 1)
    for step in steps:
        if isinstance(step, int):
            pair = pair.moved_to(step % number)
        elif step == "switch":
            pair = pair.switched()
        else:
            pair = pair.moved(1 if step == "later" else -1)
        assert 0 <= pair.older < pair.newer < number


@given(st.lists(st.integers(0, 12), min_size=3, max_size=3, unique=True).map(sorted))
def test_any_two_rounds_can_be_reached_by_steps(drawn: list[int]) -> None:
    older, newer, number = drawn
    pair = Pair.newest(number)
    for _ in range(2):
        for _ in range(number):
            if (pair.newer if pair.moves_newer else pair.older) != (
                newer if pair.moves_newer else older
            ):
                pair = pair.moved(-1)
        pair = pair.switched()
    assert (pair.older, pair.newer) == (older, newer)


@pytest.mark.parametrize(
    ("pair", "place", "expected"),
    [
        ((1, 3), 0, (0, 3, False)),
        ((1, 3), 4, (3, 4, True)),
        ((1, 3), 3, (1, 3, False)),
    ],
)
def test_moving_one_round_past_the_other_swaps_their_roles(
    pair: tuple[int, int], place: int, expected: tuple[int, int, bool]
) -> None:
    moved = Pair(*pair, 5).moved_to(place)
    assert (moved.older, moved.newer, moved.moves_newer) == expected


@given(st.integers(0, 30), st.integers(0, 10), st.sets(st.integers(0, 29), max_size=2))
def test_the_newest_and_the_compared_rounds_are_shown(
    number: int, most: int, compared: set[int]
) -> None:
    compared = {at for at in compared if at < number}
    shown = newest_with(number, compared, most)
    assert shown == sorted(set(shown))
    assert compared <= set(shown) <= set(range(number))
    assert len(shown) == max(min(number, most), len(compared))
    left_out = set(range(number)) - set(shown)
    assert all(max(left_out, default=-1) < at for at in set(shown) - compared)


def test_the_plan_is_ordered_by_priority_then_date_then_as_given() -> None:
    progress = Progress(
        items={
            "in place": ItemState(Answer.IN_PLACE, priority=1),
            "none": missing(),
            "dated": missing(due=TODAY),
            "late": missing(priority=2, due=date(2027, 9, 1)),
            "early": missing(priority=2, due=date(2027, 4, 1)),
            "undated": missing(priority=2),
            "last number": missing(priority=9),
            "first": missing(priority=1),
            "none either": missing(),
        }
    )
    assert plan_order(progress, [*progress.items, "unknown"]) == [
        "first",
        "early",
        "late",
        "undated",
        "last number",
        "dated",
        "none",
        "none either",
    ]


def test_due_items_are_grouped_and_sorted_by_date() -> None:
    def due_in(days: int, responsible: str = "Ea") -> ItemState:
        return missing(due=TODAY + timedelta(days=days), responsible=responsible)

    progress = Progress(
        items={
            "in place": ItemState(Answer.IN_PLACE, due=TODAY, done=TODAY),
            "carried out": missing(due=TODAY - timedelta(days=9), done=TODAY),
            "in 31 days": due_in(31),
            "in 30 days": due_in(30),
            "today": due_in(0, responsible=" "),
            "yesterday": due_in(-1),
            "long ago": due_in(-400),
            "never": missing(responsible="Ea"),
            "end of time": missing(due=date.max, responsible="Ea"),
            "nobody's": missing(),
        }
    )
    assert due_items(progress, progress.items, TODAY) == DueItems(
        done=("carried out",),
        overdue=("long ago", "yesterday"),
        soon=("today", "in 30 days"),
        incomplete=("never", "nobody's"),
    )


def test_open_plans_exclude_answers_and_dates() -> None:
    progress = Progress(
        items={
            "C1": missing(
                note="n",
                action="a",
                responsible="r",
                due=TODAY,
                priority=3,
                done=TODAY,
                helped=Helped.NO,
            ),
            "C2": missing(),
            map_cell_id("map", "practical"): ItemState(note="the shift on Mondays"),
            "C3": ItemState(Answer.IN_PLACE, note="kept"),
        }
    )
    assert open_plans(progress) == {
        ("C1", "note"): "n",
        ("C1", "action"): "a",
        ("C1", "responsible"): "r",
        ("C1", "priority"): "3",
    }


def test_round_names_are_trimmed_and_validated() -> None:
    assert clean_name("  Forår 2027\n") == "Forår 2027"
    assert clean_name("æ" * MAX_NAME_LENGTH) == "æ" * MAX_NAME_LENGTH
    for name, code in (("", "name_empty"), (" \t", "name_empty"), ("x" * 81, "name_too_long")):
        with pytest.raises(ProblemError) as caught:
            clean_name(name)
        assert [problem.code for problem in caught.value.problems] == [code]
