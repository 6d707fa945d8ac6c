"""Answers, plans and rounds, and counts of answers."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime  # noqa: TC003 (msgspec looks them up)
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final, Literal, get_type_hints

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping


class Answer(StrEnum):
    """The answer to one item; the log and JSON use the same values."""

    IN_PLACE = "in_place"
    MISSING = "missing"
    NOT_RELEVANT = "not_relevant"
    UNANSWERED = "unanswered"


class Helped(StrEnum):
    """Whether the action of a plan helped; the log and JSON use the same values."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Change(Struct, frozen=True):
    """One row of the log: from then on, `field` of `item` has `value` in `round`.

    `at` is aware and in UTC. With an item, `field` is `answer` or one of `PLAN`. An empty item
    means the round itself, whose fields are `name`, `archived` (`"1"` or `""`) and `opened`
    (`"1"`: it became the current round). `act` is the id of the first change of the action that
    this one belongs to, `undoes` the act that it reverts; the state depends on neither.
    """

    id: int
    at: datetime
    round: str
    item: str
    field: str
    value: str
    act: int = 0
    undoes: int | None = None


class PlanField(Struct, frozen=True):
    """A field of the plan: what kind of value it has, and whether a new round takes it over.

    A `text` has room for several lines, a `line` for one.
    """

    kind: Literal["text", "line", "date", "priority", "helped"]
    is_carried: bool


class ItemState(Struct, frozen=True):
    """The answer to one item of one round, and its plan: the fields that are a `PlanField`.

    `priority` is 1 (first) to 9 or None, `done` the date the action was carried out, `helped`
    whether it did, and `changed` the time of the item's newest change in UTC.
    """

    answer: Answer = Answer.UNANSWERED
    note: Annotated[str, PlanField("text", is_carried=True)] = ""
    action: Annotated[str, PlanField("text", is_carried=True)] = ""
    responsible: Annotated[str, PlanField("line", is_carried=True)] = ""
    due: Annotated[date | None, PlanField("date", is_carried=False)] = None
    priority: Annotated[int | None, PlanField("priority", is_carried=True)] = None
    done: Annotated[date | None, PlanField("date", is_carried=False)] = None
    helped: Annotated[Helped | None, PlanField("helped", is_carried=False)] = None
    changed: datetime | None = None

    @property
    def has_plan(self) -> bool:
        return any(getattr(self, name) for name in PLAN)

    @property
    def is_open(self) -> bool:
        """Whether something is missing, and nothing has been done about it yet."""
        return self.answer == Answer.MISSING and self.done is None

    @property
    def needs_action(self) -> bool:
        """Whether something is missing, and nothing has been agreed to do about it."""
        return self.is_open and not self.action.strip()

    @property
    def has_former_problem(self) -> bool:
        """Whether the item is in place, and its note is the problem that it had before."""
        planned = (getattr(self, name) for name in PLAN if name != "note")
        return self.answer == Answer.IN_PLACE and any(planned)

    def is_overdue(self, today: date) -> bool:
        """Whether it is open after its due date."""
        return self.is_open and self.due is not None and self.due < today


PLAN: Final[Mapping[str, PlanField]] = {
    name: hint.__metadata__[0]
    for name, hint in get_type_hints(ItemState, include_extras=True).items()
    if hasattr(hint, "__metadata__")
}
"""The fields of the plan in reading order."""
BLANK_STATE = ItemState()


def plan_fields(*kinds: str) -> tuple[str, ...]:
    return tuple(name for name, field in PLAN.items() if field.kind in kinds)


class Round(Struct, frozen=True):
    """One pass through the checklist; `started` is the time of its first row, in UTC."""

    id: str
    name: str
    started: datetime
    archived: bool = False

    @property
    def origin(self) -> str:
        """An identifier that is the same wherever the round is imported, and unique to it.

        Each import gives it a new id, and its name can change; but its log keeps the time it began,
        to the microsecond.
        """
        return self.started.isoformat(timespec="microseconds")


class Progress(Struct, frozen=True):
    """The state of one round; without a round, nothing has been answered yet.

    `items` has an entry for every item that was ever changed, including ids that the content no
    longer has. `newest` is the id of the newest change applied, 0 for none.
    """

    round: Round | None = None
    items: dict[str, ItemState] = {}
    newest: int = 0

    @property
    def round_name(self) -> str:
        """The name of the round; empty without one."""
        return self.round.name if self.round else ""

    @property
    def round_id(self) -> str | None:
        return self.round.id if self.round else None

    @property
    def is_archived(self) -> bool:
        """Whether the round can only be read."""
        return self.round is not None and self.round.archived

    def state(self, item_id: str) -> ItemState:
        """The state of an item; blank for an unknown one."""
        return self.items.get(item_id, BLANK_STATE)

    def answer(self, item_id: str) -> Answer:
        """The answer to an item; unanswered for an unknown one."""
        return self.state(item_id).answer

    def unknown_items(self, known: Container[str]) -> list[str]:
        """The ids of the items that have an answer or a plan but are not `known`."""
        return [
            item_id
            for item_id, state in self.items.items()
            if item_id not in known and replace(state, changed=None) != BLANK_STATE
        ]

    def changed_since(self, earlier: Progress) -> set[str]:
        """The ids of the items whose state differs from that in `earlier`."""
        touched = {**self.items, **earlier.items}
        return {each for each in touched if self.state(each) != earlier.state(each)}


class RoundSummary(Struct, frozen=True):
    """A round in a list of rounds: `answers` by item id, `current` for the one that is open."""

    round: Round
    answers: dict[str, Answer]
    current: bool

    def answer(self, item_id: str) -> Answer:
        return self.answers.get(item_id, Answer.UNANSWERED)

    @property
    def has_answers(self) -> bool:
        return any(answer != Answer.UNANSWERED for answer in self.answers.values())


class Counts(Struct, frozen=True):
    """How many items have each answer. Progress is reported as `in_place` out of `relevant`."""

    in_place: int = 0
    missing: int = 0
    not_relevant: int = 0
    unanswered: int = 0

    @property
    def relevant(self) -> int:
        """All items except those answered "not relevant"."""
        return self.in_place + self.missing + self.unanswered


_MAP_SEPARATOR: Final = "/"
"""Not allowed in ids of the content, so that no item can be mistaken for a map cell."""


def map_cell_id(*parts: str) -> str:
    """The item id under which the log keeps a cell of the support map, as a note."""
    return _MAP_SEPARATOR.join(parts)


def is_map_cell(item_id: str) -> bool:
    return _MAP_SEPARATOR in item_id


def count(round_: Progress | RoundSummary, item_ids: Iterable[str]) -> Counts:
    """How many of these items, such as those of one group, have each answer."""
    return Counts(**Counter(round_.answer(item_id).value for item_id in item_ids))


def local_time(at: datetime) -> datetime:
    """The time in the local time zone; in UTC if that is outside the calendar's range."""
    try:
        return at.astimezone()
    except (OverflowError, OSError, ValueError):  # depends on the platform
        return at


def local_date(at: datetime) -> date:
    """The local date at that time; see `local_time`."""
    return local_time(at).date()
