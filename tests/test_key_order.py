"""Keys act in the order they were typed, whatever they open or close, and however fast they come.

What is typed in a terminal here arrives in one piece, as from someone in haste or a slow line.
"""

from __future__ import annotations

import signal
import time
from asyncio import Future, get_running_loop
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from app_driver import beginning, opened
from hypothesis import example, settings
from hypothesis import given as drawn
from hypothesis import strategies as st
from terminal import Terminal
from test_app import is_at_top
from test_terminal import CONTENT, ITEMS, UI, answers, at_the_checklist

from stoette_tui.review.progress import Change
from stoette_tui.store import Store
from stoette_tui.store.review_service import ReviewService
from stoette_tui.tui import key_queue
from stoette_tui.tui.progress_service import ProgressService

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from stoette_tui.tui.progress_service import Operation

FIRST, SECOND, THIRD = (item.id for item in ITEMS[:3])
OLDER = "timing"
"""An item that was answered before."""
ESCAPE = "\x1b[27u"
"""As kitty's keyboard protocol has it; what follows a bare one in one piece makes it Alt."""
SAVE, QUIT = "\x13", "\x11"
SENTENCE = "xi u e 1 q/? r"


def type_at_the_checklist(keys: str) -> None:
    """Types all keys in one piece, the last of which close the program."""
    with Terminal() as terminal:
        at_the_checklist(terminal)
        terminal.type_bytes(keys.encode())
        assert terminal.wait_for_end() == 0
        assert b"Traceback" not in terminal.written


# In a terminal


@pytest.mark.parametrize(
    ("keys", "given", "end"),
    [
        ("xu", {}, "q"),
        ("xuU", {FIRST: "missing"}, QUIT),
        ("xxiuu", {FIRST: "missing"}, "q"),
        (f"?{ESCAPE}3x", {FIRST: "missing"}, "q"),
        (" 2143jx", {FIRST: "in_place", SECOND: "missing"}, QUIT),
        (f" e{ESCAPE}x", {FIRST: "missing"}, "q"),
        (f"\r{ESCAPE}jxkiu", {SECOND: "missing"}, QUIT),
        (f"r{ESCAPE}x", {FIRST: "missing"}, "q"),
        (f"/xix{ESCAPE}x", {FIRST: "missing"}, QUIT),
        ("xjxuujx", {THIRD: "missing"}, "q"),
        ("x1u", {}, QUIT),
        ("xqx", {FIRST: "missing"}, "q"),
    ],
)
def test_answers_are_given_and_taken_back_in_order(
    data_dir: Path, keys: str, given: dict[str, str], end: str
) -> None:
    Store(data_dir).record(None, {(OLDER, "answer"): "in_place"}, "Forår")
    type_at_the_checklist(keys + end)
    assert answers(data_dir) == {OLDER: "in_place", **given}


@pytest.mark.parametrize("text", [SENTENCE, f"\x1b[200~{SENTENCE}\x1b[201~"])
def test_what_is_typed_after_enter_goes_into_the_plan_letter_by_letter(
    data_dir: Path, text: str
) -> None:
    with Terminal() as terminal:
        at_the_checklist(terminal)
        terminal.type_bytes(f"\r{text}".encode())
        terminal.wait_for(SENTENCE)
        assert not (data_dir / "progress.sqlite3").exists()
        terminal.press("ctrl+s")
        terminal.wait_for(lambda screen: UI.plan.leave not in screen)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    progress = Store(data_dir).progress()
    assert progress.state(FIRST).note == SENTENCE
    assert {state.answer.value for state in progress.items.values()} == {"unanswered"}


@pytest.mark.smoke
def test_every_field_of_a_plan_in_one_piece(
    data_dir: Path,
) -> None:
    type_at_the_checklist(f"\rxi\tu\tEa\t1/3-2027\t2{SAVE}jx{QUIT}")
    state = Store(data_dir).progress().state(FIRST)
    assert (state.note, state.action, state.responsible) == ("xi", "u", "Ea")
    assert (str(state.due), state.priority) == ("2027-03-01", 2)
    assert answers(data_dir) == {SECOND: "missing"}


def test_leaving_a_plan_right_after_typing_asks(data_dir: Path) -> None:
    with Terminal() as terminal:
        at_the_checklist(terminal)
        terminal.type_bytes(f"\rxiu{QUIT}".encode())
        terminal.wait_for(UI.plan.unsaved)
        assert not (data_dir / "progress.sqlite3").exists()
        terminal.kill()


@pytest.mark.parametrize(
    ("choice", "note", "given"),
    [
        ("\r", "xiuz", {}),  # stays, and writes on
        ("\x1b[C\r", "xiu", {FIRST: "in_place"}),  # saves
        ("\x1b[C\x1b[C\r", "", {FIRST: "in_place"}),  # discards
    ],
)
def test_the_question_whether_to_leave_is_answered_in_the_same_piece(
    data_dir: Path, choice: str, note: str, given: dict[str, str]
) -> None:
    stays = not given
    type_at_the_checklist(f"\rxiu{ESCAPE}{choice}" + (f"z{SAVE}q" if stays else " q"))
    assert Store(data_dir).progress().state(FIRST).note == note
    assert answers(data_dir) == given


@pytest.mark.parametrize("before", ["", " "])
def test_a_round_of_that_name_is_begun(data_dir: Path, before: str) -> None:
    type_at_the_checklist(f"{before}rnForår\r{ESCAPE}q")
    assert Store(data_dir).rounds()[-1].round.name == "Forår"


def test_keys_typed_before_the_start_wait_for_the_first_screen(data_dir: Path) -> None:
    with Terminal(typed_ahead="3 jxq") as terminal:
        assert terminal.wait_for_end() == 0
    assert answers(data_dir) == {FIRST: "in_place", SECOND: "missing"}
    with Terminal(typed_ahead="xq") as terminal:  # opens at the checklist, with what is missing
        assert terminal.wait_for_end() == 0
    assert answers(data_dir) == {FIRST: "in_place"}


def test_a_signal_comes_after_the_keys_typed_before_it(data_dir: Path) -> None:
    with Terminal() as terminal:
        at_the_checklist(terminal)
        terminal.type_bytes(b"x\rxiu")
        terminal.wait_for("xiu")
        terminal.send_signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 143
    assert answers(data_dir) == {FIRST: "missing"}
    assert Store(data_dir).progress().state(FIRST).note == "xiu"


# In the test's own process


async def test_the_search_gets_every_letter_and_enter_chooses_what_is_found(
    data_dir: Path,
) -> None:
    async with opened(data_dir) as reader:
        section = reader.content.fact_sheet.sections[4]
        reader.hammer("3", "slash", *section.title.lower(), "enter")
        await reader.sees(partial(is_at_top, reader, section.title))
        reader.hammer("3", "ctrl+p", *reader.ui.commands["help"].help[:12], "enter")
        await reader.sees(reader.ui.help.title)


async def test_a_list_that_has_just_come_can_be_paged_through(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        reader.hammer("slash", "e", "pagedown", "pageup", "enter")
        await reader.sees(lambda: reader.app.screen_stack[1:] == [])
        reader.hammer("2", "right", "down", "1", "pagedown", "o", "pagedown", "enter", "3", "x")
        await reader.sees(lambda: reader.answers() == {FIRST: "missing"})


async def test_an_item_that_was_led_to_is_the_one_that_is_answered(data_dir: Path) -> None:
    sections = CONTENT.fact_sheet.sections
    groups = {each.id: each for each in CONTENT.checklist.groups}
    number, group = next(
        (number, groups[each.checklist])
        for number, each in enumerate(sections)
        if each.checklist in groups
    )
    async with opened(data_dir) as reader:
        reader.hammer("o", *["down"] * number, "enter", "g", "x")
        await reader.sees(lambda: reader.answers() == {group.items[0].id: "missing"})
        reader.hammer("j", "g", "b", "k", "space")
        await reader.sees(lambda: reader.answers() == {group.items[0].id: "in_place"})


async def test_two_hundred_keys_in_one_go_are_in_the_plan_at_once(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_queue, "IDLE_DELAY", 0.2)  # more than a key takes on a busy machine
    text = "skriv æøå " * 20
    async with opened(data_dir) as reader:
        await reader.press("3", "enter")
        await reader.sees(reader.ui.plan.note)
        began, work = time.perf_counter(), time.process_time()
        reader.hammer(*text, "ctrl+s")
        await reader.sees_no_more(reader.ui.plan.leave)
        assert time.process_time() - work < 2
        # There is no pause for each key.
        assert time.perf_counter() - began < len(text) * key_queue.IDLE_DELAY / 2
        assert reader.store.progress().state(FIRST).note == text


async def test_a_store_that_never_answers_does_not_hold_the_keys_for_ever(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ProgressService.run

    def slow(service: ProgressService, operation: Operation[Any]) -> Awaitable[tuple[str, Any]]:
        return never() if operation is ReviewService.rounds else run(service, operation)

    async with opened(data_dir) as reader:
        with patch.object(ProgressService, "run", slow):
            await reader.press("3")
            monkeypatch.setattr(key_queue, "SETTLE_TIMEOUT", 0.2)
            reader.hammer("r", "j", "x", "r", "k", "i")
            wanted = {FIRST: "not_relevant", SECOND: "missing"}
            await reader.sees(lambda: reader.answers() == wanted)


@pytest.mark.parametrize("problem", ["", "the disk is full"])
async def test_a_dialog_may_be_left_before_the_store_answers(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, problem: str
) -> None:
    answer: Future[str] = get_running_loop().create_future()

    run = ProgressService.run

    async def late(service: ProgressService, operation: Operation[Any]) -> tuple[str, Any]:
        is_at_top = operation is ReviewService.rounds
        return await run(service, operation) if is_at_top else (await answer, None)

    async with opened(data_dir) as reader:
        with patch.object(ProgressService, "run", late):
            await reader.press("3", "enter", *"xi")
            monkeypatch.setattr(key_queue, "SETTLE_TIMEOUT", 0.2)
            reader.hammer("ctrl+s", "escape")
            await reader.sees(reader.ui.plan.unsaved)
            reader.hammer("right", "right", "enter")
            await reader.sees_no_more(reader.ui.plan.note)
            reader.hammer("r")
            await reader.sees(reader.ui.rounds.title)
            reader.hammer("n")
            await reader.sees(reader.ui.rounds.new_title)
            reader.hammer("enter", "escape", "escape")
            await reader.sees(lambda: reader.app.screen_stack[1:] == [])
            answer.set_result(problem)
            await reader.sees(problem or reader.items[0].text)
        await reader.press("x")
        assert reader.answers() == {FIRST: "missing"}


def never() -> Future[Any]:
    return get_running_loop().create_future()


# What is asked first


def answer_long_ago(data_dir: Path) -> None:
    long_ago = datetime(2024, 3, 1, 12, tzinfo=UTC)
    rows = [("", "name", "Dengang"), (FIRST, "answer", "missing")]
    changes = [
        Change(number, long_ago, "r", item, field, value, act=number)
        for number, (item, field, value) in enumerate(rows, 1)
    ]
    Store(data_dir).import_rounds(changes)


async def test_what_was_done_on_a_former_day_is_only_taken_back_after_a_yes(
    data_dir: Path,
) -> None:
    answer_long_ago(data_dir)
    async with opened(data_dir, at_rest=False) as reader:
        reader.hammer("u", "enter", "u", "right", "enter")
        await reader.sees(lambda: reader.answers() == {})
        assert reader.app.screen_stack[1:] == []


async def test_only_what_was_asked_about_is_taken_back(data_dir: Path) -> None:
    answer_long_ago(data_dir)
    async with opened(data_dir) as reader:
        asked = beginning(reader.ui.messages.undo_older)
        await reader.press("u")
        await reader.sees(asked)
        reader.store.record(reader.app.progress.round_id, {(SECOND, "answer"): "missing"}, "x")
        await reader.press("right", "enter")
        await reader.sees(lambda: reader.items[1].text[:20] in reader.display.prose)
        assert asked in reader.display
        assert reader.answers() == {FIRST: "missing", SECOND: "missing"}
        await reader.press("right", "enter")
        await reader.sees(lambda: reader.answers() == {FIRST: "missing"})


# What is to be followed up


async def test_enter_on_what_is_to_be_followed_up_opens_its_plan(data_dir: Path) -> None:
    Store(data_dir).record(None, {(SECOND, "answer"): "missing"}, "Første")
    async with opened(data_dir) as reader:
        await reader.press("3")
        await reader.sees(reader.ui.due.title)
        reader.hammer("home", "enter", *"xi")
        await reader.sees(reader.ui.plan.note)
        await reader.press("ctrl+s")
        await reader.sees(lambda: reader.store.progress().state(SECOND).note == "xi")


async def test_the_key_after_one_that_settles_answers_for_no_other_item(data_dir: Path) -> None:
    for item in (FIRST, SECOND):
        overdue = {(item, "answer"): "missing", (item, "due"): "2020-03-01"}
        Store(data_dir).record(None, overdue, "Første")
    async with opened(data_dir) as reader:
        await reader.press("3", "home", "space")
        await reader.sees(lambda: reader.answers() == {FIRST: "in_place", SECOND: "missing"})
        await reader.press("x")
        await reader.sees(lambda: reader.answers() == {FIRST: "missing", SECOND: "missing"})
        reader.hammer("space", "j", "x")
        await reader.sees(lambda: reader.answers() == {FIRST: "in_place"})


# Fast and slow come to the same


KEYS = st.lists(st.sampled_from(["x", "space", "i", "u", "U", "j", "k"]), max_size=25)


@settings(max_examples=4)
@drawn(KEYS)
@example(["x", "j", "x", "k", "space", "k", "u", "u", "U", "j", "i"])
async def test_keys_in_haste_do_what_they_do_one_by_one(keys: list[str]) -> None:
    done = []
    for is_in_haste in (True, False):
        with TemporaryDirectory() as folder:
            async with opened(Path(folder) / "data") as reader:
                await reader.press("3")
                if is_in_haste:
                    reader.hammer(*keys)
                    await reader.rests()
                else:
                    for key in keys:
                        await reader.press(key)
                done.append((reader.answers(), reader.cursor))
    assert done[0] == done[1]
