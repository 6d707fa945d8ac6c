"""Disks, folders and files that fail while the app runs, and what the app never touches."""

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

# Root may write anywhere: it drops that capability for good, so that it is refused, too.
DROP_PRIVILEGES = """
import ctypes, os, sys
if os.getuid() == 0:
    libc, drop, dac_override, dac_read_search = ctypes.CDLL(None, use_errno=True), 24, 1, 2
    for capability in (dac_override, dac_read_search):
        if libc.prctl(drop, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "cannot drop the capability")
os.execvp(sys.argv[1], sys.argv[1:])
"""
UNPRIVILEGED = (sys.executable, "-c", DROP_PRIVILEGES, *MODULE)


def fill_disk(terminal: Terminal, data_dir: Path) -> None:
    _, hard = resource.prlimit(terminal.process, resource.RLIMIT_FSIZE)
    resource.prlimit(terminal.process, resource.RLIMIT_FSIZE, (0, hard))


def free_disk(terminal: Terminal, data_dir: Path) -> None:
    _, hard = resource.prlimit(terminal.process, resource.RLIMIT_FSIZE)
    resource.prlimit(terminal.process, resource.RLIMIT_FSIZE, (hard, hard))


def make_folder_read_only(terminal: Terminal, data_dir: Path) -> None:
    data_dir.chmod(0o500)


def make_folder_writable(terminal: Terminal, data_dir: Path) -> None:
    data_dir.chmod(0o700)


def make_files_read_only(terminal: Terminal, data_dir: Path) -> None:
    for file in data_dir.glob("progress.sqlite3*"):
        file.chmod(0o400)


def make_files_writable(terminal: Terminal, data_dir: Path) -> None:
    for file in data_dir.glob("progress.sqlite3*"):
        file.chmod(0o600)


def remove_file(terminal: Terminal, data_dir: Path) -> None:
    (data_dir / "progress.sqlite3").rename(data_dir / "taken")


def restore_file(terminal: Terminal, data_dir: Path) -> None:
    (data_dir / "taken").rename(data_dir / "progress.sqlite3")


def remove_folder(terminal: Terminal, data_dir: Path) -> None:
    data_dir.rename(data_dir.with_name("taken"))


def restore_folder(terminal: Terminal, data_dir: Path) -> None:
    data_dir.mkdir(exist_ok=True)  # the app may have made it again to save the open tab
    for each in data_dir.with_name("taken").iterdir():
        each.replace(data_dir / each.name)


FAILURES = {
    "a full disk": (fill_disk, free_disk, ()),
    "a read-only folder": (make_folder_read_only, make_folder_writable, UNPRIVILEGED),
    "a read-only file": (make_files_read_only, make_files_writable, UNPRIVILEGED),
    "a missing file": (remove_file, restore_file, ()),
    "a missing folder": (remove_folder, restore_folder, ()),
}
"""How each failure begins and ends, and the command that makes it affect root, too."""


@pytest.mark.parametrize("kind", FAILURES)
def test_answers_are_refused_until_the_failure_ends(
    stoette: CommandLine, data_dir: Path, kind: str
) -> None:
    fail, recover, command = FAILURES[kind]

    def shows(*marks: str) -> Callable[[Display], bool]:
        rows = [f"{mark} {item.text[:40]}" for mark, item in zip(marks, ITEMS, strict=False)]
        return lambda screen: all(row in screen for row in rows)

    with Terminal(command=command, size=(100, 40), typed_ahead="3") as terminal:
        terminal.wait_for(ITEMS[0].text)
        terminal.press("space")
        terminal.wait_for(shows("☑", "☐"))
        wait_for_backup(terminal, data_dir)

        fail(terminal, data_dir)
        terminal.press("down", "space")
        terminal.wait_for(NOT_SAVED)
        assert shows("☑", "☐")(terminal.display)
        terminal.press("x", "down", "i", "4")  # everything else works
        terminal.wait_for("amr.dk")
        terminal.press("3")
        terminal.wait_for(shows("☑", "☐", "☐"))

        recover(terminal, data_dir)
        terminal.press("i")
        terminal.wait_for(shows("☑", "☐", "⊘"))
        terminal.wait_for(lambda screen: NOT_SAVED not in screen)
        terminal.kill()
        assert b"Traceback" not in terminal.written
    assert answers(data_dir) == {ITEMS[0].id: "in_place", ITEMS[2].id: "not_relevant"}


@pytest.mark.parametrize(
    ("name", "closed", "open_", "mark"),
    [("", 0o500, 0o700, "☑"), ("", 0o000, 0o700, "☐"), ("progress.sqlite3", 0o400, 0o600, "☑")],
    ids=["read-only folder", "unreadable folder", "read-only file"],
)
def test_starts_without_permission_and_saves_once_granted(
    stoette: CommandLine, data_dir: Path, name: str, closed: int, open_: int, mark: str
) -> None:
    assert stoette("answer", ITEMS[0].id, "in-place").status == 0
    (data_dir / name).chmod(closed)
    with Terminal(command=UNPRIVILEGED, size=(100, 40), typed_ahead="3") as terminal:
        terminal.wait_for(UI.messages.cannot_save.partition("{")[0].strip())
        terminal.wait_for(f"{mark} {ITEMS[0].text[:40]}")
        if mark == "☑":  # a read-only connection is replaced later
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
    """Waits for the daily backup, which is made after the first change."""
    end = time.monotonic() + PATIENCE
    while not backup(data_dir).exists():
        assert time.monotonic() < end
        terminal.watch(0.02)


def backup(data_dir: Path) -> Path:
    return data_dir / "backups" / f"progress-0001-{date.today().isoformat()}.sqlite3"


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_the_first_answer_waits_for_another_writer(
    stoette: CommandLine, data_dir: Path, mode: str
) -> None:
    """Also with the journal mode of the first releases."""
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


# What the app never touches

# An audit hook writes a line for everything opened, created, removed, started or connected to.
AUDITED = """
import json, os, runpy, sys
log = os.open(sys.argv.pop(1), os.O_CREAT | os.O_WRONLY | os.O_APPEND)
writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
kinds = ("os.", "shutil.", "socket.", "sqlite3.connect", "subprocess.", "tempfile.", "urllib.")
quiet = ("sqlite3.connect/handle", "os.listdir", "os.scandir", "os.putenv", "os.unsetenv")
def write(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        if not arguments[2] & writing:
            return
    elif not event.startswith(kinds) or event.startswith(quiet):
        return
    os.write(log, (json.dumps([event, *map(str, arguments)]) + "\\n").encode())
sys.addaudithook(write)
sys.argv[0] = "stoette-tui"
runpy.run_module("stoette_tui", run_name="__main__", alter_sys=True)
"""


def test_writes_only_to_the_data_folder_and_uses_no_network(data_dir: Path, tmp_path: Path) -> None:
    elsewhere, log = tmp_path / "elsewhere", tmp_path / "log"
    elsewhere.mkdir()
    homes = {name: str(elsewhere) for name in ("HOME", "TMPDIR", "SQLITE_TMPDIR")}
    command = (sys.executable, "-B", "-c", AUDITED, str(log))
    with Terminal(command=command, env=homes, cwd=elsewhere, size=(100, 40)) as terminal:
        terminal.wait_for(UI.tabs.checklist)
        terminal.press("3")
        terminal.wait_for(ITEMS[0].text)
        terminal.press("x")
        terminal.wait_for(f"☒ {ITEMS[0].text[:40]}")
        terminal.press("u", "r")
        terminal.wait_for(UI.rounds.intro[:20])
        terminal.press("escape")  # a key right after it would be read as Alt
        terminal.wait_for(lambda screen: UI.rounds.intro[:20] not in screen)
        terminal.press("4", "y", "/")
        terminal.wait_for(UI.search.search)
        terminal.press("escape")
        terminal.wait_for(lambda screen: UI.search.search not in screen)
        terminal.press("2", "1")
        wait_for_backup(terminal, data_dir)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    events = [json.loads(line) for line in log.read_text().splitlines()]
    kinds = {event[0] for event in events}
    assert {"open", "sqlite3.connect", "os.mkdir", "os.rename"} <= kinds, "it audits nothing"
    inside = str(data_dir)
    for event, *arguments in events:
        if event == "socket.__new__":
            # The event loop wakes itself up through a local socket pair.
            assert arguments[1] == "1", "AF_UNIX"
        elif event == "sqlite3.connect":
            file = arguments[0].removeprefix("file://")
            assert file == ":memory:" or normalized(file).startswith(inside)
        else:
            assert event in ALLOWED, (event, arguments)
            paths = arguments[: 2 if event in ("os.rename", "os.link") else 1]
            assert all(normalized(path).startswith(inside) for path in paths), (event, paths)
    assert list(elsewhere.iterdir()) == []
    left = {path.name for path in data_dir.rglob("*") if path.is_file()}
    assert left == {"progress.sqlite3", "view.json", backup(data_dir).name}


def test_an_invalid_saved_view_is_ignored(stoette: CommandLine, data_dir: Path) -> None:
    data_dir.mkdir()
    for text in ("", "[]", '{"tab": 1}', '{"x": ' + "[" * 200_000 + "]" * 200_000 + "}"):
        (data_dir / "view.json").write_text(text)
        done = stoette("paths")
        assert (done.status, done.err) == (0, "")


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_the_saved_view_is_private_under_any_umask(tmp_path: Path, umask: int) -> None:
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


ALLOWED = {"open", "os.mkdir", "os.chmod", "os.link", "os.rename", "os.remove"}
"""The operations allowed in the data folder."""


def normalized(path: str) -> str:
    return os.path.normpath(path)
