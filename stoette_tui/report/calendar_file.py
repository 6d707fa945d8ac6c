"""Renders the due dates of a round as iCalendar: an all-day event for each of its actions.

A calendar identifies an event by its UID, and keeps the version with the higher SEQUENCE (RFC
5546, 2.1.5). Both derive from the log, which exporting and importing a round preserves:

- The UID is made from the moment the round began and the id of the item. All copies of a round,
  whatever their store, name or language, give the same UIDs, so that no copy duplicates the
  events of another; other rounds give other UIDs.
- SEQUENCE is the number of seconds from then to the newest change of the item (see `Deadline`): it
  grows with each change, and a change in one copy beats all earlier ones in another. So the newest
  change wins, in whatever order and however often the copies are imported.

An event whose action is now done, in place, not relevant or without a date is emitted as
cancelled, so that it disappears when the calendar is imported again.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from stoette_tui import __version__
from stoette_tui.base.sanitize import collapse_spaces, sanitize, sanitize_line
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.review.fields import is_valid_value
from stoette_tui.review.history import replay
from stoette_tui.review.plans import plan_order
from stoette_tui.review.progress import Answer, Change, ItemState, Progress, Round

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icalendar import Event

    from stoette_tui.content.model import Checklist, Item

_MAX_SUMMARY_LENGTH: Final = 120  # characters
_MAX_INTEGER: Final = 2**31 - 1  # the largest integer of iCalendar
_AHEAD: Final = timedelta(weeks=1)
_LEFT_OUT: Final = ("due", "done", "helped")
"""The fields of a plan that an event's description omits: its own date, and how it went."""
_NAMESPACE: Final = "c2ff4b07-4b1f-44a5-9f3f-54d3a3f0d1f8"
"""The namespace of our UIDs; changing it would duplicate every event ever imported."""


def render(checklist: Checklist, ui: UiText, log: Sequence[Change], now: datetime) -> bytes:
    """The calendar of the round with that log."""
    from icalendar import Calendar, vText  # slower to import than everything else

    progress = replay(Progress(), log)
    assert progress.round
    name = sanitize_line(fill(ui.report.page_title, round=progress.round.name))
    calendar = Calendar()
    calendar.add("PRODID", f"-//stoette-tui//{__version__}//{ui.locale.upper()}")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("NAME", vText(name))
    calendar.add("X-WR-CALNAME", name)  # what most programs read
    found = deadlines(log)
    items = {item.id: item for item in checklist.items if item.id in found}
    for item_id in dict.fromkeys([*plan_order(progress, items), *items]):
        event = _event(items[item_id], ui, progress, found[item_id])
        event.add("UID", _uid(progress.round, item_id))
        event.add("DTSTAMP", now)
        event.add("SEQUENCE", min(found[item_id].revision, _MAX_INTEGER))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(item: Item, ui: UiText, progress: Progress, deadline: Deadline) -> Event:
    from icalendar import Alarm, Event

    state = progress.state(item.id)
    event, summary = Event(), _summary(item, ui, state)
    event.add("LAST-MODIFIED", deadline.changed)
    event.add("STATUS", "CONFIRMED" if deadline.is_open else "CANCELLED")
    event.add("DTSTART", deadline.due)  # an all-day event, as it has no end
    event.add("SUMMARY", summary)
    event.add("DESCRIPTION", "\n".join(_description(item, ui, progress, state)))
    event.add("TRANSP", "TRANSPARENT")
    if deadline.is_open:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("TRIGGER", -_AHEAD)
        alarm.add("DESCRIPTION", summary)
        event.add_component(alarm)
    return event


def _uid(round_: Round, item_id: str) -> str:
    """A UID that reveals nothing about the round, as RFC 7986 recommends."""
    from uuid import UUID, uuid5

    return str(uuid5(UUID(_NAMESPACE), f"{round_.origin} {item_id}"))


def _summary(item: Item, ui: UiText, state: ItemState) -> str:
    """The agreed action, or the item itself if there is none, and that it is missing."""
    statement = sanitize_line(item.text)
    if state.answer == Answer.MISSING:
        statement = fill(ui.report.missing_item, item=statement)
    what = sanitize_line(state.action) or statement
    if len(what) > _MAX_SUMMARY_LENGTH:
        what = f"{what[: _MAX_SUMMARY_LENGTH - 1].rstrip()}…"
    return fill(ui.report.event, what=what)


def _description(item: Item, ui: UiText, progress: Progress, state: ItemState) -> Iterator[str]:
    texts, plan = ui.report, ui.plan_texts(state)
    rows = (
        (texts.item, collapse_spaces(item.text)),
        *((getattr(texts, name), plan[name]) for name in plan if name not in _LEFT_OUT),
        (texts.round, progress.round_name),
    )
    for label, text in rows:
        if text.strip():
            yield f"{label}: {sanitize(text).strip()}"


class Deadline(Struct, frozen=True):
    """The newest due date that an item had while it was missing and not done.

    `is_open` says whether it still is. `changed` is the time of the item's newest change, and
    `revision` the seconds from the start of the round until then. Whatever the clock says, each
    change increases `revision`: by one if several fall in the same second or the clock is set back.
    """

    due: date
    is_open: bool
    changed: datetime
    revision: int


def deadlines(log: Iterable[Change]) -> dict[str, Deadline]:
    """The deadlines of one round by item id, derived from its log."""
    progress, due = Progress(), dict[str, date]()
    revisions, newest = dict[str, int](), dict[str, datetime]()
    valid = (each for each in log if is_valid_value(each.item, each.field, each.value))
    for _, act in groupby(valid, key=lambda change: change.act):
        changes = list(act)
        progress = replay(progress, changes)
        for change in changes:
            item, state = change.item, progress.state(change.item)
            start = progress.round.started if progress.round else change.at
            seconds = int((change.at - start).total_seconds())
            revisions[item] = max(revisions.get(item, -1) + 1, seconds)
            newest[item] = max(change.at, newest.get(item, change.at))
            if state.due and state.is_open:
                due[item] = state.due

    found = {}
    for item, day in due.items():
        state = progress.state(item)
        is_open = state.is_open and state.due is not None
        found[item] = Deadline(day, is_open, newest[item], revisions[item])
    return found
