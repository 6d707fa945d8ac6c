"""Values of the review in words, to be shown, printed or spoken."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from stoette_tui.base.sanitize import capitalize, sanitize_line
from stoette_tui.content import cldr
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.review.compare import is_time_for_another
from stoette_tui.review.plans import SOON, CarriedPlans
from stoette_tui.review.progress import (
    Answer,
    Change,
    Counts,
    Helped,
    ItemState,
    Progress,
    RoundSummary,
    count,
    is_map_cell,
    local_date,
    local_time,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from stoette_tui.content.model import Card, Checklist, MapCell
    from stoette_tui.content.ui_sections import TakenBackTexts
    from stoette_tui.review.compare import Shift


def share(counts: Counts, ui: UiText) -> str:
    """How many items are in place out of those that are relevant."""
    return fill(ui.progress.of_relevant, in_place=counts.in_place, relevant=counts.relevant)


def short_share(counts: Counts, ui: UiText) -> str:
    """The same as `share`, in figures alone."""
    return fill(ui.progress.short, in_place=counts.in_place, relevant=counts.relevant)


def shift_name(shift: Shift, ui: UiText) -> str:
    """The name of a difference between two answers, as a title."""
    return capitalize(getattr(ui.compare, shift))


def map_cell(cell: MapCell, ui: UiText) -> str:
    """Who gives the support of a cell of the map, and in which way."""
    return fill(ui.checklist.map_cell, giver=cell.giver.title, way=cell.way.title)


def card_level(card: Card, ui: UiText) -> str:
    """The level that the subject of a card should be at; empty for a diamond."""
    return {"high": ui.guldkorn.high, "suitable": ui.guldkorn.suitable}.get(card.level or "", "")


def answer_in_words(answer: Answer, last: Answer, ui: UiText) -> str:
    """The answer, with the previous round's if it differs; empty for none."""
    now, before = (getattr(ui.answers, each) for each in (answer, last))
    if last in (answer, Answer.UNANSWERED):
        return "" if answer == Answer.UNANSWERED else str(now)
    if answer == Answer.UNANSWERED:
        return fill(ui.checklist.last_time, answer=before)
    return fill(ui.checklist.changed, before=before, now=now)


def round_starts(rounds: Sequence[RoundSummary], ui: UiText) -> list[str]:
    """When each round was started: the date, and the time where the date is ambiguous."""
    days = [local_date(each.round.started) for each in rounds]
    on_day = Counter(days)
    starts = []
    for summary, day in zip(rounds, days, strict=True):
        begun = ui.long_date(day)
        if on_day[day] > 1:
            at = local_time(summary.round.started)
            begun = fill(ui.rounds.at_time, date=begun, time=cldr.time_of_day(ui.locale, at))
        starts.append(begun)
    return starts


def round_labels(summary: RoundSummary, ui: UiText) -> list[str]:
    """Whether a round is the current one, and whether it is archived."""
    labels = [ui.rounds.current] if summary.current else []
    return [*labels, ui.rounds.archived] if summary.round.archived else labels


def due_reasons(
    state: ItemState, ui: UiText, today: date, write: Callable[[date], str]
) -> Iterable[str]:
    """Why an item needs attention; `write` formats its dates."""
    texts = ui.due
    if state.done:
        has_failed = state.helped in (Helped.PARTLY, Helped.NO)
        yield fill(texts.done_in_vain if has_failed else texts.done, date=write(state.done))
        return
    is_unassigned = not state.responsible.strip()
    if not state.due:
        yield texts.unplanned if is_unassigned else texts.undated
        return
    days, shown = (state.due - today).days, write(state.due)
    if days < 0:
        yield fill(texts.overdue, date=shown)
    elif days == 0:
        yield texts.today
    elif days == 1:
        yield texts.tomorrow
    elif days <= SOON:
        yield ui.count(texts.soon, days, date=shown)
    if is_unassigned:
        yield texts.unassigned


def next_step(progress: Progress, item_ids: Sequence[str], ui: UiText) -> str:
    """What comes next once every item is answered; empty before."""
    if count(progress, item_ids).unanswered:
        return ""
    states = map(progress.state, item_ids)
    has_gaps = any(each.needs_action for each in states)
    words = ui.checklist
    template = words.all_answered_with_gaps if has_gaps else words.all_answered
    return fill(template, next="n", export="e")


def suggest_new_round(
    progress: Progress, rounds: Sequence[RoundSummary], ui: UiText, today: date
) -> str:
    """That the round is so old that it is time for a new one; empty before."""
    if progress.round is None or not is_time_for_another(rounds, progress.round.id, today):
        return ""
    started = ui.long_date(local_date(progress.round.started))
    return fill(ui.checklist.begin_again, date=started, rounds="r", new="n")


# Changes, in one sentence


def describe_refusal(progress: Progress, ui: UiText) -> str:
    """Why the round cannot be changed, and how it can; empty if it can."""
    said = fill(ui.rounds.not_changed, round=progress.round_name)
    return sanitize_line(said) if progress.is_archived else ""


def describe_undone(changes: Sequence[Change], checklist: Checklist, ui: UiText) -> str:
    """One sentence for an undo, whatever the number of fields changed.

    `changes` belong to one action, on one item or on the map; none if there was nothing to undo.
    """
    return _describe(changes, checklist, ui, ui.undone) if changes else ui.messages.nothing_to_undo


def ask_to_undo(day: date, item_id: str, checklist: Checklist, ui: UiText) -> str:
    """The question before a change of that day is undone."""
    item, written = shorten_item(item_id, checklist), ui.long_date(day)
    return fill(ui.messages.undo_older, date=written, item=item)


def describe_redone(changes: Sequence[Change], checklist: Checklist, ui: UiText) -> str:
    """The same for a redo."""
    return _describe(changes, checklist, ui, ui.redone) if changes else ui.messages.nothing_to_redo


def _describe(
    changes: Sequence[Change], checklist: Checklist, ui: UiText, words: TakenBackTexts
) -> str:
    change = changes[0]
    if is_map_cell(change.item):
        return words.map
    item = shorten_item(change.item, checklist)
    if change.field == "answer":
        return fill(words.answer, item=item, answer=getattr(ui.answers, change.value))
    return fill(words.plan, item=item)


def shorten_item(item_id: str, checklist: Checklist) -> str:
    """The start of an item's text, without its full stop; the id of an unknown item."""
    if is_map_cell(item_id):
        return checklist.map.title
    item = checklist.by_id.get(item_id)
    text = sanitize_line(item.text if item else item_id).removesuffix(".")
    return textwrap.shorten(text, 50, placeholder=" …")


def describe_carried_plans(plans: CarriedPlans | None, ui: UiText) -> str:
    """How many plans a new round has carried over, and how many it has not; empty for None."""
    if not plans:
        return ""
    if not plans.carried:
        return ui.rounds.none_carried
    template = ui.rounds.carried_some_plans if plans.closed else ui.rounds.carried_plans
    return sanitize_line(
        fill(template, count=plans.carried, closed=plans.closed, round=plans.source)
    )
