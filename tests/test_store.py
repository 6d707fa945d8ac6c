"""The store, through its public methods, with real files and real processes."""

from __future__ import annotations

import functools
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from conftest import current_id, run_together
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import stoette_tui.store.database
from stoette_tui.base.data_folder import LOG as FILE_NAME
from stoette_tui.base.files import fingerprint
from stoette_tui.base.problems import Problem, ProblemError
from stoette_tui.review.history import replay
from stoette_tui.review.progress import Answer, Change, ItemState, Progress
from stoette_tui.store import Store, queries
from stoette_tui.store.database import APPLICATION_ID, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Edits = dict[tuple[str, str], str]

IN_PLACE: Edits = {("C1", "answer"): "in_place"}
MISSING: Edits = {("C1", "answer"): "missing"}

READS: dict[str, Callable[[Store], object]] = {
    "progress": lambda store: store.progress(),
    "rounds": lambda store: store.rounds(),
}
WRITES: dict[str, Callable[[Store], object]] = {
    "record": lambda store: store.record(None, MISSING, "Første"),
    "new round": lambda store: store.new_round("Forår"),
}
WRITES_TO_A_ROUND: dict[str, Callable[[Store, str], object]] = {
    "record": lambda store, round_id: store.record(round_id, MISSING, "Første"),
    "undo": lambda store, round_id: store.undo(round_id),
    "redo": lambda store, round_id: store.redo(round_id),
    "rename": lambda store, round_id: store.rename_round(round_id, "Andet navn"),
    "open": lambda store, round_id: store.open_round(round_id),
    "archive": lambda store, round_id: store.archive_round(round_id, True),
    "carry": lambda store, round_id: store.new_round("Ny", carry_from=round_id),
}

ITEMS = st.sampled_from(["C1", "C2", "an id of older content"])
EDITS = st.dictionaries(
    st.tuples(ITEMS, st.sampled_from(["note", "action", "responsible"])), st.sampled_from("abc")
)
ANSWERS = st.dictionaries(
    st.tuples(ITEMS, st.just("answer")), st.sampled_from([answer.value for answer in Answer])
)
ACTIONS = EDITS | ANSWERS


@contextmanager
def refused(code: str, where: Path | str = "") -> Iterator[list[Problem]]:
    problems: list[Problem] = []
    with pytest.raises(ProblemError) as caught:
        yield problems
    problems += caught.value.problems
    assert [(problem.code, problem.where) for problem in problems] == [(code, str(where))]


@contextmanager
def new_store() -> Iterator[Store]:
    """A store in a temporary folder, for tests that hypothesis runs many times."""
    with TemporaryDirectory() as folder:
        yield Store(Path(folder))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data")


def record(store: Store, edits: Edits, round_id: str | None = None) -> str:
    now = store.record(round_id, edits, "Første")
    assert now.round is not None
    assert now == Store(store.path.parent).progress(now.round.id)
    return now.round.id


def states_of(store: Store, round_id: str | None = None) -> dict[str, ItemState]:
    """The states of the items, without the time of their last change and without blank ones."""
    items = store.progress(round_id).items.items()
    states = {item: replace(state, changed=None) for item, state in items}
    return {item: state for item, state in states.items() if state != ItemState()}


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs Python code in a process of its own, with `Store` and `folder` defined."""
    return subprocess.run(
        command(script, *arguments), check=True, capture_output=True, text=True, timeout=60
    )


def command(script: str, *arguments: object) -> list[str]:
    prelude = (
        "import os, sys; from pathlib import Path; from stoette_tui.store import Store;"
        "from stoette_tui.base.problems import ProblemError; folder = Path(sys.argv[1])\n"
    )
    return [sys.executable, "-c", prelude + script, *map(str, arguments)]


# A store without a file


def test_reading_creates_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "not" / "there")
    assert store.progress() == Progress()
    assert store.rounds() == []
    assert current_id(store) is None
    assert fingerprint(store.path) is None
    assert list(tmp_path.iterdir()) == []


def test_writing_blanks_or_invalid_names_creates_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    assert store.record(None, {("C1", "answer"): "unanswered"}, "Første") == Progress()
    assert store.record(None, {}, "Første") == Progress()
    for name in ("", "x" * 81):
        with pytest.raises(ProblemError):
            store.new_round(name)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_counts_as_new(store: Store) -> None:
    store.path.parent.mkdir()
    store.path.touch()
    assert store.progress() == Progress()
    assert store.path.stat().st_size == 0
    record(store, MISSING)
    assert states_of(store) == {"C1": ItemState(Answer.MISSING)}


# Recording and undo


@pytest.mark.smoke
def test_the_first_answer_creates_the_first_round(store: Store) -> None:
    round_id = record(store, IN_PLACE)
    progress = store.progress()
    assert progress.round is not None
    assert (progress.round.id, progress.round.name) == (round_id, "Første")
    assert progress.state("C1").answer == Answer.IN_PLACE
    assert progress.state("C1").changed == store.log(round_id)[-1].at
    assert current_id(store) == round_id
    assert record(store, MISSING) == round_id
    assert [change.field for change in store.log(round_id)] == ["name", "opened", *["answer"] * 2]


@pytest.mark.smoke
def test_only_changes_are_written(store: Store) -> None:
    round_id = record(store, {("C1", "note"): "n", ("C2", "note"): ""})
    before = store.path.read_bytes()
    record(store, {("C1", "note"): "n", ("C2", "answer"): "unanswered"})
    assert store.path.read_bytes() == before
    record(store, {("C1", "note"): "n", ("C1", "due"): "2027-03-01"}, round_id)
    written = [(change.item, change.field) for change in store.log(round_id)[2:]]
    assert written == [("C1", "note"), ("C1", "due")]


@pytest.mark.parametrize(
    ("edit", "value"),
    [
        (("", "name"), "x"),
        (("C1", "answer"), "yes"),
        (("C1", "due"), "1.3.2027"),
        (("C1", "unknown"), "x"),
    ],
)
def test_an_invalid_edit_raises_a_value_error(
    store: Store, edit: tuple[str, str], value: str
) -> None:
    with pytest.raises(ValueError, match=edit[1]):
        store.record(None, {**MISSING, edit: value}, "Første")
    assert not store.path.exists()


@settings(deadline=None, max_examples=30)
@given(st.text(), st.text(min_size=1))
@example('[bold]x[/] "æøå" q 1 u', "C'1")
@example("\x00\x1b]0;x\x07\x9b\u202e\r\n\t \U0001f469‍\U0001f467", "\x00")
def test_any_text_round_trips(text: str, item: str) -> None:
    with new_store() as store:
        round_id = record(store, {(item, "note"): text, (item, "priority"): "1"})
        assert store.progress().state(item).note == text
        record(store, {(item, "note"): text + "."})
        store.undo(round_id)
        assert store.progress().state(item).note == text


def test_text_that_is_not_unicode_is_refused(store: Store) -> None:
    round_id = record(store, MISSING)
    before = store.log(round_id)
    with refused("text_not_unicode"):
        store.record(round_id, {("C1", "action"): "ok", ("C1", "note"): "\udcff"}, "Første")
    with refused("text_not_unicode"):
        store.progress("\udcff")
    assert store.log(round_id) == before


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["undo", "redo"]) | ACTIONS, max_size=15))
def test_undo_and_redo_walk_through_the_actions(steps: list[str | Edits]) -> None:
    """Against a model: the list of states so far, and the position in it."""
    with new_store() as store:
        round_id = store.new_round("Forår")
        states, now = [states_of(store)], 0
        log = store.log(round_id)
        for step in steps:
            before = states[now]
            if step == "undo":
                assert bool(store.undo(round_id)) == (now > 0)
                now = max(now - 1, 0)
            elif step == "redo":
                assert bool(store.redo(round_id)) == (now < len(states) - 1)
                now = min(now + 1, len(states) - 1)
            elif isinstance(step, dict):
                record(store, step)
                if states_of(store) != before:
                    states = [*states[: now + 1], states_of(store)]
                    now += 1
            assert states_of(store) == states[now]
            whole = store.log(round_id)
            assert whole[: len(log)] == log, "something disappeared from the log"
            log = whole
            assert replay(Progress(), log) == store.progress()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.booleans(), ACTIONS | st.sampled_from(["undo", "new", "read"]))))
def test_a_window_sees_what_others_write(steps: list[tuple[bool, Edits | str]]) -> None:
    """The window and another store write in any order, and the window reads at any time."""
    with new_store() as window:
        other = Store(window.path.parent)
        for is_by_other, step in steps:
            writer = other if is_by_other else window
            current = current_id(other)
            if step == "new":
                writer.new_round(f"Runde {len(other.rounds())}")
            elif step == "undo" and current:
                writer.undo(current)
            elif isinstance(step, dict):
                writer.record(None, step, "Første")
            if step == "read" or not is_by_other:
                assert window.progress() == other.progress()
        assert window.progress() == other.progress()


def test_undo_returns_the_restored_values(store: Store) -> None:
    round_id = record(store, MISSING)
    record(store, {("C1", "answer"): "in_place", ("C2", "note"): "n"})
    undone = store.undo(round_id)
    assert [(change.item, change.field, change.value) for change in undone] == [
        ("C1", "answer", "missing"),
        ("C2", "note", ""),
    ]
    assert undone == store.log(round_id)[-2:]
    assert [change.value for change in Store(store.path.parent).redo(round_id)] == ["in_place", "n"]


def test_undo_affects_only_the_items_of_its_round(store: Store) -> None:
    first = record(store, MISSING)
    second = store.new_round("Efterår", carry_from=first)
    record(store, IN_PLACE, first)
    store.rename_round(second, "Efterår 2027")
    assert store.undo(second) == []
    assert [change.value for change in store.undo(first)] == ["missing"]
    assert store.progress(second).round == store.rounds()[1].round


# Rounds


@pytest.mark.smoke
def test_rounds_are_listed_with_their_answers(store: Store) -> None:
    assert store.rounds() == []
    first = record(store, MISSING | {("C2", "note"): "n", ("C2", "answer"): "in_place"})
    record(store, {("C2", "answer"): "not_relevant"})
    second = store.new_round("  Efterår  ")
    summaries = store.rounds()
    assert [(summary.round.name, summary.current) for summary in summaries] == [
        ("Første", False),
        ("Efterår", True),
    ]
    assert summaries[0].answers == {"C1": Answer.MISSING, "C2": Answer.NOT_RELEVANT}
    for round_id, summary in zip((first, second), summaries, strict=True):
        assert summary.round == store.progress(round_id).round
        assert summary.round.started == store.log(round_id)[0].at


@pytest.mark.smoke
def test_a_new_round_carries_open_plans_without_dates(store: Store) -> None:
    plan = {"note": "n", "action": "a", "responsible": "r", "due": "2027-03-01", "priority": "3"}
    first = record(store, MISSING | {("C1", field): value for field, value in plan.items()})
    record(store, {("C2", "answer"): "in_place", ("C2", "note"): "done"})
    second = store.new_round("Efterår", carry_from=first)
    assert states_of(store) == {"C1": ItemState(note="n", action="a", responsible="r", priority=3)}
    assert current_id(store) == second
    assert store.progress(first).state("C1").answer == Answer.MISSING


def test_rounds_can_be_opened_renamed_and_archived(store: Store) -> None:
    first = record(store, MISSING)
    second = store.new_round("Efterår")
    store.open_round(first)
    assert current_id(store) == first
    assert record(store, IN_PLACE) == first
    store.rename_round(first, "Forår")
    store.archive_round(second, True)
    assert [(summary.round.name, summary.round.archived) for summary in store.rounds()] == [
        ("Forår", False),
        ("Efterår", True),
    ]
    before = store.path.read_bytes()
    store.open_round(first)
    store.rename_round(first, " Forår ")
    store.archive_round(second, True)
    store.archive_round(first, False)
    assert store.path.read_bytes() == before, "nothing was changed, so nothing is written"


def test_an_archived_round_is_read_only(store: Store) -> None:
    round_id = record(store, MISSING)
    store.archive_round(round_id, True)
    store.open_round(round_id)
    before = store.path.read_bytes()
    for write in ("record", "undo", "redo", "rename"):
        with refused("round_archived") as problems:
            WRITES_TO_A_ROUND[write](store, round_id)
        assert problems[0].details == {"name": "Første", "argument": "'Første'"}
    with refused("round_archived"):
        store.record(None, IN_PLACE, "Første")
    assert store.path.read_bytes() == before
    assert states_of(store) == {"C1": ItemState(Answer.MISSING)}
    store.archive_round(round_id, False)
    record(store, IN_PLACE)


@pytest.mark.parametrize("write", WRITES_TO_A_ROUND)
def test_an_unknown_round_is_refused(store: Store, write: str) -> None:
    record(store, MISSING)
    before = store.path.read_bytes()
    with refused("round_unknown"):
        WRITES_TO_A_ROUND[write](store, "unknown")
    with refused("round_unknown"):
        store.progress("unknown")
    with refused("round_unknown"):
        store.log("unknown")
    assert store.path.read_bytes() == before


def test_round_names_are_unique_regardless_of_case(store: Store) -> None:
    first = store.new_round("Große Ærø")
    second = store.new_round("Efterår")
    before = store.path.read_bytes()
    for name in ("GROSSE ÆRØ", " große ærø "):
        with refused("name_taken") as problems:
            store.new_round(name)
        assert problems[0].details == {"name": "Große Ærø"}
        with refused("name_taken"):
            store.rename_round(second, name)
    with refused("name_empty"):
        store.rename_round(second, " ")
    with refused("name_too_long") as problems:
        store.rename_round(second, "x" * 500)
    assert problems[0].details == {"longest": "80"}
    assert store.path.read_bytes() == before
    store.rename_round(first, "GROSSE ÆRØ")
    store.new_round("Große Ærø 2")


# The file


def test_the_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    folder = tmp_path / "share" / "stoette-tui"
    script = """
import sqlite3
os.umask({umask})
store = Store(folder)
store.record(None, {{("C1", "answer"): "missing"}}, "Første")
real = sqlite3.connect
class Nosy(sqlite3.Connection):
    def execute(self, sql, *rest):
        if sql == "COMMIT":
            print(oct(os.stat(f"{{store.path}}-journal").st_mode & 0o7777))
        return super().execute(sql, *rest)
sqlite3.connect = lambda *args, **named: real(*args, factory=Nosy, **named)
store.record(None, {{("C1", "answer"): "in_place"}}, "Første")
"""
    for umask in (0o000, 0o277, 0o777):
        journal = run(script.format(umask=umask), folder / oct(umask)).stdout
        assert journal.strip() == oct(0o600)
        assert (folder / oct(umask) / FILE_NAME).stat().st_mode & 0o7777 == 0o600
        assert (folder / oct(umask)).stat().st_mode & 0o7777 == 0o700
        assert [path.name for path in (folder / oct(umask)).iterdir()] == [FILE_NAME]
    assert folder.stat().st_mode & 0o7777 == 0o700


def test_the_folder_can_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store(Path("a ?mode=memory#%41 'æ\""))
    record(store, MISSING)
    assert [path.name for path in tmp_path.glob("*/*")] == [FILE_NAME]
    monkeypatch.chdir("/")
    assert states_of(store) == {"C1": ItemState(Answer.MISSING)}


@pytest.mark.smoke
def test_the_file_is_identified_as_ours_and_append_only(store: Store) -> None:
    round_id = record(store, MISSING)
    before = store.log(round_id)
    with closing(sqlite3.connect(store.path)) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        for statement in (
            "UPDATE change SET value = 'in_place'",
            "DELETE FROM change",
            "INSERT OR REPLACE INTO change SELECT * FROM change",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(statement)
    assert store.log(round_id) == before


def test_the_fingerprint_follows_the_file(store: Store) -> None:
    round_id = record(store, MISSING)
    first, second = fingerprint(store.path), fingerprint(store.path)
    assert first != second, "a file this recent could change again without a trace"
    os.utime(store.path, (1, 1))
    settled = fingerprint(store.path)
    assert settled is not None
    assert settled == fingerprint(store.path)
    store.progress()
    assert settled == fingerprint(store.path)
    store.undo(round_id)
    assert settled != fingerprint(store.path)
    store.path.unlink()
    assert fingerprint(store.path) is None


def sqlite_file(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


FOREIGN_FILES: dict[str, Callable[[Path], object]] = {
    "two bytes": lambda path: path.write_bytes(b"SQ"),
    "text": lambda path: path.write_text("noter\n" * 1000),
    "zeros": lambda path: path.write_bytes(bytes(8192)),
    "other program": lambda path: sqlite_file(path, "CREATE TABLE change (id)"),
    "other application id": lambda path: sqlite_file(
        path, "PRAGMA application_id = 7", "CREATE TABLE change (id)"
    ),
    "other in WAL mode": lambda path: sqlite_file(
        path, "PRAGMA journal_mode = WAL", "CREATE TABLE change (id)"
    ),
    "no version": lambda path: sqlite_file(path, f"PRAGMA application_id = {APPLICATION_ID}"),
    "no table": lambda path: sqlite_file(
        path, f"PRAGMA application_id = {APPLICATION_ID}", "PRAGMA user_version = 1"
    ),
}


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("kind", "use"),
    [
        *((kind, "progress") for kind in FOREIGN_FILES),
        *(("text", use) for use in (*READS, *WRITES)[1:]),
    ],
)
def test_a_foreign_file_is_set_aside_untouched(store: Store, kind: str, use: str) -> None:
    store.path.parent.mkdir()
    FOREIGN_FILES[kind](store.path)
    before = store.path.read_bytes()
    (READS | WRITES)[use](store)
    [notice] = store.maintenance.take_notices()
    assert notice.code == "store_reset"
    assert Path(notice.where).read_bytes() == before
    assert {path.name for path in store.path.parent.iterdir()} == {
        Path(notice.where).name,
        FILE_NAME,
    }
    record(store, MISSING)
    assert states_of(store) == {"C1": ItemState(Answer.MISSING)}
    assert store.maintenance.take_notices() == []


def test_a_newer_file_is_refused_and_left_untouched(store: Store) -> None:
    record(Store(store.path.parent), MISSING)
    sqlite_file(store.path, f"PRAGMA user_version = {VERSION + 1}")
    before = store.path.read_bytes()
    for use in (*READS.values(), *WRITES.values()):
        with refused("store_newer", store.path) as problems:
            use(store)
        assert problems[0].details == {"version": str(VERSION + 1), "known": str(VERSION)}
    with refused("store_newer", store.path):
        store.undo("r")
    assert store.maintenance.run() == []
    assert store.path.read_bytes() == before
    assert [path.name for path in store.path.parent.iterdir()] == [FILE_NAME]


DAMAGE_CODES = {
    "store_damaged",
    "store_unknown_format",
    "store_newer",
    "store_missing",
    "store_unreadable",
    "store_unwritable",
    "round_unknown",
    "round_archived",
    "name_taken",
}


def use_everything(store: Store, round_id: str) -> None:
    """Runs every operation: each succeeds or raises a known problem."""
    uses = [functools.partial(use, store) for use in (*READS.values(), *WRITES.values())]
    uses += [functools.partial(use, store, round_id) for use in WRITES_TO_A_ROUND.values()]
    for use in uses:
        try:
            use()
        except ProblemError as error:
            problem = error.problems[0]
        else:
            continue
        assert problem.code in DAMAGE_CODES
    store.maintenance.run()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "'yesterday'"),
        ("at", "'2027-03-01T12:00:00'"),
        ("at", "'0001-01-01T00:00:00+00:00'"),
        ("value", "'perhaps'"),
        ("field", "'nothing'"),
        ("value", "CAST(x'ff' AS TEXT)"),
    ],
)
def test_an_invalid_row_is_ignored(store: Store, column: str, value: str) -> None:
    round_id = record(store, {("C1", "note"): "n"})
    columns = {
        "at": "'2027-03-01T12:00:00.000000+00:00'",
        "act": "99",
        "round": f"'{round_id}'",
        "item": "'C2'",
        "field": "'answer'",
        "value": "'missing'",
        "checksum": "0",
        column: value,
    }
    names, values = ", ".join(columns), ", ".join(columns.values())
    sqlite_file(store.path, f"INSERT INTO change (id, {names}) VALUES (99, {values})")
    assert states_of(store) == {"C1": ItemState(note="n")}
    record(store, {("C2", "answer"): "missing"})
    assert [change.value for change in store.undo(round_id)] == ["unanswered"]


@pytest.mark.parametrize("write", WRITES_TO_A_ROUND)
def test_no_partial_round_is_written_after_the_file_disappears(store: Store, write: str) -> None:
    round_id = record(store, MISSING)
    store.path.unlink()
    with refused("store_missing", store.path):
        WRITES_TO_A_ROUND[write](store, round_id)
    with refused("store_missing", store.path):
        store.progress(round_id)
    assert list(store.path.parent.iterdir()) == []
    store.path.touch()
    with refused("store_missing", store.path):
        WRITES_TO_A_ROUND[write](store, round_id)
    assert store.path.stat().st_size == 0
    store.path.parent.joinpath(FILE_NAME).unlink()
    store.path.parent.rmdir()
    with refused("store_missing", store.path):
        WRITES_TO_A_ROUND[write](store, round_id)
    assert record(store, MISSING) != round_id


# Files and folders that cannot be used


@pytest.mark.parametrize("use", WRITES)
@pytest.mark.parametrize("folder", ["file", "file/deeper", "dangling"])
def test_an_impossible_data_folder_is_reported(tmp_path: Path, folder: str, use: str) -> None:
    (tmp_path / "file").write_text("noter")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere" / "else")
    store = Store(tmp_path / folder)
    with refused("store_unwritable", store.path) as problems:
        WRITES[use](store)
    assert problems[0].details["reason"] in {"Not a directory", "No such file or directory"}
    assert fingerprint(store.path) is None
    assert (tmp_path / "file").read_text() == "noter"


def test_a_folder_in_place_of_the_file_is_reported(store: Store) -> None:
    store.path.mkdir(parents=True)
    with refused("store_unreadable", store.path):
        store.progress()
    with refused("store_unwritable", store.path):
        store.record(None, MISSING, "Første")


@pytest.mark.smoke
def test_a_lock_that_is_never_released_is_reported(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = record(store, MISSING)
    monkeypatch.setattr(stoette_tui.store.database, "BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        assert store.progress().state("C1").answer == Answer.MISSING
        with refused("store_unwritable", store.path) as problems:
            store.undo(round_id)
        assert problems[0].details == {"reason": "database is locked"}
        db.execute("COMMIT")
        db.execute("BEGIN EXCLUSIVE")
        with refused("store_unreadable", store.path):
            store.progress()
    assert store.undo(round_id)


@pytest.mark.smoke
def test_a_read_only_file_or_folder_can_be_read() -> None:
    """The script drops root's privileges, as root may write anywhere."""
    script = """
store = Store(folder)
round_id = store.record(None, {("C1", "answer"): "missing"}, "Første").round.id
for path, file_mode, folder_mode in ((store.path, 0o400, 0o700), (folder, 0o600, 0o500)):
    store.path.chmod(file_mode)
    folder.chmod(folder_mode)
    if os.getuid() == 0:
        os.chown(store.path, 65534, 65534)
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
    assert store.progress(round_id).state("C1").answer == "missing"
    for round_or_none in (round_id, None):
        try:
            store.record(round_or_none, {("C1", "answer"): "in_place"}, "Første")
        except ProblemError as error:
            print(*error.problems)
    folder.chmod(0o700)
    store.path.chmod(0o600)
store.record(round_id, {("C1", "answer"): "in_place"}, "Første")
store.path.chmod(0)
try:
    store.progress()
except ProblemError as error:
    print(*error.problems)
"""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "data" / FILE_NAME
        lines = run(script, path.parent).stdout.splitlines()
    assert lines == [
        *[f"{path}: store_unwritable: reason: attempt to write a readonly database"] * 4,
        f"{path}: store_unreadable: reason: unable to open database file",
    ]


def test_a_full_disk_loses_nothing_and_later_writes_succeed(store: Store) -> None:
    script = """
import resource
store = Store(folder)
size = store.path.stat().st_size
unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
for limit in (0, 512, size // 2, size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, unlimited[1]))
    try:
        store.record(None, {("C1", "note"): "n" * size}, "Første")
    except ProblemError as error:
        print(error.problems[0].code)
    try:
        Store(folder / "new" / str(limit)).record(None, {("C1", "note"): "n" * size}, "Første")
    except ProblemError as error:
        print(error.problems[0].code)
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert not store.progress().state("C1").note
    assert store.progress().state("C1").answer == "missing"
store.record(None, {("C1", "note"): "saved"}, "Første")
Store(folder / "new" / "0").record(None, {("C1", "note"): "saved"}, "Første")
"""
    record(store, MISSING)
    assert run(script, store.path.parent).stdout.split() == ["store_unwritable"] * 8
    assert store.progress().state("C1").note == "saved"
    assert Store(store.path.parent / "new" / "0").progress().state("C1").note == "saved"


# Concurrent writers


@pytest.mark.smoke
def test_eight_concurrent_processes_lose_nothing(tmp_path: Path) -> None:
    script = """
store = Store(folder)
print("ready", flush=True)
sys.stdin.readline()
for number in range(15):
    store.record(None, {(sys.argv[2], "note"): str(number), ("all", "note"): sys.argv[2]}, "Første")
    store.progress()
"""
    run_together([command(script, tmp_path / "data", f"C{number}") for number in range(8)])
    store = Store(tmp_path / "data")
    (summary,) = store.rounds()
    log = store.log(summary.round.id)
    for number in range(8):
        mine = [change.value for change in log if change.item == f"C{number}"]
        assert mine == [str(count) for count in range(15)]
    assert [path.name for path in (tmp_path / "data").iterdir()] == [FILE_NAME]


def test_concurrent_threads_lose_nothing(store: Store) -> None:
    def write(number: int) -> None:
        for count in range(10):
            store.record(None, {(f"C{number}", "note"): str(count)}, "Første")
            store.progress()
            store.rounds()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write, range(6)))
    (summary,) = store.rounds()
    assert len(store.log(summary.round.id)) == 2 + 60


def test_concurrent_first_writes_all_succeed(tmp_path: Path) -> None:
    def write(number: int) -> None:
        stores[number // 6].record(None, {(f"C{number}", "note"): "x"}, "Første")

    stores = [Store(tmp_path / str(number)) for number in range(30)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write, range(6 * len(stores))))
    assert [len(store.progress().items) for store in stores] == [6] * len(stores)


def test_saved_changes_survive_a_kill(store: Store) -> None:
    script = """
store = Store(folder)
for number in range(int(sys.argv[2]), 1_000_000):
    store.record(None, {("C1", "note"): str(number)}, "Første")
    print(number, flush=True)
"""
    rng = random.Random(7)
    saved = -1
    for _ in range(4):
        with subprocess.Popen(
            command(script, store.path.parent, saved + 1), stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            for _ in range(rng.randint(1, 40)):
                writer.stdout.readline()
            writer.send_signal(signal.SIGKILL)
            saved = max(saved, *map(int, writer.stdout.read().split()), -1)
        stored = int(store.progress().state("C1").note)
        assert stored >= saved
        saved = stored
    log = store.log(store.rounds()[0].round.id)
    assert [change.value for change in log[2:]] == [str(number) for number in range(saved + 1)]


@pytest.mark.smoke
def test_an_interrupted_write_is_rolled_back_by_the_next_reader(store: Store) -> None:
    """With a small cache, SQLite writes to the file before the commit, which never comes."""
    record(store, MISSING | {("C1", "note"): "n" * 100_000})
    progress, before = store.progress(), store.path.read_bytes()
    script = """
import signal, sqlite3
db = sqlite3.connect(folder / "progress.sqlite3", isolation_level=None)
db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN IMMEDIATE")
for number in range(3000):
    db.execute(
        "INSERT INTO change (at, act, round, item, field, value, checksum)"
        " SELECT at, act, round, item, field, ?, checksum FROM change WHERE id = 3", (str(number),)
    )
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run(command(script, store.path.parent), check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert store.path.read_bytes() != before
    assert Path(f"{store.path}-journal").stat().st_size > 0
    assert store.progress() == progress
    assert store.path.read_bytes() == before
    assert [path.name for path in store.path.parent.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("use", ["progress", "record"])
def test_an_interrupted_first_write_leaves_nothing(store: Store, use: str) -> None:
    script = """
import signal, sqlite3
from stoette_tui.store.database import create_schema
folder.mkdir()
db = sqlite3.connect(folder / "progress.sqlite3", isolation_level=None)
db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN IMMEDIATE")
create_schema(db)
row = "'', 1, 1, '', '', '', hex(zeroblob(9000)), 1"
for number in range(99):
    db.execute(f"INSERT INTO change VALUES ({number}, {row})")
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run(command(script, store.path.parent), check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert store.path.stat().st_size > 0
    (READS | WRITES)[use](store)
    assert store.maintenance.take_notices() == []
    assert states_of(store) == ({"C1": ItemState(Answer.MISSING)} if use == "record" else {})
    assert [path.name for path in store.path.parent.iterdir()] == [FILE_NAME]


def test_a_long_log_is_read_quickly(store: Store) -> None:
    """200 rounds and 100,000 changes take milliseconds; reading all of them takes a second."""
    rounds = [store.new_round(f"Runde {number}") for number in range(200)]
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("PRAGMA synchronous = OFF")
        at = datetime(2027, 3, 1, 12, tzinfo=UTC)
        queries.insert(
            db,
            (
                Change(1000 + n, at, rounds[n % 200], f"C{n % 17}", "note", str(n))
                for n in range(100_000)
            ),
        )
        db.commit()
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        progress = store.progress()
        taken.append(time.perf_counter() - start)
    assert len(progress.items) == 17
    assert min(taken) < 0.05
