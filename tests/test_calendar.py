"""Calendars that import a round repeatedly, from one copy of it or from several."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

from conftest import CLONE
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from stoette_tui.content import loader as content
from stoette_tui.content import ui_text
from stoette_tui.report import calendar_file, transfer
from stoette_tui.report.calendar_file import deadlines
from stoette_tui.review.progress import Change
from stoette_tui.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from conftest import CommandLine
    from icalendar import Component

CHECKLIST = content.load(CLONE / "content" / "da").checklist
UI = ui_text.load(CLONE / "content", "da")
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


class StoredEvent(NamedTuple):
    """An event as a calendar stores it."""

    revision: tuple[int, datetime]
    day: date
    summary: str
    is_cancelled: bool


def sequence_of(event: Component) -> int:
    sequence = event.decoded("SEQUENCE")
    assert isinstance(sequence, int)
    return sequence


class CalendarClient:
    """A calendar as RFC 5546 defines it: one event for each UID, with the highest SEQUENCE.

    The later DTSTAMP breaks a tie. Cancelled events are not shown.
    """

    def __init__(self) -> None:
        self._events: dict[str, StoredEvent] = {}

    def import_file(self, data: bytes) -> CalendarClient:
        for event in Calendar.from_ical(data).walk("VEVENT"):
            uid, revision = str(event["UID"]), (sequence_of(event), event.decoded("DTSTAMP"))
            known = self._events.get(uid)
            if known is None or revision >= known.revision:
                status = str(event["STATUS"])
                assert status in ("CONFIRMED", "CANCELLED")
                day, summary = event.decoded("DTSTART"), str(event["SUMMARY"])
                self._events[uid] = StoredEvent(revision, day, summary, status == "CANCELLED")
        return self

    @property
    def shown(self) -> dict[str, date]:
        """The day of each event by its summary, without the prefix that all share."""
        prefix = UI.report.event.partition("{")[0]
        found = [each for each in self._events.values() if not each.is_cancelled]
        days = {each.summary.removeprefix(prefix): each.day for each in found}
        assert len(days) == len(found), "two events share a summary"
        return days


def export(store: Store, round_id: str, now: datetime = NOW) -> bytes:
    return calendar_file.render(CHECKLIST, UI, store.log(round_id), now)


def edit(store: Store, round_id: str, item: str, **fields: str) -> None:
    edits = {(item, field): value for field, value in fields.items()}
    store.record(round_id, edits, "Første")


def with_later_edit(log: list[Change], minutes: int, item: str, **fields: str) -> list[Change]:
    """The log with an edit of the item that many minutes after its first change."""
    at, act = log[0].at + timedelta(minutes=minutes), log[-1].id + 1
    changes = enumerate(fields.items(), act)
    return [*log, *(Change(id_, at, log[0].round, item, *change, act) for id_, change in changes)]


def test_cancels_events_of_actions_that_are_done_in_place_or_undated(tmp_path: Path) -> None:
    store, client = Store(tmp_path), CalendarClient()
    round_id = store.new_round("Forår")
    items = ("timing", "form", "feedback", "mentoring")
    for item in items:
        edit(store, round_id, item, answer="missing", action=item, due="2027-06-01")
    edit(store, round_id, "conversations", due="2027-06-01", action="aldrig en mangel")
    assert client.import_file(export(store, round_id)).shown == dict.fromkeys(
        items, date(2027, 6, 1)
    )

    before = export(store, round_id)
    edit(store, round_id, "timing", done="2027-05-01")
    edit(store, round_id, "form", answer="in_place")
    edit(store, round_id, "feedback", due="")
    edit(store, round_id, "mentoring", due="2027-07-01")
    assert client.import_file(export(store, round_id)).shown == {"mentoring": date(2027, 7, 1)}
    assert client.import_file(before).shown == {"mentoring": date(2027, 7, 1)}, (
        "an older export wins"
    )

    store.undo(round_id)
    edit(store, round_id, "timing", done="")
    assert client.import_file(export(store, round_id)).shown == {
        "mentoring": date(2027, 6, 1),
        "timing": date(2027, 6, 1),
    }


def test_a_cancelled_event_keeps_its_last_date(tmp_path: Path) -> None:
    store = Store(tmp_path)
    round_id = store.new_round("Forår")
    edit(store, round_id, "timing", answer="missing", due="2027-06-01")
    edit(store, round_id, "timing", due="2027-07-01")
    edit(store, round_id, "timing", due="", action="Overlap")
    [event] = Calendar.from_ical(export(store, round_id)).walk("VEVENT")
    assert (str(event["STATUS"]), event.decoded("DTSTART")) == ("CANCELLED", date(2027, 7, 1))
    log = store.log(round_id)
    newest = max(change.at for change in log)
    assert event.decoded("LAST-MODIFIED") == newest.replace(microsecond=0)


def test_the_newest_copy_of_a_round_wins_in_any_import_order(tmp_path: Path) -> None:
    """The copy with the newest change wins over the one with more changes."""
    store = Store(tmp_path / "ours")
    round_id = store.new_round("Forår")
    for item in ("timing", "form"):
        edit(store, round_id, item, answer="missing", action=item, due="2027-06-01")
    log = store.log(round_id)
    ours = log
    for minute in range(1, 4):
        ours = with_later_edit(ours, minute, "timing", action=f"{minute}", due=f"2027-06-1{minute}")
    ours = with_later_edit(ours, 4, "form", due="2027-06-20")
    theirs = with_later_edit(log, 5, "timing", action="senest", due="2027-08-01")
    files = [calendar_file.render(CHECKLIST, UI, log, NOW)]
    for name, changes in (("a", ours), ("b", theirs), ("c", theirs)):
        copy = Store(tmp_path / name)
        copy.new_round("Forår")
        [progress] = copy.import_rounds(transfer.decode(transfer.encode(changes)))
        assert progress.round is not None
        assert (progress.round.id, progress.round.name) != (round_id, "Forår")
        files.append(export(copy, progress.round.id))
    for order in permutations(files):
        client = CalendarClient()
        for data in (*order, *order):
            client.import_file(data)
        assert client.shown == {"senest": date(2027, 8, 1), "form": date(2027, 6, 20)}


def test_copies_of_a_round_in_one_store_share_their_events(tmp_path: Path) -> None:
    store = Store(tmp_path)
    round_id = store.new_round("Forår")
    edit(store, round_id, "timing", answer="missing", due="2027-06-01", action="a")
    [progress] = store.import_rounds(transfer.decode(transfer.encode(store.log(round_id))))
    assert progress.round is not None
    other = store.new_round("Efterår")
    edit(store, other, "timing", answer="missing", due="2027-12-01", action="b")
    client = CalendarClient()
    for each in (round_id, progress.round.id, other):
        client.import_file(export(store, each))
    assert client.shown == {"a": date(2027, 6, 1), "b": date(2027, 12, 1)}


def test_events_keep_their_uid_in_every_language(stoette: CommandLine, data_dir: Path) -> None:
    store = Store(data_dir)
    edit(store, store.new_round("Forår"), "timing", answer="missing", due="2027-06-01")
    files = [stoette("export", "--format", "ics", "--lang", each).out for each in ("da", "en")]
    events = [Calendar.from_ical(data).walk("VEVENT")[0] for data in files]
    assert len({str(event["UID"]) for event in events}) == 1
    assert len({str(event["SUMMARY"]) for event in events}) == 2
    assert json.loads(stoette("export", "--format", "json").out)["round"]["id"] not in files[0]


EDITS = st.sampled_from(
    [
        *(("answer", each) for each in ("missing", "in_place", "unanswered")),
        *(("due", each) for each in ("2027-06-01", "2027-07-01", "")),
        *(("done", each) for each in ("2027-05-01", "")),
        ("mood", "not a field"),
    ]
)


def log_of(edits: Iterable[tuple[tuple[str, str], int]]) -> list[Change]:
    """A round with these edits of one item, at these seconds: the clock may go backwards."""
    log = [Change(1, NOW, "r", "", "name", "Forår", 1)]
    for id_, ((field, value), second) in enumerate(edits, 2):
        at = NOW.replace(second=second)
        log.append(Change(id_, at, "r", "timing", field, value, id_))
    return log


@settings(max_examples=60)
@given(st.lists(st.tuples(EDITS, st.integers(0, 59)), max_size=12))
def test_every_change_raises_the_sequence_and_the_newest_is_shown(
    edits: list[tuple[tuple[str, str], int]],
) -> None:
    """Even if the clock goes backwards, and with an export after each change."""
    client, log = CalendarClient(), log_of(edits)
    state = {"answer": "", "due": "", "done": ""}
    sequences = [0]
    for number, change in enumerate(log):
        if number:
            state[change.field] = change.value
        data = calendar_file.render(CHECKLIST, UI, log[: number + 1], NOW)
        is_open = state["answer"] == "missing" and state["due"] and not state["done"]
        days = [date.fromisoformat(state["due"])] if is_open else []
        assert list(client.import_file(data).shown.values()) == days
        for event in Calendar.from_ical(data).walk("VEVENT"):
            if change.field != "mood":
                assert sequence_of(event) > sequences[-1]
            sequences.append(sequence_of(event))
            assert bool(event.walk("VALARM")) is bool(is_open)
    assert set(deadlines(log)) <= {"timing"}
