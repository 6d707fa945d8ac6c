"""The review in the app: plans, undo, rounds, comparison and export, from keys to disk."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from app_driver import beginning, opened
from terminal import Place

from stoette_tui.content.ui_text import fill
from stoette_tui.review.progress import Change, local_date
from stoette_tui.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from stoette_tui.review.progress import ItemState

TRICKY = '[bold]x[/] "æøå" q 1 u'
FIRST = "good-relations"


def first_item(store: Store) -> ItemState:
    """The saved state of the checklist's first item."""
    return store.progress().state(FIRST)


async def test_a_plan_is_saved_exactly_as_typed(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3", "x", "enter")
        await reader.sees("Hvad er problemet,")
        await reader.press(*TRICKY)
        await reader.press("tab", *"gør noget", "tab", *"Mette", "tab", *"1/3-2027", "tab", "2")
        await reader.press("ctrl+s")
        await reader.sees_no_more(reader.ui.plan.leave)
        state = first_item(reader.store)
        assert (state.answer, state.note, state.action) == ("missing", TRICKY, "gør noget")
        assert (state.responsible, str(state.due), state.priority) == ("Mette", "2027-03-01", 2)


async def test_undo_and_redo_work_across_a_restart(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3", "space")
        await reader.sees(lambda: first_item(reader.store).answer == "in_place")
    async with opened(data_dir) as reader:
        await reader.press("u")
        await reader.sees(lambda: first_item(reader.store).answer == "unanswered")
        await reader.press("U")
        await reader.sees(lambda: first_item(reader.store).answer == "in_place")
        await reader.press("U")
        await reader.sees(beginning(reader.ui.messages.nothing_to_redo))


async def test_the_undo_message_omits_the_full_stop_of_the_item(data_dir: Path) -> None:
    Store(data_dir).record(None, {("welcome-newcomers", "answer"): "missing"}, "Første")
    async with opened(data_dir, size=(120, 40)) as reader:
        (item,) = (each for each in reader.items if each.id == "welcome-newcomers")
        assert item.text.endswith(".")
        await reader.press("3", "u")
        await reader.sees(f"{item.text.split()[-1][:-1]}«")


async def test_due_items_replace_the_introduction_until_they_are_settled(data_dir: Path) -> None:
    due = {(FIRST, "answer"): "missing", (FIRST, "due"): "2020-03-01"}
    Store(data_dir).record(None, due, "Første")
    async with opened(data_dir) as reader:
        await reader.press("3")
        await reader.sees(reader.ui.due.title)
        intro = beginning(reader.content.checklist.intro)
        assert intro not in reader.display
        assert sum(item.text in reader.display for item in reader.items) >= 5
        await reader.press("home", "space")  # settled; its row stays while the cursor is on it
        await reader.sees(lambda: first_item(reader.store).answer == "in_place")
        assert reader.ui.due.title in reader.display
        await reader.press("down")
        await reader.sees(intro)


async def test_the_cursor_stays_on_its_item_when_the_last_due_item_is_settled(
    data_dir: Path,
) -> None:
    async with opened(data_dir, size=(80, 40)) as reader:
        first, other = reader.items[0], reader.items[6]
        for item in (first, other):
            due = {(item.id, "answer"): "missing", (item.id, "due"): "2020-03-01"}
            reader.store.record(None, due, "Første")
    async with opened(data_dir, size=(80, 40)) as reader:
        await reader.press("3", "home", "space")  # settles the first of the two on top
        await reader.sees(lambda: reader.answers() == {first.id: "in_place", other.id: "missing"})
        for _ in range(10):
            if not reader.cursor.startswith(other.text):
                await reader.press("j")
        await reader.press("space")
        await reader.sees_no_more(reader.ui.due.title)
        assert reader.cursor.startswith(other.text)
        await reader.press("i")
        expected = {first.id: "in_place", other.id: "not_relevant"}
        await reader.sees(lambda: reader.answers() == expected)


async def test_due_dates_around_today_are_shown_in_words(data_dir: Path) -> None:
    phrases = ["fristen var", "fristen er i dag", "fristen er i morgen", "om 2 dage"]
    async with opened(data_dir, size=(80, 40)) as reader:
        for days, item in zip(range(-1, 3), reader.items, strict=False):
            due = date.today() + timedelta(days=days)
            edits = {(item.id, "answer"): "missing", (item.id, "due"): due.isoformat()}
            reader.store.record(None, edits, "Første")
    async with opened(data_dir, size=(80, 40)) as reader:
        await reader.press("3")
        await reader.sees(phrases[-1])
        rows = [reader.display.find(each).y for each in phrases]
        assert rows == sorted(rows)


async def test_an_item_offers_to_make_a_plan_or_to_change_it(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3")
        await reader.sees(reader.ui.checklist.to_plan)
        reader.store.record(None, {(FIRST, "note"): "noget"}, "Første")
        await reader.sees(reader.ui.checklist.change_plan)
        await reader.click(reader.ui.checklist.change_plan)
        await reader.sees(reader.ui.plan.leave)
        await reader.press(*["backspace"] * len("noget"), "ctrl+s")
        await reader.sees(reader.ui.checklist.to_plan)


async def test_short_fields_stay_aligned_beside_a_long_one(data_dir: Path) -> None:
    plan = {"responsible": "Ea", "due": "2027-03-01", "action": "gør noget " * 12}
    Store(data_dir).record(None, {(FIRST, field): text for field, text in plan.items()}, "Første")
    async with opened(data_dir, size=(120, 40)) as reader:
        await reader.press("3", "home")
        words, display = reader.ui.plan, reader.display
        rows = [display.find(each).y for each in (words.responsible, words.due)]
        starts = [
            display.lines[y].rindex(text) for y, text in zip(rows, ("Ea", "1. marts"), strict=True)
        ]
        assert starts[0] == starts[1]
        below = Place(display.find(words.action).x + 2, display.find(words.action).y + 1)
        assert below in display.find_all("gør noget")


async def test_only_an_overdue_date_is_red_in_its_row(
    data_dir: Path,
) -> None:
    plan = {"answer": "missing", "responsible": "Ea", "priority": "1"}
    late, later = {**plan, "due": "2020-03-01"}, {**plan, "due": "2400-03-01"}
    done = {**late, "done": "2020-02-01"}
    items = {"good-relations": late, "welcome-newcomers": later, "speak-freely": done}
    edits = {(item, each): text for item, plan in items.items() for each, text in plan.items()}
    edits["help-each-other", "answer"] = "in_place"
    Store(data_dir).record(None, edits, "Første")
    async with opened(data_dir, size=(100, 50)) as reader:
        await reader.press("3")
        display = reader.display
        await reader.sees("frist 1.3.2400")
        dates = [display.cell(place) for place in display.find_all("frist 1.3.2020")]
        names = {display.cell(place).foreground for place in display.find_all("Ea · ")}
        red = display.cell(display.find("☒ Vi")).foreground
        assert [cell.foreground for cell in dates] == [red]
        assert {display.cell(display.find("udført 1.2.2020")).foreground} == names
        assert display.cell(display.find("frist 1.3.2400")).foreground in names
        columns = {line.index("prioritet 1") for line in display.lines if "prioritet 1" in line}
        assert len(columns) == 1
        texts = {item.id: item.text for item in reader.items}
        missing, in_place, unanswered = (
            display.cell(display.find(f"{mark} {texts[item]}")._replace(x=4)).foreground
            for mark, item in (
                ("☒", "welcome-newcomers"),
                ("☑", "help-each-other"),
                ("☐", "respect-and-recognition"),
            )
        )
        assert len({missing, in_place, unanswered}) == 3


async def test_up_and_down_move_between_fields_except_in_multiline_ones(
    data_dir: Path,
) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3", "enter")
        await reader.sees(reader.ui.plan.note)
        await reader.press("a", "enter", "b", "up", "c", "down", "d")
        await reader.press(
            "tab", "tab", *"Ea", "down", "up", "end", "o", "down", "down", "3", "ctrl+s"
        )
        await reader.sees(lambda: first_item(reader.store).responsible)
        state = first_item(reader.store)
        assert (state.note, state.responsible, state.priority) == ("ac\nbd", "Eao", 3)


async def test_the_form_shows_which_day_is_meant_while_a_date_is_typed(data_dir: Path) -> None:
    async with opened(data_dir, size=(120, 40)) as reader:
        await reader.press("3", "x", "enter")
        await reader.sees(reader.ui.plan.note)
        colours: list[str] = []
        for tabs, typed in ((3, "1.3.2400"), (0, "1.3.2020"), (2, "2.3.2020"), (0, "2.3.2400")):
            await reader.press(*["tab"] * tabs, "ctrl+u", *typed)
            day = reader.ui.read_date(typed, date.today())
            assert day
            shown = f"{reader.ui.day_and_date(day)}, {reader.ui.from_today(day, date.today())}"
            await reader.sees(shown)
            colours.append(reader.display.cell(reader.display.find(shown)).foreground)
        due_ahead, due_past, done_past, done_ahead = colours
        assert due_ahead == done_past != due_past == done_ahead


async def test_the_text_fields_of_a_plan_grow_with_the_window(
    data_dir: Path,
) -> None:
    heights = []
    async with opened(data_dir) as reader:
        words = reader.ui.plan
        await reader.press("3")
        for size in ((80, 24), (120, 40), (200, 60)):
            await reader.resize(size)
            await reader.press("enter")
            await reader.sees(words.leave)
            heights.append(reader.display.find(words.action).y - reader.display.find(words.note).y)
            await reader.press("escape")
    assert heights[0] < heights[1] < heights[2]


async def test_the_summary_of_a_plan_is_never_wrapped(data_dir: Path) -> None:
    plan = {"answer": "missing", "responsible": "Ea", "due": "2020-03-01", "priority": "1"}
    items = ("good-relations", "welcome-newcomers", "speak-freely", "talk-about-problems")
    edits = {(item, field): text for item in items for field, text in plan.items()}
    Store(data_dir).record(None, edits, "Første")
    async with opened(data_dir, size=(40, 12)) as reader:
        await reader.press("3")
        for size in ((40, 12), (80, 24), (100, 30), (120, 40)):
            await reader.resize(size)
            await reader.press("home", *["down"] * 8)
            summary = "Ea · frist 1.3.2020 · prioritet 1"
            shown = [line for line in reader.display.lines if "prioritet" in line]
            assert shown
            assert all(summary in line for line in shown)


async def test_a_new_round_starts_unanswered_and_can_be_compared(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3", "x")
        await reader.sees(lambda: first_item(reader.store).answer == "missing")
        await reader.press("r")
        await reader.sees(reader.ui.rounds.title)
        await reader.press("n")
        await reader.sees(reader.ui.rounds.new_title)
        assert f" {reader.ui.rounds.start} " in reader.display
        await reader.press("end", "ctrl+u", *"Næste", "enter")
        await reader.sees_no_more(reader.ui.rounds.new_title)
        await reader.press("escape")
        await reader.sees("Næste")
        assert first_item(reader.store).answer == "unanswered"
        await reader.press("space")
        await reader.sees(lambda: first_item(reader.store).answer == "in_place")
        await reader.press("c")
        await reader.sees("Bedre (1)")


async def test_a_group_shows_no_change_while_fewer_of_its_items_are_answered(
    data_dir: Path,
) -> None:
    async with opened(data_dir, size=(120, 40)) as reader:
        group = next(iter(reader.content.checklist.groups))
        first, *others = group.item_ids
        reader.store.record(None, {(each, "answer"): "in_place" for each in others}, "Første")
        reader.store.new_round("Anden")
        reader.store.record(None, {(others[0], "answer"): "in_place"}, "x")
        await reader.press("3", "c")
        unmoved = rf"{group.title} +\d/\d → \d/\d  ..\s*│"
        await reader.sees(lambda: re.search(unmoved, reader.display.text))
        edits = {(each, "answer"): "missing" for each in (first, *others[1:])}
        reader.store.record(None, edits, "x")
        await reader.press("escape")
        await reader.sees(lambda: len(reader.answers()) == len(group.item_ids))
        await reader.press("c")
        moved = rf"{group.title} .* -{len(others) - 1}"
        await reader.sees(lambda: re.search(moved, reader.display.text))


async def test_each_new_round_is_offered_an_unused_name(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        for number in (1, 2, 3):
            if number == 1:
                await reader.press("3", "r")
            await reader.press("n")
            assert f"│  {reader.ui.rounds.name}  " in reader.display
            await reader.press("ctrl+s")
            await reader.sees(lambda: len(reader.store.rounds()) == number)  # noqa: B023
        name = reader.ui.round_name(date.today())
        names = [each.round.name for each in reader.store.rounds()]
        assert names == [name, f"{name} (2)", f"{name} (3)"]


@pytest.mark.parametrize(("days", "is_due"), [(150, False), (183, True)])
async def test_half_a_year_later_a_new_round_is_suggested(
    data_dir: Path, days: int, is_due: bool
) -> None:
    started = datetime.now(UTC) - timedelta(days)
    changes = [
        Change(1, started, "r", "", "name", "Dengang", act=1),
        Change(2, started, "r", "timing", "answer", "missing", act=2),
    ]
    Store(data_dir).import_rounds(changes)
    async with opened(data_dir, size=(120, 40)) as reader:
        await reader.press("3", "home")
        suggestion = fill(
            reader.ui.checklist.begin_again,
            date=reader.ui.long_date(local_date(started)),
            rounds="r",
            new="n",
        )
        assert (beginning(suggestion) in reader.display) == is_due
        await reader.press("r")
        await reader.sees(reader.ui.rounds.title)
        await reader.press("n", "enter")
        await reader.sees_no_more(beginning(suggestion))


async def test_the_same_key_archives_and_unarchives_a_round(data_dir: Path) -> None:
    async with opened(data_dir, size=(120, 40)) as reader:
        labels, archived = reader.ui.commands, reader.ui.report.round_archived
        await reader.press("3", "x", "r")
        await reader.sees(reader.ui.rounds.title)
        named = archived.replace("{round}", reader.store.rounds()[0].round.name)

        def is_named_as_archived(expected: bool) -> bool:
            return (named in reader.bars[0]) == expected

        for label, is_archived in (
            (labels["archive_round"].label, False),
            (labels["unarchive_round"].label, True),
            (labels["archive_round"].label, False),
        ):
            await reader.sees(f"a {label}")
            assert reader.store.rounds()[0].round.archived == is_archived
            await reader.sees(partial(is_named_as_archived, is_archived))
            await reader.press("a")


async def test_an_archived_round_is_read_only(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3", "x")
        await reader.sees(lambda: first_item(reader.store).answer == "missing")
        plan = reader.ui.commands["plan"].label
        assert plan in reader.bars[1]
        reader.store.archive_round(reader.store.rounds()[0].round.id, True)
        await reader.sees(lambda: plan not in reader.bars[1])
        refusal = beginning(
            fill(reader.ui.rounds.not_changed, round=reader.store.progress().round_name)
        )
        for key in ("enter", "x", "u", "U"):
            await reader.press(key)
            await reader.sees(refusal)
            assert reader.ui.plan.leave not in reader.display
            reader.app.clear_notifications()
            await reader.sees_no_more(refusal)
        assert reader.ui.checklist.to_plan not in reader.display
        await reader.press("home")
        await reader.sees(lambda: reader.ui.checklist.read_only in reader.display.prose)
        await reader.press("end", "enter")
        await reader.sees(refusal)
        assert reader.ui.checklist.to_map not in reader.display
        assert reader.ui.checklist.see_map in reader.display
        assert first_item(reader.store).answer == "missing"


async def test_an_older_archived_round_can_be_unarchived_and_then_changed(
    data_dir: Path,
) -> None:
    store = Store(data_dir)
    store.record(None, {(FIRST, "answer"): "missing"}, "Forår")
    older = store.rounds()[0].round.id
    store.new_round("Efterår")
    store.open_round(older)
    store.archive_round(older, True)
    async with opened(data_dir) as reader:
        await reader.press("3", "u")
        assert reader.ui.messages.undo_it not in reader.display, "no question before a refusal"
        await reader.press("r", "a", "escape", "home", "x")
        assert first_item(reader.store).answer == "unanswered"


async def test_a_change_is_refused_if_the_round_was_just_archived_elsewhere(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3", "x")
        await reader.sees(lambda: first_item(reader.store).answer == "missing")
        reader.store.archive_round(reader.store.rounds()[0].round.id, True)
        await reader.press("i")  # before the window has noticed
        await reader.sees(reader.ui.rounds.not_changed.partition("}")[2][:14])
        assert reader.app.notice == ""
        assert first_item(reader.store).answer == "missing"


async def test_a_form_warns_once_before_overwriting_a_field_changed_elsewhere(
    data_dir: Path,
) -> None:
    async with opened(data_dir) as reader:
        item = reader.items[0].id
        reader.store.record(
            None, {(item, "answer"): "missing", (item, "note"): "Fra før"}, "Første"
        )
        await reader.press("3", "home")
        await reader.sees(lambda: reader.items[0].text[:30] in reader.cursor)
        await reader.press("enter")
        await reader.sees(reader.ui.plan.leave)
        await reader.press(*"her")
        reader.store.record(None, {(item, "note"): "Fra et andet sted"}, "Første")
        await reader.press("ctrl+s")
        await reader.sees(reader.ui.plan.overtaken.partition("{")[0])
        assert first_item(reader.store).note == "Fra et andet sted"
        await reader.press("ctrl+s")
        await reader.sees_no_more(reader.ui.plan.leave)
        assert "her" in first_item(reader.store).note


async def test_a_plan_is_saved_in_the_round_it_was_opened_in(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        item = reader.items[0].id
        await reader.press("3", "x", "enter")
        await reader.sees(reader.ui.plan.leave)
        await reader.press(*"her")
        [first] = reader.store.rounds()
        second = reader.store.new_round("En anden")
        await reader.sees(lambda: reader.app.progress.round.id == second)  # type: ignore[union-attr]
        await reader.press("ctrl+s")
        await reader.sees_no_more(reader.ui.plan.leave)
        assert reader.store.progress(first.round.id).state(item).note == "her"
        assert not reader.store.progress(second).items
        assert "En anden" in reader.bars[0]
        message = fill(reader.ui.messages.saved_in, round=first.round.name)
        assert message[:24] in reader.display


async def test_open_plans_are_carried_from_the_round_shown_as_current(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        item, words = reader.items[0].id, reader.ui.rounds
        edits = {(item, "answer"): "missing", (item, "action"): "ringe rundt"}
        reader.store.record(None, edits, "Første")
        await reader.press("3")
        await reader.sees("Første")
        await reader.press("r")
        await reader.sees(words.title)
        second = reader.store.new_round("En anden")
        await reader.sees(f"En anden  ({words.current})")
        await reader.press("down", "enter")  # the first one again, by its position in the new list
        await reader.sees(lambda: reader.store.progress().round_name == "Første")
        await reader.press("r")
        await reader.sees(words.title)
        await reader.press("n")
        await reader.sees(words.new_title)
        reader.store.open_round(second)
        await reader.press("ctrl+s")
        await reader.sees(lambda: len(reader.store.rounds()) == 3)
        assert reader.store.progress().state(item).action == "ringe rundt"


async def test_lines_pasted_into_a_single_line_field_are_joined(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3", "x", "enter")
        await reader.sees(reader.ui.plan.leave)
        await reader.press("tab", "tab")
        for text in ("\nAnna, Bo\r\n  og", " ", "Carl"):
            await reader.paste(text)
        await reader.press("ctrl+s")
        await reader.sees(lambda: first_item(reader.store).responsible == "Anna, Bo og Carl")


async def test_without_rounds_only_a_new_one_is_offered(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        labels = reader.ui.commands
        await reader.press("3", "r")
        await reader.sees(f"n {labels['new_round'].label}")
        for name in ("open_round", "rename_round", "archive_round", "unarchive_round"):
            label = labels[name].label
            assert all(f"{key} {label}" not in reader.display for key in ("enter", "e", "a"))


async def test_rounds_are_sorted_by_age_even_if_an_older_one_is_imported_later(
    data_dir: Path,
) -> None:
    store = Store(data_dir)
    store.new_round("I år")
    at = datetime(2020, 3, 9, tzinfo=UTC)
    store.import_rounds([Change(1, at, "r", "", "name", "Dengang", act=1)])
    async with opened(data_dir) as reader:
        await reader.press("3", "r")
        await reader.sees(reader.ui.rounds.title)
        await reader.press("n")
        await reader.sees(reader.ui.rounds.new_title)
        await reader.press(*"Til sidst", "enter")
        await reader.sees_no_more(reader.ui.rounds.new_title)
        await reader.sees("Til sidst")
        rows = [reader.display.find(name).y for name in ("Til sidst  (", "  I år  ", "  Dengang  ")]
        assert rows == sorted(rows)
        await reader.press("escape", "c")
        await reader.sees("I år → Til sidst")
        await reader.press("left")
        await reader.sees("Dengang → Til sidst")


async def test_a_duplicate_round_name_is_refused(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3", "space")
        await reader.sees(lambda: first_item(reader.store).answer == "in_place")
        taken = reader.store.rounds()[0].round.name
        await reader.press("r")
        await reader.sees(reader.ui.rounds.title)
        await reader.press("n")
        await reader.sees(reader.ui.rounds.new_title)
        await reader.press("end", "ctrl+u")
        await reader.paste(taken)
        await reader.press("enter")
        await reader.sees("der er allerede")
        assert len(reader.store.rounds()) == 1


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_unsaved_text_can_be_discarded_in_a_window_of_any_size(
    data_dir: Path, size: tuple[int, int]
) -> None:
    async with opened(data_dir, size=size) as reader:
        await reader.press("3", "enter")
        await reader.sees(reader.ui.plan.title)
        await reader.press("escape")  # closes without asking, as nothing was typed
        await reader.sees_no_more("╭─")
        await reader.press("enter", "h", "escape")
        await reader.sees(reader.ui.plan.unsaved)
        assert reader.ui.plan.stay in reader.display
        keys = (f"→ {reader.ui.commands['next_button'].label}", reader.ui.commands["close"].label)
        assert all(key in reader.bars[1] for key in keys)
        await reader.click(reader.ui.plan.leave)
        await reader.sees_no_more(reader.ui.plan.note)
        assert first_item(reader.store).note == ""


@pytest.mark.parametrize("name", ["{folder}/r.md", "~/r.md"])
async def test_export_overwrites_a_file_only_after_confirmation(
    data_dir: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    file = tmp_path / "r.md"
    file.write_text("her før")
    async with opened(data_dir) as reader:
        await reader.press("3", "space")
        await reader.sees(lambda: first_item(reader.store).answer == "in_place")
        await reader.press("e")
        await reader.sees(reader.ui.export.title)
        await reader.press("tab", "end", "ctrl+u")
        await reader.paste(name.format(folder=tmp_path))
        await reader.press("ctrl+s")
        await reader.sees(reader.ui.export.replace_it)
        assert (
            reader.ui.export.replace.rpartition(" ")[2] in reader.display
        )  # it is shown to its end
        assert file.read_text() == "her før"
        await reader.press("right", "enter")
        await reader.sees(lambda: file.read_text() != "her før")
        assert "på plads" in file.read_text()


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_the_export_dialog_marks_the_chosen_format_and_shows_its_buttons(
    data_dir: Path, size: tuple[int, int]
) -> None:
    async with opened(data_dir, size=size) as reader:
        await reader.press("3", "space")
        await reader.sees(lambda: first_item(reader.store).answer == "in_place")
        await reader.press("e")
        await reader.sees(reader.ui.export.title)
        for key, words in (("space", reader.ui.export.html), ("down", reader.ui.export.docx)):
            await reader.press(key)
            marked = [line for line in reader.display.lines if "●" in line]
            assert len(marked) == 1
            assert words[:10] in marked[0]
        assert reader.ui.export.write in reader.display
        assert reader.ui.plan.leave in reader.display


@pytest.mark.parametrize(
    ("name", "problem"),
    [("~nobody-at-all/r.md", "export_folder_missing"), ("x" * 300, "export_failed")],
)
async def test_an_impossible_file_name_is_reported(
    data_dir: Path, tmp_path: Path, name: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(data_dir, size=(120, 40)) as reader:
        await reader.press("3", "space")
        await reader.sees(lambda: first_item(reader.store).answer == "in_place")
        await reader.press("e")
        await reader.sees(reader.ui.export.title)
        await reader.press("tab")
        await reader.paste(name)  # replaces the suggestion
        await reader.press("ctrl+s")
        await reader.sees(beginning(reader.ui.problems[problem]))
