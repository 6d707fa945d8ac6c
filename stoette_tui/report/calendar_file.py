"""Renders the due dates of a round as iCalendar: an all-day event for each action that remains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoette_tui import __version__
from stoette_tui.base.sanitize import collapse_spaces, sanitize, sanitize_line
from stoette_tui.content.ui_text import fill
from stoette_tui.review.plans import plan_order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from icalendar import Event

    from stoette_tui.content.model import Checklist, Item
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import ItemState, Progress

_LONGEST_SUMMARY = 120  # characters


def render(checklist: Checklist, ui: UiText, progress: Progress, now: datetime) -> bytes:
    """The calendar. UIDs are stable, so that importing it again updates the events."""
    from icalendar import Calendar  # slower to import than all the rest

    calendar = Calendar()
    calendar.add("PRODID", f"-//stoette-tui//{__version__}//{ui.locale.upper()}")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    for event in _events(checklist, ui, progress, now):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(checklist: Checklist, ui: UiText, progress: Progress, now: datetime) -> Iterator[Event]:
    from icalendar import Event

    round_id = progress.round.id if progress.round else ""
    items = {item.id: item for item in checklist.items}
    for item_id in plan_order(progress, items):
        state = progress.state(item_id)
        if state.due is None or state.done is not None:
            continue
        event = Event()
        event.add("UID", sanitize_line(f"{round_id}.{item_id}@stoette-tui"))
        event.add("DTSTAMP", now)
        event.add("DTSTART", state.due)  # without an end it lasts all day
        event.add("SUMMARY", _summary(items[item_id], ui, state))
        event.add("DESCRIPTION", _description(items[item_id], ui, progress, state))
        event.add("TRANSP", "TRANSPARENT")
        yield event


def _summary(item: Item, ui: UiText, state: ItemState) -> str:
    """The agreed action, or the item itself if there is none."""
    what = sanitize_line(state.action) or sanitize_line(item.text)
    if len(what) > _LONGEST_SUMMARY:
        what = f"{what[: _LONGEST_SUMMARY - 1].rstrip()}…"
    return fill(ui.report.event, what=what)


def _description(item: Item, ui: UiText, progress: Progress, state: ItemState) -> str:
    texts = ui.report
    rows = (
        (texts.item, collapse_spaces(item.text)),
        (texts.note, state.note),
        (texts.action, state.action),
        (texts.responsible, state.responsible),
        (texts.priority, str(state.priority or "")),
        (texts.round, progress.round.name if progress.round else ""),
    )
    return "\n".join(f"{label}: {sanitize(text).strip()}" for label, text in rows if text.strip())
