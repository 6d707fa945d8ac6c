"""How a window ends, and what it survives: signals, a terminal that hangs up, bytes, haste."""

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


def is_first_field_in_focus(screen: Display) -> bool:
    """Whether the plan is drawn, with the cursor in the field below the first name."""
    if UI.plan.note not in screen:
        return False
    return any(cell.reverse for cell in screen.row(screen.find(UI.plan.note).y + 1))


def at_the_plan(terminal: Terminal) -> None:
    """Opens the plan of the first item, which is missing, and writes into it."""
    at_the_checklist(terminal)
    terminal.press("x")
    terminal.wait_for(f"☒ {ITEMS[0].text}")
    terminal.press("enter")
    terminal.wait_for(is_first_field_in_focus)
    terminal.press("abc")
    terminal.wait_for("abc")


# Signals, and a terminal that is gone


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_closes_the_window_and_keeps_all(data_dir: Path, number: int, status: int) -> None:
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


@pytest.mark.parametrize("hears", ["a signal", "nothing"])
def test_when_the_terminal_goes_the_program_goes(data_dir: Path, hears: str) -> None:
    ignoring = ("sh", "-c", 'trap "" HUP; exec "$0"')
    command = (*ignoring, *COMMAND) if hears == "nothing" else COMMAND
    with Terminal(command=command) as terminal:
        at_the_checklist(terminal)
        terminal.press("x")
        terminal.wait_for(f"☒ {ITEMS[0].text}")
        began = time.monotonic()
        assert terminal.hang_up() == 129
        assert time.monotonic() - began < 2
    assert answers(data_dir) == {FIRST: "missing"}


def test_a_shell_suspends_the_window_and_brings_it_back(data_dir: Path) -> None:
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


# Bytes that are no text


@pytest.mark.parametrize("data", [b"\xe6\xff\x9b", b"\x1b[200~d\xe6d\x1b[201~"])
def test_bytes_that_are_not_utf8_leave_the_plan_alone(data_dir: Path, data: bytes) -> None:
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


# Leaving with something unsaved


def test_leaving_a_plan_asks_once(data_dir: Path) -> None:
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


# Where there is little of a terminal, or none


@pytest.mark.parametrize("command", [("--help",), ("show",)])
def test_a_terminal_of_no_width_is_taken_for_one_of_80(command: tuple[str, ...]) -> None:
    with Terminal(*command, size=(80, 24)) as wide:
        assert wide.wait_for_end() == 0
    with Terminal(*command, size=(80, 24), start_size=(0, 0)) as none:
        assert none.wait_for_end() == 0
    assert none.written == wide.written


def test_the_window_opens_in_a_browser_and_links_open_there(data_dir: Path) -> None:
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
        said = b""

        def wait_for(expected: str) -> None:
            nonlocal said
            assert program.stdout
            while expected.encode() not in said:
                more = os.read(program.stdout.fileno(), 1 << 16)
                assert more, said
                said += more

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
def test_a_browser_in_text_mode_is_not_started(tmp_path: Path, how: str) -> None:
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
