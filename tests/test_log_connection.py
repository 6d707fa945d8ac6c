"""A store that is kept open, as a window keeps it: quick, and as safe as one that is not."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from stoette_tui.log import connection, recovery
from stoette_tui.log.file import APPLICATION_ID, FILE_NAME
from stoette_tui.problems import ProblemError
from stoette_tui.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Store]:
    """A store that is kept open."""
    store = Store(tmp_path / "data")
    with store.kept_open():
        yield store


def beside(store: Store) -> Store:
    """The same store, as another process sees it."""
    return Store(store.path.parent)


def note(store: Store, text: str) -> str:
    """Writes a note; returns the id of the round it went to."""
    now = store.record(None, {("C1", "note"): text}, "Første")
    assert now == beside(store).progress()
    assert now.round
    return now.round.id


def noted(store: Store) -> str:
    """The note that is there."""
    return store.progress().state("C1").note


def settle_for_good(store: Store) -> None:
    """As it is settled when nothing has been written for a while."""
    with patch.object(connection, "QUIET_SECONDS", 0):
        store.settle()


def bytes_ahead(store: Store) -> int:
    """The size of what lies beside the file, written ahead."""
    return store.path.with_name(f"{FILE_NAME}-wal").stat().st_size


def names(store: Store) -> list[str]:
    """The files in the folder."""
    return sorted(path.name for path in store.path.parent.iterdir())


def test_nothing_is_made_before_the_first_write(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    with store.kept_open():
        assert noted(store) == ""
        store.settle()
    assert list(tmp_path.iterdir()) == []


def test_afterwards_there_is_one_file_in_the_usual_mode(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    with store.kept_open():
        note(store, "a")
        assert len(names(store)) > 1
    assert names(store) == [FILE_NAME]
    with closing(sqlite3.connect(store.path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert noted(store) == "a"


def test_the_last_of_two_windows_puts_all_away(window: Store) -> None:
    other = beside(window)
    with other.kept_open():
        note(window, "a")
        note(other, "b")
    assert noted(window) == "b"
    note(window, "c")
    assert noted(beside(window)) == "c"


def test_what_lies_beside_the_file_is_as_private(tmp_path: Path) -> None:
    script = """
import os, sys; from pathlib import Path; from stoette_tui.store import Store
os.umask(0)
store = Store(Path(sys.argv[1]))
with store.kept_open():
    store.record(None, {("C1", "note"): "a"}, "Første")
    print(sorted(oct(path.stat().st_mode & 0o7777) for path in Path(sys.argv[1]).iterdir()))
"""
    folder = tmp_path / "data"
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(["0o600"] * 3)


def test_who_copies_the_file_once_it_is_settled_has_all(window: Store, tmp_path: Path) -> None:
    note(window, "a")
    window.settle()
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(window.path, copy)
    assert noted(Store(copy)) == "a"


def test_settling_waits_for_nobody(window: Store) -> None:
    note(window, "a")
    with closing(sqlite3.connect(window.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM change").fetchall()
        note(window, "b")
        window.settle()
        assert noted(window) == "b"
    settle_for_good(window)
    assert bytes_ahead(window) == 0
    assert noted(beside(window)) == "b"


def test_space_on_the_disk_is_kept_until_nothing_more_comes(window: Store) -> None:
    note(window, "a")
    note(window, "b")
    taken = bytes_ahead(window)
    for text in "cd":
        window.settle()
        note(window, text)
        assert bytes_ahead(window) == taken > 0
    settle_for_good(window)
    assert bytes_ahead(window) == 0
    assert noted(beside(window)) == "d"


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_the_first_write_waits_for_a_busy_writer(window: Store, mode: str) -> None:
    note(beside(window), "a")
    with closing(sqlite3.connect(window.path, isolation_level=None)) as writer:
        writer.execute(f"PRAGMA journal_mode = {mode}")
        writer.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor() as threads:
            written = threads.submit(note, window, "b")
            with pytest.raises(TimeoutError):
                written.result(timeout=0.3)
            writer.execute("COMMIT")
            written.result(timeout=10)
    assert noted(beside(window)) == "b"
    note(window, "c")
    assert bytes_ahead(window) > 0


def test_a_file_that_is_taken_away_is_missed(window: Store) -> None:
    round_id = note(window, "a")
    window.path.unlink()
    with pytest.raises(ProblemError) as caught:
        window.record(round_id, {("C1", "note"): "b"}, "Første")
    assert caught.value.problems[0].code == "store_gone"
    assert noted(window) == ""
    assert not window.path.exists()
    note(window, "c")
    assert noted(window) == noted(beside(window)) == "c"


def test_a_file_that_is_replaced_is_the_one_that_counts(window: Store, tmp_path: Path) -> None:
    note(window, "ours")
    other = Store(tmp_path / "other")
    note(other, "theirs")
    settle_for_good(window)
    other.path.replace(window.path)
    assert noted(window) == "theirs"
    note(window, "more")
    assert noted(window) == noted(beside(window)) == "more"


def put_in_place(window: Store, tmp_path: Path, *pragmas: str) -> bytes:
    """A file of others where that of the window was; its bytes."""
    foreign = tmp_path / "foreign"
    with closing(sqlite3.connect(foreign)) as db:
        for pragma in pragmas:
            db.execute(f"PRAGMA {pragma}")
        db.execute("CREATE TABLE change (id)")
    before = foreign.read_bytes()
    settle_for_good(window)
    foreign.replace(window.path)
    return before


def test_a_newer_file_is_not_written_to(window: Store, tmp_path: Path) -> None:
    round_id = note(window, "a")
    before = put_in_place(
        window, tmp_path, f"application_id = {APPLICATION_ID}", "user_version = 99"
    )
    uses: list[Callable[[], object]] = [
        window.progress,
        lambda: window.record(round_id, {("C1", "note"): "b"}, "Første"),
        lambda: window.undo(round_id),
    ]
    for use in uses:
        with pytest.raises(ProblemError) as caught:
            use()
        assert caught.value.problems[0].code == "store_newer"
    assert window.path.read_bytes() == before


def test_a_file_of_others_is_set_aside_as_it_is(window: Store, tmp_path: Path) -> None:
    note(window, "a")
    before = put_in_place(window, tmp_path, "application_id = 7")
    note(window, "b")
    assert noted(window) == noted(beside(window)) == "b"
    [told] = window.upkeep.news()
    assert Path(told.where).read_bytes() == before


def test_a_file_that_is_written_over_is_read_anew(window: Store, tmp_path: Path) -> None:
    note(window, "old")
    window.settle()
    copy = tmp_path / "copy"
    shutil.copyfile(window.path, copy)
    for number in range(40):
        note(window, f"new {number}")
    settle_for_good(window)
    shutil.copyfile(copy, window.path)
    assert noted(window) == "old"
    note(window, "more")
    assert noted(window) == noted(beside(window)) == "more"
    assert recovery.is_sound(window.path)


def test_after_a_refusal_all_goes_on(window: Store) -> None:
    round_id = note(window, "a")
    window.archive_round(round_id, True)
    with pytest.raises(ProblemError):
        window.record(round_id, {("C1", "note"): "b"}, "Første")
    window.archive_round(round_id, False)
    note(window, "c")
    assert noted(window) == noted(beside(window)) == "c"


WRITER = """
import sys; from pathlib import Path; from stoette_tui.store import Store
store = Store(Path(sys.argv[1]))
with store.kept_open():
    for number in range(1_000_000):
        store.record(None, {(sys.argv[2], "note"): str(number)}, "Første")
        if number % 10 == 0:
            store.settle()
        print(number, flush=True)
"""


def test_what_was_said_to_be_saved_survives_a_kill(tmp_path: Path) -> None:
    """Three windows write at once and are killed; whatever any of them had said is there."""
    store = Store(tmp_path / "data")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(store.path.parent), name], stdout=subprocess.PIPE
        )
        for name in ("C1", "C2", "C3")
    ]
    for writer in writers:
        assert writer.stdout is not None
        for _ in range(40):
            assert writer.stdout.readline()
    for writer in writers:
        writer.send_signal(signal.SIGKILL)
    said = [[int(line) for line in writer.communicate()[0].split()] for writer in writers]
    (summary,) = store.rounds()
    log = store.log(summary.round.id)
    for name, numbers in zip(("C1", "C2", "C3"), said, strict=True):
        kept = [change.value for change in log if change.item == name]
        assert kept == [str(number) for number in range(len(kept))]
        assert len(kept) > max(numbers, default=0)
