"""Places that fill up, close or vanish while a window is open, and what is never touched."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import sys
import time
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest
from terminal import MODULE, PATIENCE, Terminal
from test_terminal import answers

from stoette_tui.content import loader as contents
from stoette_tui.content import ui_text
from stoette_tui.tui import view_state
from stoette_tui.tui.view_state import ViewState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import CommandLine
    from terminal import Display

FOLDER = contents.bundled_folder()
ITEMS = list(contents.load(FOLDER / "da").checklist.items)
UI = ui_text.load(FOLDER, "da")
NOT_SAVED = UI.messages.not_saved.partition("{")[0].strip()

# Root may write anywhere. So that root is turned away too, it gives that right up for good.
OBEDIENT = """
import ctypes, os, sys
if os.getuid() == 0:
    libc, drop, dac_override, dac_read_search = ctypes.CDLL(None, use_errno=True), 24, 1, 2
    for capability in (dac_override, dac_read_search):
        if libc.prctl(drop, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "the right to write anywhere cannot be given up")
os.execvp(sys.argv[1], sys.argv[1:])
"""
COMMAND = (sys.executable, "-c", OBEDIENT, *MODULE)


def fill_the_disk(terminal: Terminal, data_dir: Path) -> None:
    _, hard = resource.prlimit(terminal.process, resource.RLIMIT_FSIZE)
    resource.prlimit(terminal.process, resource.RLIMIT_FSIZE, (0, hard))


def clear_the_disk(terminal: Terminal, data_dir: Path) -> None:
    _, hard = resource.prlimit(terminal.process, resource.RLIMIT_FSIZE)
    resource.prlimit(terminal.process, resource.RLIMIT_FSIZE, (hard, hard))


def close_the_folder(terminal: Terminal, data_dir: Path) -> None:
    data_dir.chmod(0o500)


def open_the_folder(terminal: Terminal, data_dir: Path) -> None:
    data_dir.chmod(0o700)


def close_the_files(terminal: Terminal, data_dir: Path) -> None:
    for file in data_dir.glob("progress.sqlite3*"):
        file.chmod(0o400)


def open_the_files(terminal: Terminal, data_dir: Path) -> None:
    for file in data_dir.glob("progress.sqlite3*"):
        file.chmod(0o600)


def take_the_file(terminal: Terminal, data_dir: Path) -> None:
    (data_dir / "progress.sqlite3").rename(data_dir / "taken")


def bring_the_file(terminal: Terminal, data_dir: Path) -> None:
    (data_dir / "taken").rename(data_dir / "progress.sqlite3")


def take_the_folder(terminal: Terminal, data_dir: Path) -> None:
    data_dir.rename(data_dir.with_name("taken"))


def bring_the_folder(terminal: Terminal, data_dir: Path) -> None:
    data_dir.mkdir(exist_ok=True)  # the tab that is open may have been remembered in a new one
    for each in data_dir.with_name("taken").iterdir():
        each.replace(data_dir / each.name)


HARDSHIPS = {
    "a full disk": (fill_the_disk, clear_the_disk, ()),
    "a folder that can only be read": (close_the_folder, open_the_folder, COMMAND),
    "a file that can only be read": (close_the_files, open_the_files, COMMAND),
    "a file that is gone": (take_the_file, bring_the_file, ()),
    "a folder that is gone": (take_the_folder, bring_the_folder, ()),
}
"""How each begins and ends, and what is started where root would not meet it."""


@pytest.mark.parametrize("kind", HARDSHIPS)
def test_what_cannot_be_saved_is_said_and_not_drawn_until_it_can(
    stoette: CommandLine, data_dir: Path, kind: str
) -> None:
    begins, ends, command = HARDSHIPS[kind]

    def shows(*marks: str) -> Callable[[Display], bool]:
        rows = [f"{mark} {item.text[:40]}" for mark, item in zip(marks, ITEMS, strict=False)]
        return lambda screen: all(row in screen for row in rows)

    with Terminal(command=command, size=(100, 40), typed_ahead="3") as terminal:
        terminal.wait_for(ITEMS[0].text)
        terminal.press("space")
        terminal.wait_for(shows("☑", "☐"))
        wait_for_backup(terminal, data_dir)

        begins(terminal, data_dir)
        terminal.press("down", "space")
        terminal.wait_for(NOT_SAVED)
        assert shows("☑", "☐")(terminal.display)
        terminal.press("x", "down", "i", "4")  # all else goes on
        terminal.wait_for("amr.dk")
        terminal.press("3")
        terminal.wait_for(shows("☑", "☐", "☐"))

        ends(terminal, data_dir)
        terminal.press("i")
        terminal.wait_for(shows("☑", "☐", "⊘"))
        terminal.wait_for(lambda screen: NOT_SAVED not in screen)
        terminal.kill()
        assert b"Traceback" not in terminal.written
    assert answers(data_dir) == {ITEMS[0].id: "in_place", ITEMS[2].id: "not_relevant"}


@pytest.mark.parametrize(
    ("name", "closed", "open_", "mark"),
    [("", 0o500, 0o700, "☑"), ("", 0o000, 0o700, "☐"), ("progress.sqlite3", 0o400, 0o600, "☑")],
    ids=["read-only folder", "closed folder", "read-only file"],
)
def test_what_is_closed_from_the_start(
    stoette: CommandLine, data_dir: Path, name: str, closed: int, open_: int, mark: str
) -> None:
    assert stoette("answer", ITEMS[0].id, "in-place").status == 0
    (data_dir / name).chmod(closed)
    with Terminal(command=COMMAND, size=(100, 40), typed_ahead="3") as terminal:
        terminal.wait_for(UI.messages.cannot_save.partition("{")[0].strip())
        terminal.wait_for(f"{mark} {ITEMS[0].text[:40]}")
        if mark == "☑":  # what is opened to be read only does not stay so
            terminal.press("r")
            terminal.wait_for(UI.rounds.title)
            terminal.press("escape")
        terminal.press("home", "down", "x")
        terminal.wait_for(NOT_SAVED)
        assert f"☐ {ITEMS[1].text[:40]}" in terminal.display
        (data_dir / name).chmod(open_)
        terminal.press("x")
        terminal.wait_for(f"☒ {ITEMS[1].text[:40]}")
    assert answers(data_dir) == {ITEMS[0].id: "in_place", ITEMS[1].id: "missing"}


def wait_for_backup(terminal: Terminal, data_dir: Path) -> None:
    """The day's backup is made a moment after the first change."""
    end = time.monotonic() + PATIENCE
    while not backup(data_dir).exists():
        assert time.monotonic() < end
        terminal.watch(0.02)


def backup(data_dir: Path) -> Path:
    return data_dir / "backups" / f"progress-0001-{date.today().isoformat()}.sqlite3"


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_the_first_answer_of_a_window_waits_for_a_busy_writer(
    stoette: CommandLine, data_dir: Path, mode: str
) -> None:
    """Also beside a file in the mode of the first releases."""
    assert stoette("answer", ITEMS[0].id, "in-place").status == 0
    with (
        closing(sqlite3.connect(data_dir / "progress.sqlite3", isolation_level=None)) as writer,
        Terminal(size=(100, 40), typed_ahead="3") as terminal,
    ):
        terminal.wait_for(f"☑ {ITEMS[0].text[:40]}")
        writer.execute(f"PRAGMA journal_mode = {mode}")
        writer.execute("BEGIN IMMEDIATE")
        terminal.press("home", "x")
        for _ in range(20):
            terminal.watch(0.02)
        assert f"☑ {ITEMS[0].text[:40]}" in terminal.display
        assert NOT_SAVED not in terminal.display
        writer.execute("COMMIT")
        terminal.wait_for(f"☒ {ITEMS[0].text[:40]}")
    assert answers(data_dir) == {ITEMS[0].id: "missing"}


# What is never touched

# Python tells of all that is opened, made, removed, started or connected to; a line for each.
WATCHED = """
import json, os, runpy, sys
told = os.open(sys.argv.pop(1), os.O_CREAT | os.O_WRONLY | os.O_APPEND)
writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
kinds = ("os.", "shutil.", "socket.", "sqlite3.connect", "subprocess.", "tempfile.", "urllib.")
quiet = ("sqlite3.connect/handle", "os.listdir", "os.scandir", "os.putenv", "os.unsetenv")
def tell(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        if not arguments[2] & writing:
            return
    elif not event.startswith(kinds) or event.startswith(quiet):
        return
    os.write(told, (json.dumps([event, *map(str, arguments)]) + "\\n").encode())
sys.addaudithook(tell)
sys.argv[0] = "stoette-tui"
runpy.run_module("stoette_tui", run_name="__main__", alter_sys=True)
"""


def test_nothing_is_written_elsewhere_and_no_network_is_used(
    data_dir: Path, tmp_path: Path
) -> None:
    elsewhere, told = tmp_path / "elsewhere", tmp_path / "told"
    elsewhere.mkdir()
    homes = {name: str(elsewhere) for name in ("HOME", "TMPDIR", "SQLITE_TMPDIR")}
    command = (sys.executable, "-B", "-c", WATCHED, str(told))
    with Terminal(command=command, env=homes, cwd=elsewhere, size=(100, 40)) as terminal:
        terminal.wait_for(UI.tabs.checklist)
        terminal.press("3")
        terminal.wait_for(ITEMS[0].text)
        terminal.press("x")
        terminal.wait_for(f"☒ {ITEMS[0].text[:40]}")
        terminal.press("u", "r")
        terminal.wait_for(UI.rounds.intro[:20])
        terminal.press("escape")  # a key that came at once after it would be taken for Alt and it
        terminal.wait_for(lambda screen: UI.rounds.intro[:20] not in screen)
        terminal.press("4", "y", "/")
        terminal.wait_for(UI.search.search)
        terminal.press("escape")
        terminal.wait_for(lambda screen: UI.search.search not in screen)
        terminal.press("2", "1")
        wait_for_backup(terminal, data_dir)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    events = [json.loads(line) for line in told.read_text().splitlines()]
    kinds = {event[0] for event in events}
    assert {"open", "sqlite3.connect", "os.mkdir", "os.rename"} <= kinds, "it watches nothing"
    inside = str(data_dir)
    for event, *arguments in events:
        if event == "socket.__new__":
            # The event loop wakes itself up through a pair of them, which leads nowhere.
            assert arguments[1] == "1", "AF_UNIX"
        elif event == "sqlite3.connect":
            file = arguments[0].removeprefix("file://")
            assert file == ":memory:" or place(file).startswith(inside)
        else:
            assert event in MAY, (event, arguments)
            paths = arguments[: 2 if event in ("os.rename", "os.link") else 1]
            assert all(place(path).startswith(inside) for path in paths), (event, paths)
    assert list(elsewhere.iterdir()) == []
    left = {path.name for path in data_dir.rglob("*") if path.is_file()}
    assert left == {"progress.sqlite3", "view.json", backup(data_dir).name}


def test_a_remembered_view_that_is_no_view_is_forgotten(
    stoette: CommandLine, data_dir: Path
) -> None:
    data_dir.mkdir()
    for text in ("", "[]", '{"tab": 1}', '{"x": ' + "[" * 200_000 + "]" * 200_000 + "}"):
        (data_dir / "view.json").write_text(text)
        done = stoette("paths")
        assert (done.status, done.err) == (0, "")


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_what_is_remembered_is_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    folder = tmp_path / "share" / "stoette-tui"
    before = os.umask(umask)
    try:
        view_state.save(folder, ViewState(tab="links"))
    finally:
        os.umask(before)
    assert view_state.load(folder) == ViewState(tab="links")
    modes = [path.stat().st_mode & 0o777 for path in (folder.parent, folder, folder / "view.json")]
    assert modes == [0o700, 0o700, 0o600]
    assert [path.name for path in folder.iterdir()] == ["view.json"]


MAY = {"open", "os.mkdir", "os.chmod", "os.link", "os.rename", "os.remove"}
"""What may be done in the data folder."""


def place(path: str) -> str:
    return os.path.normpath(path)
