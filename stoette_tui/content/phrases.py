"""Values of the review in words, whether they are shown, printed or spoken."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from stoette_tui.content.ui_text import fill
from stoette_tui.review.plans import SOON
from stoette_tui.review.progress import Answer, local_date, local_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import Counts, ItemState, RoundSummary


def share(counts: Counts, ui: UiText) -> str:
    """How many are in place out of those relevant."""
    return fill(ui.progress.of_relevant, in_place=counts.in_place, relevant=counts.relevant)


def answer_in_words(answer: Answer, last: Answer, ui: UiText) -> str:
    """The answer, with the one of the round before where that was another; empty for none."""
    now, before = (getattr(ui.answers, each) for each in (answer, last))
    if last in (answer, Answer.UNANSWERED):
        return "" if answer == Answer.UNANSWERED else str(now)
    if answer == Answer.UNANSWERED:
        return fill(ui.checklist.last_time, answer=before)
    return fill(ui.checklist.changed, before=before, now=now)


def round_starts(rounds: Sequence[RoundSummary], ui: UiText) -> list[str]:
    """When each round was started: the date, with the time where the date is not enough."""
    days = [local_date(each.round.started) for each in rounds]
    on_day = Counter(days)
    starts = []
    for summary, day in zip(rounds, days, strict=True):
        begun = ui.long_date(day)
        if on_day[day] > 1:
            at = local_time(summary.round.started)
            begun = fill(ui.rounds.at_time, date=begun, time=ui.time_of_day(at))
        starts.append(begun)
    return starts


def round_labels(summary: RoundSummary, ui: UiText) -> list[str]:
    """Whether a round is the current one, and whether it is put away."""
    labels = [ui.rounds.current] if summary.current else []
    return [*labels, ui.rounds.archived] if summary.round.archived else labels


def due_reasons(state: ItemState, ui: UiText, today: date) -> Iterable[str]:
    """Why an item needs attention."""
    texts = ui.due
    if state.done:
        yield fill(texts.done, date=ui.long_date(state.done))
        return
    if state.due:
        days, shown = (state.due - today).days, ui.long_date(state.due)
        if days < 0:
            yield fill(texts.overdue, date=shown)
        elif days == 0:
            yield texts.today
        elif days == 1:
            yield texts.tomorrow
        elif days <= SOON:
            yield ui.count(texts.soon, days, date=shown)
    if not state.responsible.strip():
        yield texts.unassigned
