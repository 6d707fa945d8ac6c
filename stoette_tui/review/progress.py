"""Answers, plans, rounds, counts and comparison: pure values, made from the log of changes."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from stoette_tui.base.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Answer(StrEnum):
    """What a workplace says about one item; the values are also what the log and JSON hold."""

    IN_PLACE = "in_place"
    MISSING = "missing"
    NOT_RELEVANT = "not_relevant"
    UNANSWERED = "unanswered"


class Change(Struct, frozen=True):
    """One row of the log: from then on, `field` of `item` has `value` in `round`.

    `at` is aware and in UTC. With an item, `field` is one of `BLANK_VALUES`. An empty item means
    the round itself, whose fields are `name`, `archived` (`"1"` or `""`) and `opened` (`"1"`: it
    became the current round). `act` is the id of the first change that was made in one with this,
    `undoes` the act that this one takes back; what is the case now follows without them.
    """

    id: int
    at: datetime
    round: str
    item: str
    field: str
    value: str
    act: int = 0
    undoes: int | None = None


def local_date(at: datetime) -> date:
    """The day it was here at that time; at the ends of the calendar, where it was none, in UTC."""
    try:
        return at.astimezone().date()
    except (OverflowError, OSError, ValueError):  # by platform
        return at.date()


class ItemState(Struct, frozen=True):
    """What is said and planned about one item of one round.

    `priority` is 1 (first) to 9 or None, `changed` the time of the item's newest change in UTC.
    """

    answer: Answer = Answer.UNANSWERED
    note: str = ""
    action: str = ""
    responsible: str = ""
    due: date | None = None
    priority: int | None = None
    changed: datetime | None = None

    @property
    def has_plan(self) -> bool:
        """Whether any field of the plan is filled in."""
        texts = self.note or self.action or self.responsible
        return bool(texts) or self.due is not None or self.priority is not None


class Round(Struct, frozen=True):
    """One going-through of the checklist; `started` is the time of its first row, in UTC."""

    id: str
    name: str
    started: datetime
    archived: bool = False


class Progress(Struct, frozen=True):
    """One round as it stands. Without a round nothing has been answered yet.

    `items` has an entry for every item that was ever changed, also ids that the content no longer
    has. `newest` is the id of the newest change that is taken in, 0 for none.
    """

    round: Round | None = None
    items: dict[str, ItemState] = {}
    newest: int = 0

    def state(self, item_id: str) -> ItemState:
        """The state of an item; unanswered and unplanned when nothing is known about it."""
        return self.items.get(item_id, _BLANK_STATE)

    def changed_since(self, earlier: Progress) -> set[str]:
        """The items that are in another state than they were in earlier."""
        touched = {**self.items, **earlier.items}
        return {each for each in touched if self.state(each) != earlier.state(each)}


class RoundSummary(Struct, frozen=True):
    """A round in a list of rounds: `answers` by item id, `current` for the one that is open."""

    round: Round
    answers: dict[str, Answer]
    current: bool

    def answer(self, item_id: str) -> Answer:
        """The answer to an item, also one that was never touched."""
        return self.answers.get(item_id, Answer.UNANSWERED)


class Counts(Struct, frozen=True):
    """How many items have which answer. Progress is one number: `in_place` out of `relevant`."""

    in_place: int = 0
    missing: int = 0
    not_relevant: int = 0
    unanswered: int = 0

    @property
    def relevant(self) -> int:
        """All but those that were judged not relevant."""
        return self.in_place + self.missing + self.unanswered


class Shift(StrEnum):
    """What has become of an item from one round to another; `shift` says which pair is which."""

    BETTER = "better"
    WORSE = "worse"
    NEWLY_ANSWERED = "newly_answered"
    NO_LONGER_ANSWERED = "no_longer_answered"
    RELEVANCE_CHANGED = "relevance_changed"
    UNCHANGED = "unchanged"


class DueItems(Struct, frozen=True):
    """Missing items that call for somebody, as ids; one item can stand in two of the lists.

    `overdue` and `soon` are in order of date, `unassigned` (no responsible) in the order given.
    """

    overdue: tuple[str, ...]
    soon: tuple[str, ...]
    unassigned: tuple[str, ...]


LONGEST_NAME: Final = 80

_BLANK_STATE: Final = ItemState()

BLANK_VALUES: Final[Mapping[str, str]] = {
    "answer": Answer.UNANSWERED.value,
    "note": "",
    "action": "",
    "responsible": "",
    "due": "",
    "priority": "",
}
"""The fields of an item, each with the value it has before anything is written."""


def _read_due(value: str) -> date | None:
    if not value:
        return None
    due = date.fromisoformat(value)
    if due.isoformat() != value:  # 20270301 and 2027-W09-1 are ISO 8601 too, but never ours
        raise ValueError(value)
    return due


def _read_priority(value: str) -> int | None:
    return None if not value else _PRIORITIES[value]


def _read_flag(value: str) -> bool:
    return {"": False, "1": True}[value]


_PRIORITIES: Final = {str(priority): priority for priority in range(1, 10)}
_ITEM_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "answer": Answer,
    "note": str,
    "action": str,
    "responsible": str,
    "due": _read_due,
    "priority": _read_priority,
}
_ROUND_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "name": str,
    "archived": _read_flag,
    "opened": _read_flag,
}


def _read(item: str, field: str, value: str) -> object:
    """A value of the log in its own type; KeyError or ValueError when it makes no sense."""
    return (_ITEM_READERS if item else _ROUND_READERS)[field](value)


def is_valid_value(item: str, field: str, value: str) -> bool:
    """Whether the field exists (for an item, or the round when `item` is empty) and can be that."""
    try:
        _read(item, field, value)
    except (KeyError, ValueError):
        return False
    return True


def replay(progress: Progress, changes: Iterable[Change]) -> Progress:
    """The progress after some more changes, taken in order of id whatever order they come in.

    A progress without a round takes the round of the first change. Changes of other rounds, ones
    taken in before (id up to `newest`) and ones that make no sense are passed over: the log can be
    damaged, and what can be read of it must still be shown.
    """
    round_, items, newest = progress.round, dict(progress.items), progress.newest
    for change in sorted(changes, key=lambda change: change.id):
        if change.id <= newest:
            continue
        if round_ is None:
            round_ = Round(change.round, "", change.at)
        elif change.round != round_.id:
            continue
        newest = change.id
        try:
            value = _read(change.item, change.field, change.value)
        except (KeyError, ValueError):
            continue
        if change.item:
            state = items.get(change.item, _BLANK_STATE)
            items[change.item] = replace(state, **{change.field: value}, changed=change.at)
        elif change.field != "opened":
            round_ = replace(round_, **{change.field: value})
    return Progress(round_, items, newest)


def open_plans(progress: Progress) -> list[tuple[str, str, str]]:
    """What a new round takes along, as (item, field, value): every plan that is still open.

    A plan is closed when its item is in place or was judged not relevant. The answers stay behind,
    as everything is to be looked at again, and so do the dates, as they are old.
    """
    return [
        (item_id, field, str(value))
        for item_id, state in progress.items.items()
        if state.answer in (Answer.MISSING, Answer.UNANSWERED)
        for field in ("note", "action", "responsible", "priority")
        if (value := getattr(state, field))
    ]


def round_before(rounds: Iterable[RoundSummary], round_id: str) -> RoundSummary | None:
    """The round that comes before that one; `rounds` are all there are, oldest first."""
    before: RoundSummary | None = None
    for summary in rounds:
        if summary.round.id == round_id:
            return before
        before = summary
    return None


def clean_name(name: str) -> str:
    """The name of a round without space around it.

    Codes: `name_empty`, `name_too_long` (detail `longest`, in characters).
    """
    name = name.strip()
    if not name:
        raise ProblemError.of("name_empty")
    if len(name) > LONGEST_NAME:
        raise ProblemError.of("name_too_long", longest=str(LONGEST_NAME))
    return name


def count_answers(answers: Iterable[Answer]) -> Counts:
    """How many there are of each answer."""
    counts = dict.fromkeys((answer.value for answer in Answer), 0)
    for answer in answers:
        counts[answer] += 1
    return Counts(**counts)


def count(progress: Progress, item_ids: Iterable[str]) -> Counts:
    """The answers to these items: all of the checklist, or one group of it."""
    return count_answers(progress.state(item_id).answer for item_id in item_ids)


def shift(before: Answer, after: Answer) -> Shift:
    """How the answer to one item has moved; each of the 16 pairs is exactly one shift.

    before \\ after  in place            missing             not relevant        unanswered
    in place        unchanged           worse               relevance changed   no longer answered
    missing         better              unchanged           relevance changed   no longer answered
    not relevant    relevance changed   relevance changed   unchanged           no longer answered
    unanswered      newly answered      newly answered      newly answered      unchanged

    Only what was looked at both times and concerned the workplace both times can be better or
    worse: calling something missing "not relevant" does not improve the workplace.
    """
    if before == after:
        return Shift.UNCHANGED
    if before == Answer.UNANSWERED:
        return Shift.NEWLY_ANSWERED
    if after == Answer.UNANSWERED:
        return Shift.NO_LONGER_ANSWERED
    if Answer.NOT_RELEVANT in (before, after):
        return Shift.RELEVANCE_CHANGED
    return Shift.BETTER if after == Answer.IN_PLACE else Shift.WORSE


def _missing(progress: Progress, item_ids: Iterable[str]) -> list[tuple[str, ItemState]]:
    states = ((item_id, progress.state(item_id)) for item_id in item_ids)
    return [(item_id, state) for item_id, state in states if state.answer == Answer.MISSING]


def plan_order(progress: Progress, item_ids: Iterable[str]) -> list[str]:
    """The missing items by priority (1 first), then due date, then as given; none comes last."""

    def urgency(entry: tuple[str, ItemState]) -> tuple[int, date]:
        state = entry[1]
        return state.priority or len(_PRIORITIES) + 1, state.due or date.max

    return [item_id for item_id, _ in sorted(_missing(progress, item_ids), key=urgency)]


def due_items(progress: Progress, item_ids: Iterable[str], today: date, days: int) -> DueItems:
    """The missing items that are due before `today`, or up to `days` days on, or nobody's."""
    missing = _missing(progress, item_ids)
    dated = sorted(
        ((state.due, item_id) for item_id, state in missing if state.due is not None),
        key=lambda entry: entry[0],
    )
    return DueItems(
        overdue=tuple(item_id for due, item_id in dated if due < today),
        soon=tuple(item_id for due, item_id in dated if 0 <= (due - today).days <= days),
        unassigned=tuple(item_id for item_id, state in missing if not state.responsible.strip()),
    )
