"""Comparison of a round with an earlier one."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from stoette_tui.review.progress import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stoette_tui.review.progress import RoundSummary


class Shift(StrEnum):
    """How the answer to an item differs from one round to another; see `shift`."""

    BETTER = "better"
    WORSE = "worse"
    NEWLY_ANSWERED = "newly_answered"
    NO_LONGER_ANSWERED = "no_longer_answered"
    RELEVANCE_CHANGED = "relevance_changed"
    UNCHANGED = "unchanged"


def shift(before: Answer, after: Answer) -> Shift:
    """The kind of difference between two answers; each of the 16 pairs has exactly one.

    before \\ after  in place            missing             not relevant        unanswered
    in place        unchanged           worse               relevance changed   no longer answered
    missing         better              unchanged           relevance changed   no longer answered
    not relevant    relevance changed   relevance changed   unchanged           no longer answered
    unanswered      newly answered      newly answered      newly answered      unchanged

    Only an item that was answered and relevant both times can be better or worse: calling
    something missing "not relevant" does not improve the workplace.
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


def round_before(rounds: Iterable[RoundSummary], round_id: str) -> RoundSummary | None:
    """The round before that one; None for the first and for an unknown id.

    `rounds` are all rounds, oldest first.
    """
    before: RoundSummary | None = None
    for summary in rounds:
        if summary.round.id == round_id:
            return before
        before = summary
    return None
