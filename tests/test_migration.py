"""Migration: files of every version so far are read, and an interrupted migration loses nothing."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from conftest import forking
from msgspec.structs import replace

from stoette_tui.base.data_folder import LOG as FILE_NAME
from stoette_tui.base.problems import ProblemError
from stoette_tui.review.progress import Answer, ItemState, Progress
from stoette_tui.store import Store, recovery
from stoette_tui.store.database import VERSION

STORED = Path(__file__).parent / "stored"
PLAN = ItemState(
    answer=Answer.MISSING,
    note='Vi når det ikke, når der er travlt – "altid" om mandagen [b]',
    action="Fast tid hver uge",
    responsible="Åse",
    due=date(2027, 3, 1),
    priority=2,
)


def states_of(progress: Progress) -> dict[str, ItemState]:
    """The state of each item, without the time of its last change."""
    return {item: replace(state, changed=None) for item, state in progress.items.items()}


@pytest.fixture
def store(data_dir: Path) -> Store:
    """A store whose file is of the previous version."""
    data_dir.mkdir()
    shutil.copy(STORED / "version-1.sqlite3", data_dir / FILE_NAME)
    return Store(data_dir)


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_file_of_every_version_is_read_and_written(data_dir: Path, version: int) -> None:
    data_dir.mkdir()
    shutil.copy(STORED / f"version-{version}.sqlite3", data_dir / FILE_NAME)
    with closing(sqlite3.connect(data_dir / FILE_NAME)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (version,)
    store = Store(data_dir)
    first, second = store.rounds()
    assert (first.round.name, first.round.archived, first.current) == ("Forår 2026", True, False)
    assert (second.round.name, second.current) == ("Efterår 2026", True)
    assert states_of(store.progress(first.round.id)) == {
        "timing": PLAN,
        "form": ItemState(Answer.IN_PLACE),
    }
    assert states_of(store.progress()) == {
        "timing": replace(PLAN, answer=Answer.UNANSWERED, due=None),
        "mentoring": ItemState(Answer.NOT_RELEVANT),
    }
    assert [change.value for change in store.redo(second.round.id)] == ["missing"]
    assert store.maintenance.run() == []


def version_of(file: Path) -> int:
    with closing(sqlite3.connect(file)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_an_older_file_is_copied_then_migrated(store: Store) -> None:
    before = store.path.read_bytes()
    assert len(store.rounds()) == 2
    assert version_of(store.path) == 2
    assert recovery.is_intact(store.path)
    [copy] = (store.path.parent / "backups").iterdir()
    assert copy.name.startswith("progress-version-1-")
    assert copy.stat().st_mode & 0o7777 == 0o600
    assert version_of(copy) == 1
    with closing(sqlite3.connect(copy)) as db, closing(sqlite3.connect(":memory:")) as other:
        other.deserialize(before)
        assert list(db.iterdump()) == list(other.iterdump())
    store.record(None, {("form", "answer"): "missing"}, "Første")
    assert store.progress().state("form").answer == Answer.MISSING
    assert len(list((store.path.parent / "backups").iterdir())) == 1


def test_a_failed_migration_leaves_the_file_untouched_and_raises(store: Store) -> None:
    (store.path.parent / "backups").write_text("in the way")
    before = store.path.read_bytes()
    with pytest.raises(ProblemError) as caught:
        store.progress()
    [problem] = caught.value.problems
    assert (problem.code, problem.where) == ("store_older", str(store.path))
    assert problem.details == {"version": "1", "known": "2"}
    assert store.path.read_bytes() == before


def test_a_damaged_file_of_an_older_version_is_recovered_and_reported(store: Store) -> None:
    damaged = store.path.read_bytes().replace(b"2026-11-23T", b"2026-11-2xT", 1)
    store.path.write_bytes(damaged)
    [problem] = store.maintenance.run()
    assert problem.code == "store_recovered"
    assert Path(problem.where).read_bytes() == damaged
    assert version_of(store.path) == 2
    assert recovery.is_intact(store.path)


def test_killing_a_migration_leaves_the_old_file_untouched(store: Store) -> None:
    imports = """
import filelock, os, signal, sqlite3, sys, urllib.parse
from pathlib import Path
from stoette_tui.store import recovery
from stoette_tui.store import Store
"""
    script = """
remaining = int(sys.argv[2])
def count(*_):
    global remaining
    remaining -= 1
    if not remaining:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(lambda event, _: event.startswith(("open", "os.", "sqlite3.con")) and count())
real = recovery.fetch
def traced(db, *rest):
    db.set_trace_callback(count)
    db.execute("PRAGMA cache_size = 1")
    return real(db, *rest)
recovery.fetch = traced
Store(Path(sys.argv[1])).progress()
"""
    before = store.path.read_bytes()
    killed = 0
    with forking(imports, script, store.path.parent) as run:
        for steps in range(1, 100):
            assert run(steps) in (0, -signal.SIGKILL)
            if version_of(store.path) == 2:  # it ran to the end
                break
            killed += 1
            assert store.path.read_bytes() == before
    assert killed > 20
