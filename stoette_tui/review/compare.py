"""Comparison of rounds: how answers differ, which rounds to compare, and how groups moved."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from stoette_tui.review.progress import (
    Answer,
    Counts,
    Progress,
    RoundSummary,
    count,
    local_date,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import date


class Shift(StrEnum):
    """How the answer to an item differs from one round to another; see `shift`."""

    BETTER = "better"
    WORSE = "worse"
    NEWLY_ANSWERED = "newly_answered"
    NO_LONGER_ANSWERED = "no_longer_answered"
    RELEVANCE_CHANGED = "relevance_changed"
    UNCHANGED = "unchanged"
    STILL_UNANSWERED = "still_unanswered"


DAYS_BETWEEN_ROUNDS: Final = 160
"""Days after which a new round is suggested."""
UNCHANGED: Final = (Shift.UNCHANGED, Shift.STILL_UNANSWERED)
"""The kinds that are only counted, unless unfolded."""
_ALWAYS: Final = (Shift.BETTER, Shift.WORSE)


def shift(before: Answer, after: Answer) -> Shift:
    """The kind of difference between two answers; each of the 16 pairs has exactly one.

    before \\ after  in place            missing             not relevant        unanswered
    in place        unchanged           worse               relevance changed   no longer answered
    missing         better              unchanged           relevance changed   no longer answered
    not relevant    relevance changed   relevance changed   unchanged           no longer answered
    unanswered      newly answered      newly answered      newly answered      still unanswered

    Only an item that was answered and relevant both times can be better or worse: calling
    something missing "not relevant" does not improve the workplace.
    """
    if before == after:
        return Shift.STILL_UNANSWERED if after == Answer.UNANSWERED else Shift.UNCHANGED
    if before == Answer.UNANSWERED:
        return Shift.NEWLY_ANSWERED
    if after == Answer.UNANSWERED:
        return Shift.NO_LONGER_ANSWERED
    if Answer.NOT_RELEVANT in (before, after):
        return Shift.RELEVANCE_CHANGED
    return Shift.BETTER if after == Answer.IN_PLACE else Shift.WORSE


def shifts(
    item_ids: Iterable[str], before: Callable[[str], Answer], after: Callable[[str], Answer]
) -> dict[Shift, list[str]]:
    """The items by kind of difference between their answers, for every kind, in the order given."""
    found: dict[Shift, list[str]] = {kind: [] for kind in Shift}
    for item_id in item_ids:
        found[shift(before(item_id), after(item_id))].append(item_id)
    return found


def reportable_kinds(found: Mapping[Shift, Sequence[str]]) -> list[Shift]:
    """The kinds of change to report, in order: always better and worse, others if not empty."""
    return [kind for kind in Shift if kind not in UNCHANGED and (found[kind] or kind in _ALWAYS)]


def earlier_rounds(rounds: Sequence[RoundSummary], round_id: str) -> Sequence[RoundSummary]:
    """All rounds with answers before that one, oldest first; none for an unknown id.

    A round that was started by mistake has none, and there is nothing to compare with.
    """
    ids = [each.round.id for each in rounds]
    earlier = rounds[: ids.index(round_id)] if round_id in ids else ()
    return [each for each in earlier if each.has_answers]


def comparable(rounds: Sequence[RoundSummary]) -> Sequence[RoundSummary]:
    """The rounds with answers, and the open one, in the same order; all if those are too few."""
    found = [each for each in rounds if each.has_answers or each.current]
    return found if len(found) > 1 else rounds


def previous_answers(rounds: Sequence[RoundSummary], round_id: str) -> dict[str, Answer]:
    earlier = earlier_rounds(rounds, round_id)
    return earlier[-1].answers if earlier else {}


def is_time_for_another(rounds: Sequence[RoundSummary], round_id: str, today: date) -> bool:
    """Whether that is the newest round, and began half a year ago, or nearly."""
    newest = rounds[-1].round if rounds else None
    if newest is None or newest.id != round_id or newest.archived:
        return False
    return (today - local_date(newest.started)).days >= DAYS_BETWEEN_ROUNDS


def trend(rounds: Iterable[Progress | RoundSummary], item_ids: Collection[str]) -> list[Counts]:
    """How many of the items have each answer, round by round."""
    return [count(each, item_ids) for each in rounds]


def movement(before: Counts, after: Counts) -> int | None:
    """How many more items are in place; None as long as fewer are answered than before."""
    return None if after.unanswered > before.unanswered else after.in_place - before.in_place


def newest_with(number: int, wanted: Collection[int], most: int) -> list[int]:
    """The positions of up to `most` of `number` rounds: those `wanted`, and the newest others."""
    others = [at for at in range(number) if at not in wanted]
    room = max(most - len(wanted), 0)
    return sorted([*wanted, *others[max(len(others) - room, 0) :]])


class Pair(Struct, frozen=True):
    """Two of `number` rounds, by their positions in chronological order.

    `moves_newer` says which of the two moves; the older one never passes the newer one.
    """

    older: int
    newer: int
    number: int
    moves_newer: bool = False

    @classmethod
    def newest(cls, number: int) -> Pair:
        return cls(number - 2, number - 1, number)

    def moved(self, step: int) -> Pair:
        """The pair with the moving round replaced by another, as far as there is one."""
        if self.moves_newer:
            newer = self.newer + step
            return replace(self, newer=newer) if self.older < newer < self.number else self
        older = self.older + step
        return replace(self, older=older) if 0 <= older < self.newer else self

    def switched(self) -> Pair:
        """The pair with the other round as the moving one."""
        return replace(self, moves_newer=not self.moves_newer)

    def moved_to(self, place: int) -> Pair:
        """The pair with that round replacing the moving one, or the other if it would pass it."""
        ends = (self.older, place) if self.moves_newer else (place, self.newer)
        if ends[0] == ends[1]:
            return self
        pair = replace(self, older=min(ends), newer=max(ends))
        return pair if pair.older == ends[0] else pair.switched()
