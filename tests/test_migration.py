"""Files of other versions: a stored one of each there has been, and how the next will be made."""

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


def plain(progress: Progress) -> dict[str, ItemState]:
    """What is said of the items, without when."""
    return {item: replace(state, changed=None) for item, state in progress.items.items()}


@pytest.fixture
def store(data_dir: Path) -> Store:
    """The newest file of an older version."""
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
    assert plain(store.progress(first.round.id)) == {
        "timing": PLAN,
        "form": ItemState(Answer.IN_PLACE),
    }
    assert plain(store.progress()) == {
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


def test_what_cannot_be_migrated_is_left_as_it_was_and_said(store: Store) -> None:
    (store.path.parent / "backups").write_text("in the way")
    before = store.path.read_bytes()
    with pytest.raises(ProblemError) as caught:
        store.progress()
    [problem] = caught.value.problems
    assert (problem.code, problem.where) == ("store_older", str(store.path))
    assert problem.details == {"version": "1", "known": "2"}
    assert store.path.read_bytes() == before


def test_a_damaged_file_of_an_older_version_is_recovered_and_said(store: Store) -> None:
    damaged = store.path.read_bytes().replace(b"2026-11-23T", b"2026-11-2xT", 1)
    store.path.write_bytes(damaged)
    [told] = store.maintenance.run()
    assert told.code == "store_recovered"
    assert Path(told.where).read_bytes() == damaged
    assert version_of(store.path) == 2
    assert recovery.is_intact(store.path)


def test_a_killed_migration_leaves_the_old_file(store: Store) -> None:
    imports = """
import filelock, os, signal, sqlite3, sys, urllib.parse
from pathlib import Path
from stoette_tui.store import recovery
from stoette_tui.store import Store
"""
    script = """
left = int(sys.argv[2])
def count(*_):
    global left
    left -= 1
    if not left:
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
            if version_of(store.path) == 2:  # all of it was done
                break
            killed += 1
            assert store.path.read_bytes() == before
    assert killed > 20
