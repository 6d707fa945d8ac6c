"""How a window ends, and what it survives: signals, a terminal that hangs up, invalid bytes."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from terminal import ALTERNATE_SCREEN, COMMAND, CURSOR_SHOWN, MOUSE, Terminal
from test_terminal import ITEMS, LINKS, UI, answers, at_the_checklist

from stoette_tui.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Display

FIRST = ITEMS[0].id
REPORTING = {ALTERNATE_SCREEN, MOUSE, 1000, 1004, 1006, 1015}


def is_first_field_focused(screen: Display) -> bool:
    """Whether the plan is drawn, with the cursor in its first field."""
    if UI.plan.note not in screen:
        return False
    return any(cell.reverse for cell in screen.row(screen.find(UI.plan.note).y + 1))


def at_the_plan(terminal: Terminal) -> None:
    """Opens the plan of the first item, which is set to missing, and types into it."""
    at_the_checklist(terminal)
    terminal.press("x")
    terminal.wait_for(f"☒ {ITEMS[0].text}")
    terminal.press("enter")
    terminal.wait_for(is_first_field_focused)
    terminal.press("abc")
    terminal.wait_for("abc")


# Signals, and a terminal that hangs up


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_saves_everything_and_closes_the_window(
    data_dir: Path, number: int, status: int
) -> None:
    with Terminal() as terminal:
        before = terminal.settings
        at_the_plan(terminal)
        terminal.send_signal(number)
        assert terminal.wait_for_end() == status
        assert terminal.display.modes.isdisjoint(REPORTING)
        assert CURSOR_SHOWN in terminal.display.modes
        assert terminal.settings == before
        assert b"Traceback" not in terminal.written
    assert answers(data_dir) == {FIRST: "missing"}
    assert Store(data_dir).progress().state(FIRST).note == "abc"


@pytest.mark.parametrize("sighup", ["received", "ignored"])
def test_the_app_exits_when_its_terminal_hangs_up(data_dir: Path, sighup: str) -> None:
    ignoring = ("sh", "-c", 'trap "" HUP; exec "$0"')
    command = (*ignoring, *COMMAND) if sighup == "ignored" else COMMAND
    with Terminal(command=command) as terminal:
        at_the_checklist(terminal)
        terminal.press("x")
        terminal.wait_for(f"☒ {ITEMS[0].text}")
        started = time.monotonic()
        assert terminal.hang_up() == 129
        assert time.monotonic() - started < 2
    assert answers(data_dir) == {FIRST: "missing"}


def test_a_shell_suspends_and_resumes_the_window(data_dir: Path) -> None:
    shell = ("bash", "--norc", "-i")
    with Terminal(command=shell, env={"PS1": "prompt> "}) as terminal:
        terminal.wait_for("prompt>")
        terminal.press(shlex.join(COMMAND), "enter")
        at_the_checklist(terminal)
        terminal.press("ctrl+z")
        display = terminal.wait_for(lambda screen: screen.modes.isdisjoint(REPORTING))
        assert terminal.written.rindex(b"\x1b[23;2t") > terminal.written.rindex(b"\x1b]2;")
        terminal.press("fg", "enter")
        terminal.wait_for(lambda screen: screen.modes >= REPORTING)
        terminal.wait_for(lambda screen: screen.title == UI.title)
        terminal.wait_for(ITEMS[0].text)
        terminal.press("x")
        terminal.wait_for(f"☒ {ITEMS[0].text}")
        terminal.press("q")
        terminal.wait_for(lambda screen: screen.modes.isdisjoint(REPORTING))
        assert CURSOR_SHOWN in display.modes
    assert answers(data_dir) == {FIRST: "missing"}


# Invalid bytes


@pytest.mark.parametrize("data", [b"\xe6\xff\x9b", b"\x1b[200~d\xe6d\x1b[201~"])
def test_invalid_utf_8_in_the_input_leaves_a_plan_intact(data_dir: Path, data: bytes) -> None:
    with Terminal() as terminal:
        at_the_plan(terminal)
        terminal.type_bytes(data)
        terminal.press("xyz")
        terminal.wait_for("xyz")
        terminal.press("ctrl+s")
        terminal.wait_for(lambda screen: UI.plan.leave not in screen)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    note = Store(data_dir).progress().state(FIRST).note
    assert note.startswith("abc")
    assert note.endswith("xyz")


# Unsaved changes


def test_leaving_an_unsaved_plan_asks_first(data_dir: Path) -> None:
    with Terminal() as terminal:
        at_the_plan(terminal)
        for key in ("escape", "ctrl+q"):
            terminal.press(key)
            terminal.wait_for(UI.plan.unsaved)
            terminal.press("enter")  # the first answer is to stay
            terminal.wait_for(lambda screen: UI.plan.unsaved not in screen)
        terminal.press("def")
        terminal.wait_for("abcdef")
        terminal.press("ctrl+q")
        terminal.wait_for(UI.plan.unsaved)
        terminal.press("right", "enter")
        assert terminal.wait_for_end() == 0
    assert Store(data_dir).progress().state(FIRST).note == "abcdef"


# Unusual terminals, and browsers


@pytest.mark.parametrize("command", [("--help",), ("show",)])
def test_a_terminal_without_a_width_is_taken_to_have_80_columns(command: tuple[str, ...]) -> None:
    with Terminal(*command, size=(80, 24)) as wide:
        assert wide.wait_for_end() == 0
    with Terminal(*command, size=(80, 24), start_size=(0, 0)) as unsized:
        assert unsized.wait_for_end() == 0
    assert unsized.written == wide.written


def test_the_app_runs_in_a_browser_and_links_open_there(data_dir: Path) -> None:
    env = {**os.environ, "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"}
    with subprocess.Popen(
        [sys.executable, "-m", "stoette_tui"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**env, "COLUMNS": "100", "ROWS": "30"},
    ) as program:
        assert program.stdin
        assert program.stdout
        received = b""

        def wait_for(expected: str) -> None:
            nonlocal received
            assert program.stdout
            while expected.encode() not in received:
                more = os.read(program.stdout.fileno(), 1 << 16)
                assert more, received
                received += more

        def press(key: bytes) -> None:
            assert program.stdin
            program.stdin.write(b"D" + len(key).to_bytes(4, "big") + key)
            program.stdin.flush()

        wait_for(UI.tabs.guldkorn)
        press(b"4")
        wait_for(LINKS[0].host)
        press(b"\r")
        wait_for('"open_url"')
        wait_for(LINKS[0].address)
        press(b"q")
        assert program.wait(20) == 0


@pytest.mark.parametrize("how", ["BROWSER", "PATH"])
def test_a_text_mode_browser_is_not_started(tmp_path: Path, how: str) -> None:
    browser, started = tmp_path / "w3m", tmp_path / "started"
    browser.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(started))}\n")
    browser.chmod(0o700)
    env = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    with Terminal(env={**env, "BROWSER": "w3m" if how == "BROWSER" else ""}) as terminal:
        terminal.wait_for(UI.commands["help"].label)
        terminal.press("4")
        terminal.wait_for(LINKS[0].host)
        terminal.press("enter")
        terminal.wait_for(UI.messages.no_browser.split(";")[0])
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    assert not started.exists()
