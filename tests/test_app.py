"""The app through its front door: keys and mouse in, the screen and the disk out."""

from __future__ import annotations

import re
import shutil
import webbrowser
from functools import cache, partial
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock, patch

import msgspec
import pytest
import yaml
from app_driver import (
    IN_PLACE,
    MARKS,
    MISSING,
    NOT_RELEVANT,
    UNANSWERED,
    Reader,
    beginning,
    opened,
    plain,
)
from conftest import CLONE
from terminal import Place

from stoette_tui.base.files import fingerprint
from stoette_tui.content.ui_text import fill
from stoette_tui.store import Store
from stoette_tui.tui import view_state
from stoette_tui.tui.dialogs.form import FormDialog
from stoette_tui.tui.tabs.checklist import ChecklistTab
from stoette_tui.tui.tabs.fact_sheet import FactSheetTab
from stoette_tui.tui.tabs.guldkorn import GuldkornTab
from stoette_tui.tui.tabs.links import LinksTab

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app_driver import Size
    from textual.widget import Widget

    from stoette_tui.content.model import Card
    from stoette_tui.review.progress import Progress

SIZES = [(20, 6), (40, 12), (80, 24), (100, 30), (200, 60)]
NARROW, WIDE = (80, 24), (120, 40)
TABS = {"1": "fact_sheet", "2": "guldkorn", "3": "checklist", "4": "links"}
WIDGETS: dict[str, type[Widget]] = {
    "1": FactSheetTab,
    "2": GuldkornTab,
    "3": ChecklistTab,
    "4": LinksTab,
}
ANSWERS = [("space", IN_PLACE), ("x", MISSING), ("i", NOT_RELEVANT)]
ANSWER_NAMES = {IN_PLACE: "in_place", MISSING: "missing", NOT_RELEVANT: "not_relevant"}


@pytest.fixture
def visited(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses opened in the browser."""
    addresses: list[str] = []

    def record_address(address: str, *_: object, **__: object) -> bool:
        addresses.append(address)
        return True

    monkeypatch.setattr(webbrowser, "get", lambda: SimpleNamespace(open=record_address))
    return addresses


def shipped(name: str) -> Any:
    """A shipped content file, parsed by PyYAML."""
    return yaml.safe_load((CLONE / "content" / "da" / name).read_text("utf-8"))


def body(reader: Reader) -> str:
    """The screen between the tab bar and the key bar."""
    return "\n".join(reader.display.lines[2:-1])


@cache
def tab_text(part: msgspec.Struct) -> str:
    """All text of a tab, in order."""
    words = _texts(msgspec.to_builtins(part))
    texts = [text for text in words if " " in text or text[:1].isupper()]  # no ids, no addresses
    return " ".join(plain(text) for text in texts)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def shows_only(reader: Reader, key: str) -> bool:
    """Whether only this tab is visible, and the screen has text that no other tab has."""
    tabs = {each: reader.pilot.app.screen_stack[0].query(WIDGETS[each]) for each in TABS}
    if [each for each, found in tabs.items() if any(tab.is_on_screen for tab in found)] != [key]:
        return False
    phrases = [phrase.strip(MARKS + "→• ") for phrase in re.split("[│┃▁-█]|  |\n", body(reader))]
    if key == "1" and reader.content.fact_sheet.title in map(str.strip, body(reader).splitlines()):
        return True  # a small window may have space for nothing else
    own, *others = (
        tab_text(getattr(reader.content, TABS[each])) for each in (key, *(set(TABS) - {key}))
    )
    return any(
        len(phrase) >= 6 and phrase in own and not any(phrase in other for other in others)
        for phrase in phrases
    )


async def go_to_tab(reader: Reader, key: str) -> None:
    await reader.press(key)
    await reader.sees(lambda: shows_only(reader, key))


def is_at(reader: Reader, number: int) -> bool:
    """Whether the cursor is on an item of the checklist, counted from 0."""
    return reader.cursor == reader.items[number].text


async def go_to_item(reader: Reader, number: int) -> None:
    """Moves the cursor to an item of the checklist, counted from 0."""
    await go_to_tab(reader, "3")
    await reader.press("home", *["down"] * number)
    await reader.sees(partial(is_at, reader, number))


# Tabs


@pytest.mark.smoke
async def test_number_keys_switch_tabs(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        for before, key in pairwise("142341"):
            await go_to_tab(reader, key)
            assert not shows_only(reader, before)
            names = {each: f"{each} {getattr(reader.ui.tabs, tab)}" for each, tab in TABS.items()}
            assert reader.chosen(names.values()) == names[key]


async def test_a_dialog_opens_once_and_takes_the_following_keys(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await go_to_tab(reader, "3")
        for keys in (("r", "r"), ("r", "1"), ("question_mark", "question_mark")):
            reader.hammer(*keys)
            await reader.rests()
            await reader.press("escape")
            assert shows_only(reader, "3")
            assert reader.app.screen_stack[1:] == []


async def test_clicking_a_tab_shows_it(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        for key in "3214":
            await reader.click(getattr(reader.ui.tabs, TABS[key]))
            await reader.sees(partial(shows_only, reader, key))


@pytest.mark.parametrize("keys", ["24", "432143211313"])
async def test_the_last_of_many_rapid_tab_keys_wins(data_dir: Path, keys: str) -> None:
    async with opened(data_dir, at_rest=False) as reader:
        reader.hammer(*keys)
        await reader.rests()
        assert shows_only(reader, keys[-1])


async def test_the_cursor_stays_in_view_after_rapid_keys(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        for keys in (("end", "home", "down"), ("home", "end"), ("end", "up", "home")):
            await go_to_item(reader, 8)
            reader.hammer(*keys)
            await reader.rests()
            assert reader.cursor, keys


async def test_reopens_the_last_tab(data_dir: Path) -> None:
    left = "1"
    for key in "42313":
        async with opened(data_dir) as reader:
            await reader.sees(partial(shows_only, reader, left))
            await go_to_tab(reader, key)
        left = key


async def test_each_round_restores_its_checklist_position(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        first, second, third, *_ = reader.items
        await go_to_tab(reader, "3")
        assert reader.cursor == first.text
        await reader.press("x", "down", "down", "down", "up")
        assert reader.cursor == third.text
    async with opened(data_dir) as reader:
        assert reader.cursor == third.text
        await reader.press("home")  # the row to follow up
    async with opened(data_dir) as reader:
        assert first.text[:-1] in reader.cursor
    Store(data_dir).record(None, {(first.id, "answer"): "in_place"}, "Første")
    async with opened(data_dir) as reader:  # that row is gone, but its item is not
        assert reader.cursor == first.text
    Store(data_dir).new_round("En anden")
    edits = {(each.id, "answer"): "in_place" for each in (first, second)}
    Store(data_dir).record(None, edits, "Første")
    async with opened(data_dir) as reader:
        assert reader.cursor == third.text  # the first unanswered item


# Moving and scrolling


async def test_the_text_scrolls_line_by_line(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        seen = [text_rows(reader)]
        for key in ("down", "j", "down", "j"):
            await reader.press(key)
            seen.append(text_rows(reader))
        for above, below in pairwise(seen):
            assert below[:-1] == above[1:]
        for key, rows in zip(("up", "k", "up", "k", "k"), [*seen[-2::-1], seen[0]], strict=True):
            await reader.press(key)
            assert text_rows(reader) == rows


async def test_the_text_scrolls_page_by_page(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        for down in ("pagedown", "space"):
            first = text_rows(reader)
            await reader.press(down)
            assert text_rows(reader) != first
            await reader.press("up")
            assert first[-1] in text_rows(reader)  # nothing was skipped
            await reader.press("down", "pageup")
            assert text_rows(reader) == first


def text_rows(reader: Reader) -> list[str]:
    """The text rows of the fact sheet, without the scroll bar and the footer."""
    columns, _ = reader.display.size
    return [line[: columns - 1].rstrip() for line in reader.display.lines[3:-2]]


async def test_home_and_end_scroll_to_the_ends_of_the_text(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        first = body(reader)
        await reader.press("end")
        last = reader.content.fact_sheet.source.split()[-3:]
        assert " ".join(last) in body(reader)
        await reader.press("home")
        assert body(reader) == first


def map_row(reader: Reader) -> str:
    """The text of the row that leads to the map, below all items."""
    return f"→ {reader.ui.checklist.to_map}"


async def test_the_cursor_moves_from_item_to_item(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await go_to_tab(reader, "3")
        texts = [*(item.text for item in reader.items), map_row(reader)]
        assert reader.cursor == texts[0]
        for number, text in enumerate([*texts[1:], texts[-1]]):
            await reader.press(["down", "j"][number % 2])
            assert reader.cursor == text
        for number, text in enumerate([*texts[-2::-1], texts[0]]):
            await reader.press(["up", "k"][number % 2])
            assert reader.cursor == text


async def test_page_keys_home_and_end_move_through_the_checklist(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await go_to_tab(reader, "3")
        texts = [*(item.text for item in reader.items), map_row(reader)]
        at = [0]
        for key in ("pagedown", "pagedown", "pageup", "end", "home"):
            await reader.press(key)
            at.append(texts.index(reader.cursor))
        first, second, third, up, end, home = at
        assert first == home == 0
        assert first < up < second < third or first < second < third  # pages differ in length
        assert second > 1
        assert end == len(texts) - 1
        assert beginning(reader.content.checklist.intro) in body(reader)


@pytest.mark.parametrize("size", [(40, 12), NARROW])
async def test_the_top_of_the_checklist_shows_the_cursor_and_what_fits_above(
    data_dir: Path, size: Size
) -> None:
    async with opened(data_dir, size=size) as reader:
        await go_to_item(reader, 1)
        for key in ("home", "home", "home", "down", "up", "up", "up"):
            await reader.press(key)
            if key == "down":
                assert is_at(reader, 1)
                continue
            assert is_at(reader, 0)
            group = reader.content.checklist.groups[0]
            assert group.title in reader.display
            assert (beginning(reader.content.checklist.intro) in reader.display) == (size == NARROW)


# Answers


@pytest.mark.smoke
async def test_keys_set_replace_and_clear_an_answer(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await go_to_item(reader, 2)
        item, given = reader.items[2], UNANSWERED
        for key, mark in [*(each for each in ANSWERS for _ in range(2)), *ANSWERS, *ANSWERS[::-1]]:
            await reader.press(key)
            given = UNANSWERED if given == mark else mark
            await reader.sees(f"{given} {item.text}")
            assert reader.answers() == ({item.id: ANSWER_NAMES[mark]} if given == mark else {})
            assert is_at(reader, 2)


async def test_counts_in_title_and_groups_match_the_answers(data_dir: Path) -> None:
    async with opened(data_dir, size=(120, 50)) as reader:
        await go_to_tab(reader, "3")
        sizes = [len(group.items) for group in reader.content.checklist.groups]
        assert reader.numbers() == [(0, size) for size in sizes]
        keys = ["space", "x", "i", "down"]
        for number in range(len(reader.items)):
            reader.hammer(keys[number % 4], *["down"] * (number % 4 < 3))
        await reader.rests()
        answers = reader.answers()
        expected = []
        for group in reader.content.checklist.groups:
            given = [answers.get(item.id) for item in group.items]
            expected.append((given.count("in_place"), len(given) - given.count("not_relevant")))
        assert reader.numbers() == expected
        given = [answers.get(item.id) for item in reader.items]
        counted = [
            f"{given.count(name)} {getattr(reader.ui.answers, name)}"
            for name in map(ANSWER_NAMES.__getitem__, (IN_PLACE, MISSING, NOT_RELEVANT))
        ]
        left = reader.ui.count(reader.ui.progress.unanswered, given.count(None))
        assert reader.bars[0].endswith("  ".join([*counted, left]))
        assert sum(part for part, _ in expected) == given.count("in_place")
        assert len(answers) > len(reader.items) // 2


async def test_answers_are_saved_before_they_are_drawn(data_dir: Path) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        await go_to_tab(reader, "3")
        premature: list[str] = []

        def look() -> None:
            answers = reader.answers()
            for item in reader.items:
                given = answers.get(item.id, "unanswered")
                for mark, name in ANSWER_NAMES.items():
                    if f"{mark} {item.text[:40]}" in reader.display and given != name:
                        premature.append(f"{item.id}: {mark} is drawn, {given} is saved")

        reader.display.when_drawn = look
        keys = ["space", "x", "i"] * 3
        reader.hammer("home", *(pressed for key in keys for pressed in (key, "down")))
        await reader.sees(lambda: len(reader.answers()) == len(keys))
        await reader.rests()
        assert premature == []
        answers = [reader.answers()[item.id] for item in reader.items[: len(keys)]]
        assert answers == list(ANSWER_NAMES.values()) * 3
        for item, mark in zip(reader.items, list(ANSWER_NAMES) * 3, strict=False):
            assert f"{mark} {item.text[:40]}" in reader.display


async def test_answers_of_another_window_appear_without_moving_the_cursor(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await go_to_item(reader, 3)
        other = Store(data_dir)
        for number, answer in ((1, "in_place"), (5, "missing")):
            item = reader.items[number]
            other.record(None, {(item.id, "answer"): answer}, "Første")
            mark = {name: mark for mark, name in ANSWER_NAMES.items()}[answer]
            await reader.sees(f"{mark} {item.text}", within=2.5)  # it polls every two seconds
            assert reader.cursor == reader.items[3].text


async def test_an_unsaved_answer_is_not_drawn(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await go_to_item(reader, 0)
        block_data_folder(data_dir)
        message = reader.ui.messages.not_saved.partition("{")[0].strip()
        for key, mark in ANSWERS:
            await reader.press(key)
            await reader.sees(message)
            await reader.rests()
            assert f"{mark} {reader.items[0].text}" not in reader.display
            assert f"{UNANSWERED} {reader.items[0].text}" in reader.display
        unblock_data_folder(data_dir)
        await reader.press("space")
        await reader.sees(f"{IN_PLACE} {reader.items[0].text}")
        await reader.sees_no_more(message)


async def test_saving_in_a_dialog_clears_the_not_saved_message(
    data_dir: Path,
) -> None:
    async with opened(data_dir) as reader:
        await go_to_item(reader, 0)
        block_data_folder(data_dir)
        message = reader.ui.messages.not_saved.partition("{")[0].strip()
        await reader.press("x")
        await reader.sees(message)
        unblock_data_folder(data_dir)
        await reader.press("enter", *"hej", "ctrl+s")
        await reader.sees_no_more(message)
        assert reader.store.progress().state(reader.items[0].id).note == "hej"


async def test_answers_stay_when_the_log_disappears_during_a_read(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        first, second = reader.items[:2]
        await go_to_item(reader, 0)
        await reader.press("space")
        await reader.sees(f"{IN_PLACE} {first.text}")
        taken, read = data_dir / "taken", Store.progress

        def read_too_late(store: Store, round_id: str | None = None) -> Progress:
            if not taken.exists():
                store.path.rename(taken)
            return read(store, round_id)

        with patch.object(Store, "progress", read_too_late):
            reader.store.path.touch()  # so that the app reads it again
            await reader.sees(taken.exists)
            await reader.sees(reader.ui.problems["store_missing"].partition("{")[0][:20])
        await reader.press("down", "space")
        await reader.rests()
        assert f"{IN_PLACE} {first.text}" in reader.display
        assert f"{UNANSWERED} {second.text}" in reader.display
        assert not reader.store.path.exists()


async def test_reports_a_log_that_disappears_during_the_first_read(data_dir: Path) -> None:
    fingerprint_spy = Mock(wraps=fingerprint)
    with patch("stoette_tui.tui.progress_service.fingerprint", fingerprint_spy):
        async with opened(data_dir) as reader:
            answer, read = f"{IN_PLACE} {reader.items[0].text}", Store.progress
            await go_to_item(reader, 0)
            await reader.sees(lambda: fingerprint_spy.call_count > 1)  # knows that there is no file

            def read_too_late(store: Store, round_id: str | None = None) -> Progress:
                if answer in reader.display:
                    store.path.unlink(missing_ok=True)
                return read(store, round_id)

            with patch.object(Store, "progress", read_too_late):
                await reader.press("space")
                await reader.sees(reader.ui.problems["store_missing"].partition("{")[0][:20])
            assert answer in reader.display


def block_data_folder(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("in the way")


def unblock_data_folder(file: Path) -> None:
    assert file.read_text() == "in the way"
    file.unlink()


# Mouse


async def test_clicking_a_mark_toggles_the_answer(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await go_to_tab(reader, "3")
        item = reader.items[2]
        await reader.click(f"{UNANSWERED} {item.text}")
        await reader.sees(f"{IN_PLACE} {item.text}")
        assert reader.answers() == {item.id: "in_place"}
        assert reader.cursor == item.text
        await reader.click(f"{IN_PLACE} {item.text}")
        await reader.sees(f"{UNANSWERED} {item.text}")
        assert reader.answers() == {}


async def test_clicking_a_row_only_moves_the_cursor(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await go_to_tab(reader, "3")
        for number in (2, 1):
            await reader.click(reader.items[number].text)
            await reader.sees(partial(is_at, reader, number))
        assert reader.answers() == {}


async def test_clicking_an_answer_below_the_list_sets_it(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await go_to_item(reader, 2)
        item = reader.items[2]
        for mark, name in ANSWER_NAMES.items():
            await reader.click(f"{mark} {getattr(reader.ui.answers, name)}")
            await reader.sees(f"{mark} {item.text}")
            assert reader.answers() == {item.id: name}
        await reader.press("down")  # the list has the focus again
        assert is_at(reader, 3)


async def test_clicking_the_key_bar_presses_the_key(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await go_to_item(reader, 0)
        labels = reader.ui.commands
        await reader.click(Place(reader.display.lines[-1].index(labels["missing"].label), 23))
        await reader.sees(f"{MISSING} {reader.items[0].text}")
        await reader.click(Place(reader.display.lines[-1].index(labels["help"].label), 23))
        await reader.sees(reader.ui.help.title)


async def test_clicking_why_shows_the_explanation(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await go_to_item(reader, 9)
        section = reader.content.sections[reader.items[9].explains]
        await reader.click(reader.ui.checklist.explained_in.partition("{")[0])
        await reader.sees(lambda: beginning(section.body) in body(reader))
        assert is_at_top(reader, section.title)


# The fact sheet and its outline


@pytest.mark.smoke
async def test_the_outline_follows_scrolling(data_dir: Path) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        titles = section_titles(reader)
        followed = [highlighted(reader)]
        for _ in range(30):
            await reader.press("pagedown")
            followed.append(highlighted(reader))
            if followed[-2:] == [titles[-1]] * 2:
                break
        assert followed[0] == titles[0]
        assert followed[-1] == titles[-1]
        assert followed == sorted(followed, key=titles.index)
        await reader.press("home")
        assert highlighted(reader) == titles[0]


async def test_moving_in_the_outline_scrolls_the_text(data_dir: Path) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        titles = section_titles(reader)
        await reader.press("o")
        for number in (1, 2, 3):
            await reader.press("down")
            assert highlighted(reader) == titles[number]
            assert is_at_top(reader, titles[number])
        await reader.press("enter", "down")  # the text has the focus again
        assert is_at_top(reader, titles[3])
        assert highlighted(reader) == titles[3]


async def test_clicking_the_outline_scrolls_the_text(data_dir: Path) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        titles = section_titles(reader)
        for number in (4, 1):
            await reader.click(max(reader.display.find_all(titles[number])))
            await reader.sees(partial(is_at_top, reader, titles[number]))


async def test_a_narrow_window_shows_the_outline_on_request(data_dir: Path) -> None:
    async with opened(data_dir, size=NARROW) as reader:
        titles = section_titles(reader)
        assert titles[-1] not in reader.display
        await reader.press("o")
        assert all(title in reader.display for title in titles)
        await reader.press("down", "down")
        assert reader.chosen(titles) == titles[2]
        await reader.press("enter")
        await reader.sees_no_more(titles[-1])
        assert is_at_top(reader, titles[2])
        await reader.press("o", "o")
        await reader.sees_no_more(titles[-1])


async def test_reopens_the_fact_sheet_at_the_last_section(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        section = reader.content.fact_sheet.sections[3]
        await reader.press("o", "down", "down", "down", "enter")
        assert is_at_top(reader, section.title)
        await reader.sees(lambda: view_state.load(data_dir).section == section.id)
    async with opened(data_dir) as reader:
        assert is_at_top(reader, section.title)


async def test_clicking_advice_shows_its_checklist_group(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        group = reader.content.checklist.groups[-1]
        pointer = beginning(reader.ui.fact_sheet.to_checklist.replace("{group}", group.title), 40)
        for _ in range(20):
            if pointer in reader.display:
                break
            await reader.press("pagedown")
        await reader.click(pointer)
        await reader.sees(lambda: reader.cursor == group.items[0].text)
        assert group.title in reader.display


async def test_go_to_and_back_between_sections_and_their_items(data_dir: Path) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        sheet, groups = reader.content.fact_sheet, reader.content.checklist.groups
        await go_to_item(reader, 5)
        at = reader.items[5].text
        await reader.press("1", "o")
        for section in sheet.sections:
            await reader.press("enter", "g")
            targets = [
                item for group in groups if group.id == section.checklist for item in group.items
            ]
            targets += [item for item in reader.items if item.explains == section.id]
            at = targets[0].text if targets else at  # without items, the cursor stays
            if section.checklist == reader.content.checklist.map.id:
                at = map_row(reader)
            await reader.sees(lambda: reader.cursor == at)  # noqa: B023
            await reader.press("b")
            await reader.sees(lambda: highlighted(reader) == section.title)  # noqa: B023
            await reader.press("o", "down")


async def test_go_to_and_back_between_items_and_their_explanations(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await go_to_tab(reader, "3")
        tried = set()
        for number, item in enumerate(reader.items):
            await reader.sees(partial(is_at, reader, number))
            if item.explains not in tried:
                await reader.press("g")
                await reader.sees(
                    partial(is_at_top, reader, reader.content.sections[item.explains].title)
                )
                await reader.press("b")
                await reader.sees(partial(is_at, reader, number))
                tried.add(item.explains)
            await reader.press("down")
        assert tried == {item.explains for item in reader.items}


def is_at_top(reader: Reader, title: str) -> bool:
    """Whether a heading is at the top of the text; the outline does not count."""
    return any(place.x < 60 and place.y < 8 for place in reader.display.find_all(title))


def section_titles(reader: Reader) -> list[str]:
    return [section.title for section in reader.content.fact_sheet.sections]


def highlighted(reader: Reader) -> str:
    """The title that the outline beside the text highlights."""
    return reader.chosen(section_titles(reader), at_right=True)


# Guldkorn


async def test_the_focused_card_is_shown(data_dir: Path) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        await go_to_tab(reader, "2")
        moves: list[tuple[int, list[str]]] = [
            (0, []),
            (1, ["right"]),
            (0, ["left"]),
            (3, ["down"]),
            (6, ["j"]),
            (7, ["right"]),
            (1, ["k", "up"]),
            (8, ["end"]),
            (0, ["home"]),
        ]
        for number, keys in moves:
            await reader.press(*keys)
            assert open_cards(reader) == [cards(reader)[number]]


@pytest.mark.parametrize("size", [NARROW, (100, 30), (200, 60)])
async def test_all_cards_stay_visible_in_place(data_dir: Path, size: Size) -> None:
    async with opened(data_dir, size=size) as reader:
        await go_to_tab(reader, "2")
        seen, field = [], []
        for card in cards(reader):
            assert open_cards(reader) == [card]
            assert plain(card.body).split()[-1] in body(reader)
            assert is_marked_as_this_one(reader, card) or not card.section
            seen.append(card.id)
            field.append({each.id: field_place(reader, each) for each in cards(reader)})
            await reader.press("tab")
        assert seen == [card.id for card in cards(reader)]
        assert all(places == field[0] for places in field)
        assert len(set(field[0].values())) == 9
        check_field(reader, [*field[0].values()])


def check_field(reader: Reader, places: list[Place]) -> None:
    """Checks the headings, signs and legend of the field."""
    overview, words = reader.content.guldkorn, reader.ui.guldkorn
    of_diamonds = reader.display.find(f"{overview.diamonds.title}  {words.workplace}")
    of_guldkorn = reader.display.find(f"{overview.guldkorn.title}  {words.job}")
    assert of_diamonds.y < min(place.y for place in places[:3])
    assert max(place.y for place in places[:3]) < of_guldkorn.y
    assert of_guldkorn.y < min(place.y for place in places[3:])
    signs = [reader.display.cell(Place(place.x - 2, place.y)).text for place in places]
    assert signs == [*"◆◆◆", *"↑↑↑↑↑", "≈"]
    high, suitable = (
        (words.high, words.suitable)
        if words.high in body(reader)
        else (words.short_high, words.short_suitable)
    )
    assert f"↑ {high}" in body(reader)
    assert f"≈ {suitable}" in body(reader)


def is_marked_as_this_one(reader: Reader, card: Card) -> bool:
    """Whether the page of the open card says that this program is about it."""
    page = reader.display.find(beginning(card.body))
    label = f"★ {reader.ui.guldkorn.this_one.split()[0]}"
    return any(page.x <= place.x for place in reader.display.find_all(label))


async def test_the_card_on_social_support_is_marked_as_this_one(data_dir: Path) -> None:
    async with opened(data_dir, size=(40, 24)) as reader:
        (number,) = (n for n, card in enumerate(cards(reader)) if card.section)
        card = cards(reader)[number]
        await go_to_tab(reader, "2")
        assert f"{card.title} ★" in body(reader)
        await reader.press(*["tab"] * number)
        assert is_marked_as_this_one(reader, card)


async def test_a_long_card_scrolls_to_its_end_and_back(data_dir: Path) -> None:
    async with opened(data_dir, size=NARROW) as reader:
        await go_to_tab(reader, "2")
        overview = reader.content.guldkorn
        end = " ".join(plain(overview.sources).split()[-3:])
        for keys, expected in (
            (["pagedown"], beginning(overview.intro)),
            (["pagedown"] * 4, end),
            (["pageup"] * 5, beginning(cards(reader)[0].body)),
            (["end", *["down"] * 30], end),
        ):
            await reader.press(*keys)
            assert expected in body(reader)
        await reader.press("home")  # another card starts at its top
        assert open_cards(reader) == [cards(reader)[0]]


async def test_a_small_window_lists_cards_and_opens_them(
    data_dir: Path, visited: list[str]
) -> None:
    async with opened(data_dir, size=(40, 12)) as reader:
        await go_to_tab(reader, "2")
        first, second, *_ = cards(reader)
        await reader.press("down", "up", "down")
        assert re.search(
            f"↑ {cards(reader)[3].title} +{reader.ui.guldkorn.short_high}", body(reader)
        )
        assert open_cards(reader) == []
        assert visited == []
        await reader.press("enter")
        assert open_cards(reader) == [second]
        assert first.title not in body(reader)
        keys = reader.ui.commands
        assert f"enter {keys['follow_card'].label}  ? " in reader.bars[1]
        assert reader.bars[1].endswith(f"  esc {keys['close'].label}")
        end = " ".join(plain(second.body).split()[-1:])
        for _ in range(9):
            if end not in body(reader):
                await reader.press("down")
        assert end in body(reader)
        await reader.press("enter")
        await reader.sees(lambda: len(visited) == 1)
        await reader.press("escape")
        assert open_cards(reader) == []
        await reader.click(first.title)
        await reader.sees(lambda: open_cards(reader) == [first])
        await reader.press("3", "2", "left")
        assert first.title in body(reader)
        assert second.title in body(reader)


async def test_a_small_window_shows_search_results(data_dir: Path) -> None:
    async with opened(data_dir, size=(40, 12)) as reader:
        card, overview = cards(reader)[1], reader.content.guldkorn
        for query, shown in (
            (card.body.split(",")[0], beginning(card.body)),
            (overview.guldkorn.intro.strip(), beginning(overview.guldkorn.intro)),
        ):
            await reader.press("slash")
            await reader.paste(query)
            await reader.press("enter")
            await reader.sees(lambda: reader.ui.tabs.guldkorn in reader.display.lines[1])
            await reader.sees(shown)
        await reader.press("escape")
        assert all(each.title in body(reader) for each in cards(reader)[1:3])


def open_cards(reader: Reader) -> list[Card]:
    """The cards whose text is on the screen."""
    return [card for card in cards(reader) if beginning(card.body) in body(reader)]


def field_place(reader: Reader, card: Card) -> Place:
    """The position of a card's title in the field, after its sign."""
    signed = [
        place
        for place in reader.display.find_all(beginning(card.title, 12))
        if reader.display.cell(Place(place.x - 2, place.y)).text in "◆↑≈"
    ]
    assert len(signed) == 1, reader.display.text
    return signed[0]


async def test_returning_to_guldkorn_keeps_the_card(data_dir: Path) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        card = cards(reader)[4]
        await go_to_tab(reader, "2")
        await reader.press(*["tab"] * 4)
        assert beginning(card.body) in body(reader)
        await reader.press("3", "2")
        await reader.sees(lambda: beginning(card.body) in body(reader))


async def test_enter_on_social_support_opens_the_fact_sheet(
    data_dir: Path, visited: list[str]
) -> None:
    async with opened(data_dir) as reader:
        (number,) = (n for n, card in enumerate(cards(reader)) if card.section)
        await go_to_tab(reader, "2")
        await reader.press(*["tab"] * number, "enter")
        section = reader.content.sections[cards(reader)[number].section or ""]
        await reader.sees(lambda: beginning(section.body) in body(reader))
        assert is_at_top(reader, section.title)
        assert visited == []


async def test_enter_on_other_cards_opens_their_pages(data_dir: Path, visited: list[str]) -> None:
    overview, links = shipped("guldkorn.yaml"), shipped("links.yaml")
    addresses = {
        link["id"]: link["address"] for group in links["groups"] for link in group["links"]
    }
    async with opened(data_dir) as reader:
        await go_to_tab(reader, "2")
        expected = []
        for card in overview["diamonds"]["cards"] + overview["guldkorn"]["cards"]:
            if "link" in card:
                await reader.press("enter")
                expected.append(addresses[card["link"]])
                await reader.sees(lambda: len(visited) == len(expected))
            await reader.press("tab")
        assert visited == expected
        assert len(expected) == 8


async def test_clicking_shows_a_card_and_follows_its_link(
    data_dir: Path, visited: list[str]
) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        await go_to_tab(reader, "2")
        card = cards(reader)[1]
        await reader.click(card.title)
        await reader.sees(lambda: beginning(card.body) in body(reader))
        await reader.rests()
        assert visited == []
        await reader.click(reader.ui.guldkorn.to_page.partition("{")[0])
        address = reader.content.links.find(card.link or "").address
        await reader.sees(lambda: visited == [address])


def cards(reader: Reader) -> list[Card]:
    overview = reader.content.guldkorn
    return [*overview.diamonds.cards, *overview.guldkorn.cards]


# Links


async def test_links_open_directly_or_archived_and_are_copied(
    data_dir: Path, visited: list[str]
) -> None:
    links = shipped("links.yaml")
    addresses = [link["address"] for group in links["groups"] for link in group["links"]]
    async with opened(data_dir, size=WIDE) as reader:
        await go_to_tab(reader, "4")
        expected = []
        for address in addresses:
            assert re.split("[/?#]", address)[2] in reader.cursor
            reader.hammer("enter", "a", "y")
            expected += [address, links["archive"] + address]
            await reader.sees(lambda: sorted(visited) == sorted(expected))  # noqa: B023
            await reader.press("down")
            assert reader.pilot.app.clipboard == address
        assert reader.display.clipboard == addresses


async def test_copying_a_link_reports_its_address(data_dir: Path) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        await go_to_tab(reader, "4")
        await reader.press("y")
        link = reader.content.links.groups[0].links[0]
        await reader.sees(reader.ui.messages.copied.replace("{text}", link.address))


async def test_without_a_browser_the_link_is_copied(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "get", lambda: SimpleNamespace(open=lambda _: False))
    async with opened(data_dir) as reader:
        await go_to_tab(reader, "4")
        link = reader.content.links.groups[0].links[0]
        await reader.press("enter")
        await reader.sees(reader.ui.messages.copied_instead.partition(";")[0])
        assert link.address in reader.display
        assert reader.display.clipboard == [link.address]


async def test_messages_do_not_stack(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        copied = reader.ui.messages.copied.partition("{")[0]
        await go_to_tab(reader, "4")
        places = set()
        for _ in range(30):
            await reader.press("y")
            await reader.sees(copied)
            places.add(reader.display.find(copied))
        assert len(places) == 1
        for number in range(20):  # without a pause in between
            reader.app.notify(f"besked {number}")
        await reader.sees("besked 19")
        await reader.rests()
        assert reader.display.text.count("besked") == 1


async def test_a_message_replaces_the_previous_one(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        answers = {(item.id, "answer"): "in_place" for item in reader.items}
        reader.store.record(None, answers, "Første")
        await reader.press("3", "home", "n")
        done = fill(reader.ui.checklist.all_answered, export="e")
        await reader.sees(done[:24])
        await reader.press("u")
        await reader.sees(reader.ui.undone.answer.partition(" ")[0])
        await reader.rests()
        assert done[:24] not in reader.display


async def test_links_of_one_host_are_distinguishable(data_dir: Path) -> None:
    async with opened(data_dir, size=(120, 60)) as reader:
        await reader.press("4")
        host = reader.content.links.find("indflydelse").host
        lines = [line.strip() for line in reader.display.lines if line.strip().startswith(host)]
        assert len(lines) == len(set(lines)) == 7
        assert f"{host}/…/indflydelse" in lines


async def test_a_link_opens_on_the_second_click(data_dir: Path, visited: list[str]) -> None:
    async with opened(data_dir) as reader:
        await go_to_tab(reader, "4")
        link = reader.content.links.groups[0].links[1]
        await reader.click(beginning(link.label))
        await reader.sees(lambda: reader.cursor.startswith(link.label))
        assert visited == []
        await reader.click(beginning(link.label))
        await reader.sees(lambda: visited == [link.address])


# Keys


TAB_COMMANDS = {
    "1": ["outline"],
    "2": ["follow_card"],
    "3": ["in_place", "missing", "not_relevant"],
    "4": ["open_link", "copy_link", "open_archived"],
}
"""The commands that work on one tab only."""


async def test_the_key_help_lists_what_works_on_this_tab(data_dir: Path) -> None:
    async with opened(data_dir, size=(90, 46)) as reader:
        for tab, here in TAB_COMMANDS.items():
            await go_to_tab(reader, tab)
            before = body(reader)
            await reader.press("question_mark")
            await reader.sees(reader.ui.help.title)
            assert all(help_start(reader, name) in reader.display for name in [*here, "quit"])
            elsewhere = {name for names in TAB_COMMANDS.values() for name in names} - set(here)
            assert not [name for name in elsewhere if help_start(reader, name) in reader.display]
            await reader.press("escape")
            await reader.sees_no_more(reader.ui.help.title)
            assert body(reader) == before


def help_start(reader: Reader, command: str) -> str:
    """The beginning of a command's description in the key help."""
    return beginning(reader.ui.commands[command].help, 40)


async def test_the_key_help_uses_the_available_space(data_dir: Path) -> None:
    async with opened(data_dir, size=(80, 24)) as reader:
        await go_to_tab(reader, "3")
        words, labels = reader.ui.help, {"undo", "quit"}
        await reader.press("question_mark")
        await reader.sees(words.everywhere)  # without scrolling
        below = reader.display.find(words.everywhere)
        assert below.x == reader.display.find(words.here).x
        for name in labels:  # labels only, side by side
            places = reader.display.find_all(reader.ui.commands[name].label)
            assert any(place.y > below.y for place in places), name
        assert all(help_start(reader, name) in reader.display for name in TAB_COMMANDS["3"])
        await reader.press("end")
        await reader.sees(words.mouse)
        for size in ((110, 34), (120, 40), (200, 60)):
            await reader.resize(size)
            left, right = (reader.display.find(each) for each in (words.here, words.everywhere))
            assert left.y == right.y
            assert words.mouse in reader.display
            assert help_start(reader, "quit") in reader.display


@pytest.mark.parametrize("tab", ["1", "2", "4"])
async def test_the_key_help_has_a_margin_where_there_is_space(data_dir: Path, tab: str) -> None:
    async with opened(data_dir) as reader:
        await reader.press(tab, "question_mark")
        title, last = map(reader.display.find, (reader.ui.help.title, reader.ui.help.mouse))
        for y in (title.y + 1, last.y + 1):
            assert not reader.display.lines[y][2:-2].strip()


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_the_key_bar_of_a_form_begins_with_save(
    data_dir: Path, size: tuple[int, int]
) -> None:
    async with opened(data_dir, size=size) as reader:
        keys = reader.ui.commands
        await reader.press("3", "enter")
        assert reader.bars[1].startswith(f"ctrl+s {keys['save'].label}  ")
        assert reader.bars[1].endswith(f"  esc {keys['close'].label}")
        assert (f"tab {keys['next_field'].label}" in reader.bars[1]) == (size == (80, 24))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_clicking_an_entry_of_the_key_help_presses_the_key(
    data_dir: Path, size: tuple[int, int]
) -> None:
    async with opened(data_dir, size=size) as reader:
        words = reader.ui
        await reader.press("3", "space")
        for name, shown in (("rounds", words.rounds.intro[:20]), ("export", words.export.title)):
            await reader.press("question_mark")
            await reader.sees(words.help.title)
            text = words.commands[name]
            await reader.click(f"{name[0]}  {text.label}" if size[0] < 100 else text.help[:20])
            await reader.sees(shown)
            await reader.press("escape")


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_the_key_help_of_a_dialog_lists_its_keys_and_they_can_be_clicked(
    data_dir: Path, size: tuple[int, int]
) -> None:
    async with opened(data_dir, size=size) as reader:
        words = reader.ui
        await reader.press("3", "space", "r", "question_mark")
        await reader.sees(words.help.title)
        assert all(
            help_start(reader, each)[:20] in reader.display for each in ("archive_round", "close")
        )
        assert help_start(reader, "in_place")[:20] not in reader.display
        # The second line of a description can be clicked, too.
        *_, last = words.commands["rename_round"].help.split()
        await reader.click(last)
        await reader.sees(words.rounds.rename_title)
        await reader.press("escape", "question_mark", *["tab"] * 5, "enter")
        await reader.sees(lambda: reader.store.progress().is_archived)
        await reader.press("escape", "c", "question_mark")
        await reader.sees(words.help.title)
        await reader.press("escape")
        await reader.sees(words.compare.title)


@pytest.mark.parametrize("size", [(40, 12), (30, 15)])
async def test_a_form_fits_a_small_window(data_dir: Path, size: tuple[int, int]) -> None:
    async with opened(data_dir, size=size) as reader:
        words = reader.ui
        await reader.press("3", "space", "e", "down")
        for text in (words.export.write, words.plan.leave, ".docx"):
            assert text in reader.display
        await reader.press("escape", "r", "n")
        for text in (words.plan.leave, *words.rounds.carry.split()):
            assert text in reader.display


async def test_a_nested_dialog_has_its_own_key_bar_and_dims_the_page_no_further(
    data_dir: Path,
) -> None:
    async with opened(data_dir, size=(120, 40)) as reader:
        await go_to_item(reader, 0)
        await reader.press("x")
        tab, keys = reader.display.find(reader.ui.tabs.links), reader.ui.commands
        bright = reader.display.cell(tab)
        await reader.press("r")
        await reader.sees(reader.ui.rounds.title)
        dimmed = reader.display.cell(tab)
        title = reader.display.find(reader.ui.rounds.title)
        frame = reader.display.cell(title)
        assert dimmed.foreground != bright.foreground
        assert keys["open_round"].label in reader.bars[1]
        assert keys["missing"].label not in reader.bars[1]
        await reader.press("n")
        await reader.sees(reader.ui.rounds.new_title)
        assert reader.display.cell(tab) == dimmed
        assert reader.display.cell(title).foreground != frame.foreground
        assert keys["save"].label in reader.bars[1]
        assert keys["open_round"].label not in reader.bars[1]
        await reader.press("escape")
        await reader.sees_no_more(reader.ui.rounds.new_title)
        assert reader.display.cell(title) == frame
        assert reader.display.cell(tab) == dimmed
        await reader.press("escape")
        await reader.sees_no_more(reader.ui.rounds.title)
        assert reader.display.cell(tab) == bright
        assert keys["missing"].label in reader.bars[1]


async def test_home_returns_the_scroll_bar_to_the_top(data_dir: Path) -> None:
    async with opened(data_dir, size=(40, 10)) as reader:
        await reader.press("4")
        bar = [row[-1] for row in reader.display.rows]
        await reader.press("end")
        assert [row[-1] for row in reader.display.rows] != bar
        await reader.press("home")
        assert [row[-1] for row in reader.display.rows] == bar


async def test_the_rounds_dialog_shows_its_keys_in_a_small_window(
    data_dir: Path,
) -> None:
    async with opened(data_dir, size=(40, 12)) as reader:
        await go_to_item(reader, 0)
        await reader.press("x", "r")
        await reader.sees(reader.ui.rounds.title)
        for name in ("open_round", "new_round", "close"):
            assert reader.ui.commands[name].label in reader.bars[1]
        assert any("╰" in line for line in reader.display.lines)


async def test_a_message_covers_neither_the_item_nor_the_tabs(
    data_dir: Path,
) -> None:
    async with opened(data_dir) as reader:
        await go_to_item(reader, 0)
        await reader.press("x")
        await reader.rests()
        await reader.press("u")
        await reader.sees(beginning(reader.ui.undone.answer.partition(" »")[0]))
        after = reader.display.lines
        assert all(f"{key} {getattr(reader.ui.tabs, tab)}" in after[1] for key, tab in TABS.items())
        bars = {place.y for place in reader.display.find_all("▌")}
        assert bars == {2, 3}  # the two lines below the tabs
        assert reader.ui.checklist.to_plan in reader.display


async def test_answer_keys_are_ignored_behind_the_key_help(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await go_to_item(reader, 0)
        await reader.press("question_mark", "space", "x", "i", "escape")
        await reader.sees_no_more(reader.ui.help.title)
        assert reader.answers() == {}
        assert f"{UNANSWERED} {reader.items[0].text}" in reader.display


# Custom content

ODD_TEXTS = [
    "Punkt med [bold]fede ord[/bold] og [/] og [@click=app.quit]klik[/]",
    "Æblegrød, ØL og årsmøde: ægte ærgrelse",
    "Kaffe ☕ og teater 🎭 hører sammen",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2,
    "*Ikke fed* og _ikke kursiv_ og `ikke kode`",
    "{in_place} af {relevant} og %s og \\n",
    "Kort",
]


@pytest.fixture
def custom_content(content_dir: Path) -> Path:
    """Content with other sections, cards, items and links than ours, and with odd texts."""
    groups, number = [], 0
    for size in (1, 7, 3):
        items = []
        for _ in range(size):
            text = f"{ODD_TEXTS[number % 7]} nr. {number}"
            item = {"id": f"punkt-{number}", "text": text, "why": text, "question": f"{text}?"}
            items.append({**item, "explains": f"s-{number % 5}", "ideas": ["i"]})
            number += 1
        title = f"[red]Gruppe[/red] på {size} 🎪"
        groups.append({"id": f"g-{size}", "title": title, "intro": ODD_TEXTS[1], "items": items})
    sections = [
        {"id": f"s-{n}", "title": f"Afsnit [b]{n}[/b] Ø", "body": f"{text}\n\n- {text}\n"}
        for n, text in enumerate(ODD_TEXTS[:5])
    ]
    card = {"summary": ODD_TEXTS[0], "body": ODD_TEXTS[3], "origin": "research", "link": "l-0"}
    diamonds = [{"id": "d", "title": "Diamant [/d]", **card}]
    guldkorn = [{"id": f"k-{n}", "title": text, **card} for n, text in enumerate(ODD_TEXTS[:5])]
    links = [
        {
            "id": f"l-{n}",
            "label": text,
            "address": f"https://eksempel-{n}.dk/æ?q=[b]&x={n}#ø",
            "note": text,
        }
        for n, text in enumerate(ODD_TEXTS)
    ]
    files = {
        "fact_sheet": {
            "title": "Andet ark",
            "lead": ODD_TEXTS[0],
            "sections": sections,
            "source": "Ø",
        },
        "checklist": {
            "title": "Anden liste",
            "intro": "Indledning her.",
            "groups": groups,
            "ideas": [{"id": "i", "text": ODD_TEXTS[2]}],
            "map": {
                "id": "kort",
                "title": ODD_TEXTS[0],
                "intro": ODD_TEXTS[1],
                "kinds": [{"id": f"k{n}", "title": text} for n, text in enumerate(ODD_TEXTS)],
                "givers": [{"id": "g", "title": ODD_TEXTS[2]}],
                "ways": [{"id": "w", "title": ODD_TEXTS[5]}],
            },
        },
        "guldkorn": {
            "title": "Andre kort",
            "intro": ODD_TEXTS[1],
            "diamonds": {"title": "Diamanter", "intro": "En.", "cards": diamonds},
            "guldkorn": {"title": "Guldkorn", "intro": "Fem.", "cards": guldkorn},
            "sources": "Ingen.",
        },
        "links": {
            "title": "Andre links",
            "intro": "Hen til dem.",
            "archive": "https://arkiv.dk/",
            "groups": [{"id": "l", "title": "[i]Links[/i]", "links": links}],
        },
    }
    for name, data in files.items():
        file = content_dir / "da" / f"{name}.yaml"
        file.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return content_dir


@pytest.mark.parametrize("size", [NARROW, (40, 12)])
async def test_custom_content_is_shown_and_answered(
    data_dir: Path, custom_content: Path, size: Size, visited: list[str]
) -> None:
    async with opened(data_dir, content_dir=custom_content, size=size) as reader:
        for key in "12431":
            await go_to_tab(reader, key)
            await reader.press("end", "home")
        await go_to_tab(reader, "3")
        for number, item in enumerate(reader.items):
            shown = reader.cursor.replace(" ", "")
            assert shown
            assert item.text.replace(" ", "").startswith(shown[:100])
            await reader.press(ANSWERS[number % 3][0], "down")
        await reader.sees(lambda: len(reader.answers()) == len(reader.items))
        expected = [ANSWER_NAMES[ANSWERS[number % 3][1]] for number in range(len(reader.items))]
        assert [reader.answers()[item.id] for item in reader.items] == expected
        for name in ("in_place", "missing"):  # there is no space for the third
            word = getattr(reader.ui.answers, name)
            assert f"{expected.count(name)} {word}" in reader.display.lines[0]
        await go_to_tab(reader, "4")
        await reader.press("end", "enter", "y")
        address = reader.content.links.groups[0].links[-1].address
        await reader.sees(lambda: visited == [address])
        assert reader.display.clipboard == [address]


async def test_markup_in_content_is_shown_literally(data_dir: Path, custom_content: Path) -> None:
    async with opened(data_dir, content_dir=custom_content, size=(200, 60)) as reader:
        shown = {}
        for key in "1234":
            await go_to_tab(reader, key)
            shown[key] = reader.display.prose
        assert "Afsnit [b]0[/b] Ø" in shown["1"]
        assert ODD_TEXTS[0] in shown["1"]
        assert "Diamant [/d]" in shown["2"]
        for text in ODD_TEXTS:
            if len(text) < 100:
                assert text in shown["3"]
        assert "[red]Gruppe[/red] på 7 🎪" in shown["3"]
        assert "[i]Links[/i]" in shown["4"]
        await go_to_tab(reader, "3")
        await reader.click(ODD_TEXTS[0])
        await reader.click("klik[/]")
        await reader.rests()
        assert ODD_TEXTS[0] in reader.display.prose


# Sizes


@pytest.mark.parametrize("size", SIZES)
async def test_every_tab_opens_at_every_size_on_one_grid(data_dir: Path, size: Size) -> None:
    async with opened(data_dir, size=size) as reader:
        lefts, rules = set(), set()
        for key in "1234":
            await go_to_tab(reader, key)
            title, keys = reader.bars
            assert reader.ui.title in title
            assert reader.ui.commands["help"].label in keys
            if size >= NARROW:
                left, rule = grid_of(reader)
                lefts.add(left)
                rules.add(rule)
            if key in "34":
                for moved in ("down", "end", "home", "down"):
                    await reader.press(moved)
                    assert reader.cursor
            elif key == "2":
                assert "┃" in body(reader)  # the focused card is visible
        if size >= NARROW:
            assert len(lefts) == 1
            assert len(rules - {-1}) == (size[0] >= 100)
            await go_to_tab(reader, "1")
            lines = [
                re.split("[│▏]", line[left:])[0].rstrip(" ▁▂▃▄▅▆▇█")
                for line in reader.display.lines[3:-2]  # the last line shows the share that is read
            ]
            assert 50 < max(map(len, lines)) <= 72


@pytest.mark.parametrize(("width", "left"), [(60, 1), (61, 2)])
async def test_all_margins_widen_at_the_same_width(data_dir: Path, width: int, left: int) -> None:
    async with opened(data_dir, size=(width, 24)) as reader:
        for key in "1234":
            await go_to_tab(reader, key)
            assert grid_of(reader) == (left, -1)


def grid_of(reader: Reader) -> tuple[int, int]:
    """The left margin of everything, and the column of the rule that divides the tab, or -1."""
    title, tabs, rule, first, *lines, keys = reader.display.lines
    left = start(title)
    text = [re.split("[│▏]", line)[0] for line in lines]
    starts = {start(line) for line in text if line.strip(" ─┃")}
    assert min(starts) == left == start(tabs) == start(rule) == start(keys)
    assert lines[0].strip()
    assert abs(left + 1 - (reader.display.size[0] - len(rule.rstrip()))) <= 1
    return left, first.find("│")


@pytest.mark.parametrize("size", [(40, 24), NARROW, (100, 30), WIDE, (200, 60)])
async def test_all_tabs_share_the_right_edge(data_dir: Path, size: Size) -> None:
    async with opened(data_dir, size=size) as reader:
        await reader.press("1", "end")  # where a rule is as wide as the text
        title, _, rule, *lines = reader.display.lines
        text = next(filter(None, (re.match(" *─{20,}", line) for line in lines)))
        share = fill(reader.ui.fact_sheet.read, percent=100)
        end = reader.display.find(share).x + len(share)
        assert end == (len(rule) if size == NARROW else text.end())
        if size >= WIDE:
            await reader.press("2", "pagedown", "pagedown")
            lines = [line for line in reader.display.lines[3:] if line.endswith("──")]
            assert {*map(len, lines)} == {len(title)} == {len(rule)}


@pytest.mark.parametrize("size", [NARROW, (200, 60)])
async def test_all_dialogs_share_one_grid(data_dir: Path, size: Size) -> None:
    async with opened(data_dir, size=size) as reader:
        await go_to_tab(reader, "3")
        await reader.press("x")
        words, title = reader.ui, reader.items[0].text
        starts = set()
        for keys, text in (
            # The key help has two columns where there is space.
            *([(["question_mark"], words.help.here)] if size == NARROW else []),
            (["enter"], title),
            (["r"], beginning(words.rounds.intro)),
            (["e"], words.export.file),
        ):
            await reader.press(*keys)
            frame = next(y for y, line in enumerate(reader.display.lines) if "╭" in line)
            edges = reader.display.lines[frame].index("╭"), reader.display.lines[frame].index("╮")
            found = [each for each in reader.display.find_all(text) if each.y > frame]
            starts.add((*edges, min(found).x))
            await reader.press("escape")
        assert starts == {(left := (size[0] - 78) // 2, left + 77, left + 3)}


async def test_a_small_window_explains_the_star_and_numbers_the_tabs(
    data_dir: Path,
) -> None:
    async with opened(data_dir, size=(60, 20)) as reader:
        await reader.press("2")
        assert f"★ {reader.ui.guldkorn.this_one}" in reader.display
        await reader.resize((30, 15))
        assert f"2/4 {reader.ui.tabs.guldkorn}" in reader.display
        await reader.press("4")
        assert f"4/4 {reader.ui.tabs.links}" in reader.display


async def test_the_not_saved_message_aligns_with_the_edges(data_dir: Path) -> None:
    async with opened(data_dir, size=(200, 20)) as reader:
        reader.app.notice = reader.ui.messages.not_saved
        for size in ((200, 20), (40, 12), (60, 20), (61, 20), NARROW, (170, 30)):
            await reader.resize(size)
            title, *_, notice, keys = reader.display.lines
            assert start(notice) == start(title) == start(keys)


def start(line: str) -> int:
    """The column where a line begins, ignoring the margin."""
    return len(line) - len(line.lstrip(" ┃"))


RESIZES = [*SIZES, (40, 12), (120, 40), (20, 6), WIDE]
"""All sizes, then jumps between extremes; the last one has space for everything."""


async def test_resizing_keeps_the_text_position_and_the_tabs(data_dir: Path) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        section = reader.content.fact_sheet.sections[3]
        await reader.press("o", "down", "down", "down", "enter", "down", "down", "down")
        for size in RESIZES:
            await reader.resize(size)
            lines = [re.split("[│▏]", line)[0][:-1].strip() for line in reader.display.lines[2:-1]]
            kept = [line for line in lines if len(line) > 5 and line in plain(section.body)]
            assert kept, f"{section.title} is not visible at {size}:\n{reader.display.text}"
            names = [getattr(reader.ui.tabs, tab) in reader.display for tab in TABS.values()]
            assert all(names) or size[0] < 40, f"at {size}:\n{reader.display.text}"


async def test_resizing_keeps_the_cursor_on_its_item(data_dir: Path) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        number = len(reader.items) - 1
        await go_to_item(reader, number)
        text = reader.items[number].text
        for size in RESIZES:
            await reader.resize(size)
            assert reader.cursor, f"The cursor is not visible at {size}:\n{reader.display.text}"
            assert text.startswith(reader.cursor)
        assert reader.cursor == text


async def test_resizing_keeps_list_and_item_aligned(
    data_dir: Path,
) -> None:
    async with opened(data_dir, size=NARROW) as reader:
        await go_to_tab(reader, "3")
        item = reader.items[0]
        for size in ((95, 40), (99, 40), (70, 30), (99, 50), NARROW):
            await reader.resize(size)
            in_list, below = reader.display.find_all(item.text)
            mark = reader.display.find(f"{UNANSWERED} {item.text}")
            assert (mark.y, mark.x) == (in_list.y, below.x), f"{size}:\n{reader.display.text}"


async def test_a_wide_window_shows_the_item_and_its_reason_beside_the_list(data_dir: Path) -> None:
    async with opened(data_dir, size=NARROW) as reader:
        for size in ((100, 30), WIDE, (200, 60)):
            await reader.resize(NARROW)
            await go_to_item(reader, 0)
            await reader.resize(size)
            for number in range(3):
                item = reader.items[number]
                in_list, beside = sorted(reader.display.find_all(beginning(item.text)))
                assert beside.x > in_list.x + 50
                assert beginning(item.why, 20) in reader.display
                await reader.press("down")
            assert is_at(reader, 3)


async def test_resizing_keeps_the_card(data_dir: Path) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        await go_to_tab(reader, "2")
        await reader.press("tab", "tab", "tab", "tab")
        card = cards(reader)[4]
        for size in RESIZES:
            await reader.resize(size)
            assert beginning(card.title, 12) in body(reader), size


async def test_a_closed_form_ignores_a_late_refusal(data_dir: Path) -> None:
    """This happens when the save key is pressed twice and the second save is refused."""

    async def refused() -> str:
        return "refused"

    async with opened(data_dir) as reader:
        await reader.press("3", "space")
        reader.hammer("e")
        await reader.sees(reader.ui.export.file)
        form = reader.app.screen
        assert isinstance(form, FormDialog)
        await reader.press("escape")
        await reader.sees_no_more(reader.ui.export.file)
        assert not await form.finish(refused()).wait()
        await reader.press("down", "x")
        assert reader.answers()[reader.items[1].id] == "missing"
