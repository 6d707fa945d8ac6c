"""Keys act in the order they were typed, however fast they arrive and whatever they open or close.

Here, keys typed in a terminal arrive in one burst, as from a fast typist or over a slow connection.
"""

from __future__ import annotations

import signal
import time
from asyncio import Event, Future, create_task, get_running_loop
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from app_driver import beginning, opened
from hypothesis import example, given, settings
from hypothesis import strategies as st
from terminal import Terminal
from test_app import is_at_top
from test_terminal import CONTENT, ITEMS, UI, answers, at_the_checklist

from stoette_tui.review.progress import Change
from stoette_tui.store import Store
from stoette_tui.store.review_service import ReviewService
from stoette_tui.tui import key_queue
from stoette_tui.tui.driver import Terminated
from stoette_tui.tui.progress_service import ProgressService

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from stoette_tui.tui.progress_service import Operation

FIRST, SECOND, THIRD = (item.id for item in ITEMS[:3])
OLDER = "timing"
"""An item with an earlier answer."""
ESCAPE = "\x1b[27u"
"""Escape in kitty's keyboard protocol: a bare one in a burst makes the next key an Alt key."""
SAVE, QUIT = "\x13", "\x11"
SENTENCE = "xi u e 1 q/? r"


def type_at_the_checklist(keys: str) -> None:
    """Types all keys in one burst, the last of which quits."""
    with Terminal() as terminal:
        at_the_checklist(terminal)
        terminal.type_bytes(keys.encode())
        assert terminal.wait_for_end() == 0
        assert b"Traceback" not in terminal.written


# In a terminal


@pytest.mark.parametrize(
    ("keys", "saved", "end"),
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
def test_a_burst_of_keys_answers_and_undoes_in_order(
    data_dir: Path, keys: str, saved: dict[str, str], end: str
) -> None:
    Store(data_dir).record(None, {(OLDER, "answer"): "in_place"}, "Forår")
    type_at_the_checklist(keys + end)
    assert answers(data_dir) == {OLDER: "in_place", **saved}


@pytest.mark.parametrize("text", [SENTENCE, f"\x1b[200~{SENTENCE}\x1b[201~"])
def test_a_burst_after_enter_is_typed_into_the_plan(data_dir: Path, text: str) -> None:
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
def test_a_burst_fills_in_every_field_of_a_plan(
    data_dir: Path,
) -> None:
    type_at_the_checklist(f"\rxi\tu\tEa\t1/3-2027\t2{SAVE}jx{QUIT}")
    state = Store(data_dir).progress().state(FIRST)
    assert (state.note, state.action, state.responsible) == ("xi", "u", "Ea")
    assert (str(state.due), state.priority) == ("2027-03-01", 2)
    assert answers(data_dir) == {SECOND: "missing"}


def test_quitting_right_after_typing_asks_to_save_the_plan(data_dir: Path) -> None:
    with Terminal() as terminal:
        at_the_checklist(terminal)
        terminal.type_bytes(f"\rxiu{QUIT}".encode())
        terminal.wait_for(UI.plan.unsaved)
        assert not (data_dir / "progress.sqlite3").exists()
        terminal.kill()


@pytest.mark.parametrize(
    ("choice", "note", "saved"),
    [
        ("\r", "xiuz", {}),  # stays, and goes on typing
        ("\x1b[C\r", "xiu", {FIRST: "in_place"}),  # saves
        ("\x1b[C\x1b[C\r", "", {FIRST: "in_place"}),  # discards
    ],
)
def test_a_burst_answers_whether_to_leave_the_plan(
    data_dir: Path, choice: str, note: str, saved: dict[str, str]
) -> None:
    stays = not saved
    type_at_the_checklist(f"\rxiu{ESCAPE}{choice}" + (f"z{SAVE}q" if stays else " q"))
    assert Store(data_dir).progress().state(FIRST).note == note
    assert answers(data_dir) == saved


@pytest.mark.parametrize("before", ["", " "])
def test_a_burst_starts_a_named_round(data_dir: Path, before: str) -> None:
    type_at_the_checklist(f"{before}rnForår\r{ESCAPE}q")
    assert Store(data_dir).rounds()[-1].round.name == "Forår"


def test_keys_typed_before_startup_wait_for_the_first_screen(data_dir: Path) -> None:
    with Terminal(typed_ahead="3 jxq") as terminal:
        assert terminal.wait_for_end() == 0
    assert answers(data_dir) == {FIRST: "in_place", SECOND: "missing"}
    with Terminal(typed_ahead="xq") as terminal:  # opens the checklist at the missing item
        assert terminal.wait_for_end() == 0
    assert answers(data_dir) == {FIRST: "in_place"}


def test_keys_typed_before_a_signal_are_saved(data_dir: Path) -> None:
    with Terminal() as terminal:
        at_the_checklist(terminal)
        terminal.type_bytes(b"x\rxiu")
        terminal.wait_for("xiu")
        terminal.send_signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 143
    assert answers(data_dir) == {FIRST: "missing"}
    assert Store(data_dir).progress().state(FIRST).note == "xiu"


# In the test's own process


async def test_rapid_keys_search_and_choose_a_result(
    data_dir: Path,
) -> None:
    async with opened(data_dir) as reader:
        section = reader.content.fact_sheet.sections[4]
        reader.hammer("3", "slash", *section.title.lower(), "enter")
        await reader.sees(partial(is_at_top, reader, section.title))
        reader.hammer("3", "ctrl+p", *reader.ui.commands["help"].help[:12], "enter")
        await reader.sees(reader.ui.help.title)


async def test_rapid_page_keys_work_on_a_list_that_just_opened(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        reader.hammer("slash", "e", "pagedown", "pageup", "enter")
        await reader.sees(lambda: reader.app.screen_stack[1:] == [])
        reader.hammer("2", "right", "down", "1", "pagedown", "o", "pagedown", "enter", "3", "x")
        await reader.sees(lambda: reader.answers() == {FIRST: "missing"})


async def test_an_answer_right_after_go_to_applies_to_the_target(data_dir: Path) -> None:
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


async def test_two_hundred_rapid_keys_are_typed_without_delay(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_queue, "IDLE_DELAY", 0.2)  # longer than a key takes on a busy machine
    text = "skriv æøå " * 20
    async with opened(data_dir) as reader:
        await reader.press("3", "enter")
        await reader.sees(reader.ui.plan.note)
        started, cpu = time.perf_counter(), time.process_time()
        reader.hammer(*text, "ctrl+s")
        await reader.sees_no_more(reader.ui.plan.leave)
        assert time.process_time() - cpu < 2
        # The queue does not pause after each key.
        assert time.perf_counter() - started < len(text) * key_queue.IDLE_DELAY / 2
        assert reader.store.progress().state(FIRST).note == text


async def test_keys_go_on_when_the_store_never_responds(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ProgressService.run

    def slow(service: ProgressService, operation: Operation[Any]) -> Awaitable[tuple[str, Any]]:
        never: Future[Any] = get_running_loop().create_future()
        return never if operation is ReviewService.rounds else run(service, operation)

    async with opened(data_dir) as reader:
        with patch.object(ProgressService, "run", slow):
            await reader.press("3")
            monkeypatch.setattr(key_queue, "SETTLE_TIMEOUT", 0.2)
            reader.hammer("r", "j", "x", "r", "k", "i")
            expected = {FIRST: "not_relevant", SECOND: "missing"}
            await reader.sees(lambda: reader.answers() == expected)


@pytest.mark.parametrize("problem", ["", "the disk is full"])
async def test_a_dialog_can_be_left_before_the_store_responds(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, problem: str
) -> None:
    reply: Future[str] = get_running_loop().create_future()
    run = ProgressService.run

    async def late(service: ProgressService, operation: Operation[Any]) -> tuple[str, Any]:
        is_read = operation is ReviewService.rounds
        return await run(service, operation) if is_read else (await reply, None)

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
            reply.set_result(problem)
            await reader.sees(problem or reader.items[0].text)
        await reader.press("x")
        assert reader.answers() == {FIRST: "missing"}


# Undo after confirmation


def record_old_answer(data_dir: Path) -> None:
    long_ago = datetime(2024, 3, 1, 12, tzinfo=UTC)
    rows = [("", "name", "Dengang"), (FIRST, "answer", "missing")]
    changes = [
        Change(number, long_ago, "r", item, field, value, act=number)
        for number, (item, field, value) in enumerate(rows, 1)
    ]
    Store(data_dir).import_rounds(changes)


async def test_undoing_an_old_answer_requires_confirmation(
    data_dir: Path,
) -> None:
    record_old_answer(data_dir)
    async with opened(data_dir, at_rest=False) as reader:
        reader.hammer("u", "enter", "u", "right", "enter")
        await reader.sees(lambda: reader.answers() == {})
        assert reader.app.screen_stack[1:] == []


async def test_a_confirmed_undo_asks_again_if_the_last_change_differs(data_dir: Path) -> None:
    record_old_answer(data_dir)
    async with opened(data_dir) as reader:
        question = beginning(reader.ui.messages.undo_older)
        await reader.press("u")
        await reader.sees(question)
        reader.store.record(reader.app.progress.round_id, {(SECOND, "answer"): "missing"}, "x")
        await reader.press("right", "enter")
        await reader.sees(lambda: reader.items[1].text[:20] in reader.display.prose)
        assert question in reader.display
        assert reader.answers() == {FIRST: "missing", SECOND: "missing"}
        await reader.press("right", "enter")
        await reader.sees(lambda: reader.answers() == {FIRST: "missing"})


# Following up


async def test_enter_on_an_item_to_follow_up_opens_its_plan(data_dir: Path) -> None:
    Store(data_dir).record(None, {(SECOND, "answer"): "missing"}, "Første")
    async with opened(data_dir) as reader:
        await reader.press("3")
        await reader.sees(reader.ui.due.title)
        reader.hammer("home", "enter", *"xi")
        await reader.sees(reader.ui.plan.note)
        await reader.press("ctrl+s")
        await reader.sees(lambda: reader.store.progress().state(SECOND).note == "xi")


async def test_answering_an_overdue_item_keeps_the_cursor_on_it(data_dir: Path) -> None:
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


# Fast and slow typing are equivalent

KEYS = st.lists(st.sampled_from(["x", "space", "i", "u", "U", "j", "k"]), max_size=25)


@settings(max_examples=4)
@given(KEYS)
@example(["x", "j", "x", "k", "space", "k", "u", "u", "U", "j", "i"])
async def test_rapid_keys_have_the_same_effect_as_slow_ones(keys: list[str]) -> None:
    outcomes = []
    for is_fast in (True, False):
        with TemporaryDirectory() as folder:
            async with opened(Path(folder) / "data") as reader:
                await reader.press("3")
                if is_fast:
                    reader.hammer(*keys)
                    await reader.rests()
                else:
                    for key in keys:
                        await reader.press(key)
                outcomes.append((reader.answers(), reader.cursor))
    assert outcomes[0] == outcomes[1]


async def test_ending_waits_for_what_was_typed_only_for_so_long(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, discard = Event(), key_queue.KeyQueue._discard_input

    def discard_and_release(app: key_queue.KeyQueue) -> None:
        discard(app)
        released.set()

    monkeypatch.setattr(key_queue, "INPUT_TIMEOUT", 0)
    monkeypatch.setattr(key_queue.KeyQueue, "_discard_input", discard_and_release)
    async with opened(data_dir) as reader:
        await reader.press("3", "home", "x")
        blocked = create_task(reader.app.run_in_order(released.wait))
        reader.hammer("down", "x")
        reader.app.post_message(Terminated(143))
        await blocked
        await reader.sees(lambda: reader.app.return_code == 143)
    assert answers(data_dir) == {FIRST: "missing"}
