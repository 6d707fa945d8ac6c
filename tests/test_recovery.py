"""A damaged log is set aside untouched, and everything readable in it is recovered."""

from __future__ import annotations

import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from app_driver import opened
from conftest import forking, run_together
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from terminal import Terminal
from test_store import new_store, use_everything

from stoette_tui.base.data_folder import LOG as FILE_NAME
from stoette_tui.base.problems import ProblemError
from stoette_tui.review.progress import Answer
from stoette_tui.store import Store, database, maintenance, queries, recovery

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import CommandLine

    from stoette_tui.base.problems import Problem

Rows = dict[int, tuple[object, ...]]


@dataclass(frozen=True, repr=False)
class Healthy:
    """A log of several pages as the store wrote it, with its rows, and an earlier backup of it."""

    data: bytes = field(repr=False)
    rows: Rows = field(repr=False)
    backup: bytes = field(repr=False)
    backed_up: Rows = field(repr=False)


def rows(store: Store) -> Rows:
    """The whole log, without `act`: a lost row can split one action into two."""
    changes = [change for each in store.rounds() for change in store.log(each.round.id)]
    return {c.id: (c.at, c.round, c.item, c.field, c.value) for c in changes}


@pytest.fixture(scope="module")
def healthy() -> Healthy:
    with new_store() as store:
        round_id = store.new_round("Forår")
        for number in range(60):
            note = "æøå " * (3000 if number == 30 else number % 7)
            edits = {(f"C{number % 9}", "note"): note, ("C1", "action"): str(number)}
            store.record(None, edits, "Første")
            if number == 54:
                earlier = store.path.read_bytes(), rows(store)
        store.undo(round_id)
        store.new_round("Efterår", carry_from=round_id)
        return Healthy(store.path.read_bytes(), rows(store), *earlier)


def write_backup(store: Store, healthy: Healthy) -> None:
    """Writes the earlier state of the log as its newest backup."""
    backup = maintenance.backup_of_today(store.path)
    backup.parent.mkdir()
    backup.write_bytes(healthy.backup)


@pytest.fixture
def store(data_dir: Path) -> Store:
    data_dir.mkdir()
    return Store(data_dir)


def run_maintenance(store: Store) -> Problem | None:
    """Runs maintenance; returns its notice, of which there is at most one."""
    notices = store.maintenance.run()
    assert len(notices) <= 1
    return notices[0] if notices else None


def is_newer(store: Store) -> bool:
    """Whether the file is refused as one of a newer program; if not, this has recovered it."""
    try:
        store.progress()
    except ProblemError as error:
        return [problem.code for problem in error.problems] == ["store_newer"]
    return False


def with_flipped_bits(data: bytes, bits: list[int]) -> bytes:
    damaged = bytearray(data)
    for bit in bits:
        damaged[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(damaged)


DAMAGES = {
    "flipped bits": st.lists(st.integers(0, 2**20), min_size=1, max_size=40).map(
        lambda bits: lambda data: with_flipped_bits(data, bits)
    ),
    "truncated": st.integers(0, 30_000).map(lambda length: lambda data: data[:length]),
    "zeroed page": st.integers(0, 12).map(
        lambda page: lambda data: data[: page * 4096] + bytes(4096) + data[(page + 1) * 4096 :]
    ),
    "overwritten": st.binary(max_size=300).map(lambda other: lambda data: other),
}


@settings(max_examples=30)
@given(bit=st.integers(0, 2**19))
@example(bit=0)
@example(bit=16 * 8 + 4)  # the page size
@example(bit=18 * 8 + 1)  # the write version
@example(bit=100 * 8)  # the type of the first page
@example(bit=4096 * 8)
def test_a_flipped_bit_loses_nothing_that_is_in_the_backup(healthy: Healthy, bit: int) -> None:
    damaged = with_flipped_bits(healthy.data, [bit])
    with new_store() as store:
        store.path.write_bytes(damaged)
        write_backup(store, healthy)
        if is_newer(store):  # the flipped bit is in the version
            return
        notice = run_maintenance(store)
        found = rows(store)
        assert healthy.backed_up.items() <= found.items()
        known = set(healthy.rows.values())
        other = [row for row in found.values() if row not in known]
        assert not [row for row in other if row[2]], "no answer or plan is altered"
        if notice:
            assert Path(notice.where).read_bytes() == damaged
            assert notice.code.startswith("store_recovered") or notice.code == "store_from_backup"
            assert notice.details["changes"] == str(len(found) - len(other))


@settings(max_examples=40)
@given(damage=st.one_of(*DAMAGES.values()))
def test_no_use_of_a_damaged_file_crashes(
    healthy: Healthy, damage: Callable[[bytes], bytes]
) -> None:
    with new_store() as store:
        store.path.write_bytes(damage(healthy.data))
        use_everything(store, round_id=str(next(iter(healthy.rows.values()))[1]))


def test_a_round_whose_name_is_corrupted_gets_another(healthy: Healthy) -> None:
    hits = list(re.finditer("Efterår".encode(), healthy.data))
    assert hits
    for hit in hits:
        with new_store() as store:
            store.path.write_bytes(with_flipped_bits(healthy.data, [hit.start() * 8]))
            write_backup(store, healthy)
            notice = run_maintenance(store)
            assert notice
            assert notice.details["changes"] == str(len(healthy.rows) - 1)
            first, second = (each.round.name for each in store.rounds())
            assert first == "Forår"
            assert second not in ("", "Forår", "Efterår")


def test_no_corrupted_text_goes_unnoticed(healthy: Healthy) -> None:
    places = [match.start() for match in re.finditer(rb"C\d(note|action)|202\d-", healthy.data)]
    rng = random.Random(6)
    for _ in range(20):
        bit = (rng.choice(places) + rng.randrange(5)) * 8 + rng.randrange(8)
        with new_store() as store:
            store.path.write_bytes(with_flipped_bits(healthy.data, [bit]))
            assert store.maintenance.run()
            assert {row for row in rows(store).values() if row[2]} < set(healthy.rows.values())


@settings(max_examples=20)
@given(damage=st.one_of(*DAMAGES.values()))
def test_with_a_backup_nothing_is_lost(healthy: Healthy, damage: Callable[[bytes], bytes]) -> None:
    with new_store() as store:
        store.path.write_bytes(healthy.data)
        store.open_round(store.rounds()[0].round.id)
        assert run_maintenance(store) is None
        known, damaged = rows(store), damage(store.path.read_bytes())
        store.path.write_bytes(damaged)
        again = Store(store.path.parent)
        if is_newer(again):
            return
        notice = run_maintenance(again)
        if notice:
            assert known.items() <= rows(again).items()
            assert Path(notice.where).read_bytes() == damaged
        else:  # no damage that anyone could notice
            assert known.keys() == rows(again).keys()


def test_a_log_with_large_gaps_between_ids_is_recovered(store: Store) -> None:
    round_id = store.new_round("Forår")
    known = store.log(round_id)
    later = [
        replace(known[-1], id=id_, act=id_, item=f"C{id_ % 9}", field="note", value=f"note {id_}")
        for id_ in (*range(90_000, 90_050), *range(500_000, 500_050))
    ]
    with database.write_transaction(store.path) as db:
        queries.insert(db, later)
    healthy, before = store.path.read_bytes(), rows(store)
    assert len(before) == len(known) + 100
    hit = healthy.index(b"note 90025")
    store.path.write_bytes(with_flipped_bits(healthy, [hit * 8]))
    notice = run_maintenance(store)
    assert notice
    assert notice.details["changes"] == str(len(before) - 1)
    assert rows(store).items() <= before.items()


def test_every_row_between_two_damaged_pages_is_recovered(store: Store) -> None:
    round_id = store.new_round("Forår")
    first = store.log(round_id)[-1]
    later = [
        replace(first, id=id_, act=id_, item=f"C{id_ % 9}", field="note", value=f"note {id_}")
        for id_ in range(first.id + 1, 900)
    ]
    with database.write_transaction(store.path) as db:
        queries.insert(db, later)
    damaged, before = bytearray(store.path.read_bytes()), rows(store)
    leaves = [at for at in range(4096, len(damaged), 4096) if damaged[at] == 0x0D]
    hit = 0
    for page in (leaves[len(leaves) // 5], leaves[len(leaves) * 4 // 5]):
        hit += damaged[page + 2048 : page + 4096].count(b"note ")
        damaged[page + 2048 : page + 4096] = bytes(2048)
    store.path.write_bytes(damaged)
    assert run_maintenance(store)
    found = rows(store)
    assert found.items() <= before.items()
    assert (
        0 < len(before) - len(found) <= hit + 2
    )  # and the row that begins before each zeroed half


@pytest.mark.parametrize("count", [None, "x", -1, 2**62, 3])
def test_a_corrupted_id_sequence_hides_no_row(
    store: Store, healthy: Healthy, count: object
) -> None:
    store.path.write_bytes(healthy.data)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        db.execute("UPDATE sqlite_sequence SET seq = ?", (count,))
    damaged = store.path.read_bytes()
    hits = [hit.start() for hit in re.finditer(rb"C\dnote", damaged)]
    store.path.write_bytes(with_flipped_bits(damaged, [hits[4] * 8, hits[-4] * 8]))
    assert run_maintenance(store)
    assert len(rows(store)) >= len(healthy.rows) - 2


@pytest.mark.parametrize("length", [0, 100, 4096, 12 * 4096, 12 * 4096 + 2000])
def test_the_rest_of_a_truncated_file_is_recovered(
    store: Store, healthy: Healthy, length: int
) -> None:
    store.path.write_bytes(healthy.data[:length])
    store.progress()
    found = rows(store)
    assert found.items() <= healthy.rows.items() or length > 4096
    notice = run_maintenance(store)
    if length == 0:  # indistinguishable from a new file
        assert notice is None
    else:
        assert notice is not None
        is_any = bool(found)
        assert is_any == (length > 4096)
        assert notice.code == ("store_recovered" if is_any else "store_reset")
        assert notice.details["changes"] == str(len(found))


def test_an_emptied_file_is_restored_from_its_backup(store: Store) -> None:
    now = store.record(None, {("C1", "answer"): "missing"}, "Første")
    assert now.round is not None
    assert run_maintenance(store) is None
    store.path.write_bytes(b"")
    assert store.undo(now.round.id)
    notice = run_maintenance(store)
    assert notice is not None
    assert (notice.code, notice.details["rounds"]) == ("store_from_backup", "1")


INVALID_ROWS = {
    "time": "'yesterday', 99, '{round}', 'C2', 'answer', 'missing'",
    "value": "'2027-03-01T12:00:00.000000+00:00', 99, '{round}', 'C2', 'answer', 'perhaps'",
    "field": "'2027-03-01T12:00:00.000000+00:00', 99, '{round}', 'C2', 'answes', 'missing'",
    "letter": "'2027-03-01T12:00:00.000000+00:00', 99, '{round}', CAST(x'ff' AS TEXT), 'due', 'x'",
}


def add_invalid_row(store: Store, kind: str = "value") -> None:
    with closing(sqlite3.connect(store.path)) as db:
        values = INVALID_ROWS[kind].replace("{round}", store.rounds()[-1].round.id)
        columns = "id, at, act, round, item, field, value, checksum"
        db.execute(f"INSERT INTO change ({columns}) VALUES (99, {values}, 0)")
        db.commit()
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("kind", INVALID_ROWS)
def test_invalid_rows_are_detected_although_sqlite_sees_no_damage(store: Store, kind: str) -> None:
    store.record(None, {("C1", "note"): "n"}, "Første")
    known = rows(store)
    add_invalid_row(store, kind)
    before = store.path.read_bytes()
    notice = run_maintenance(store)
    assert notice is not None
    assert notice.code == "store_recovered"
    assert Path(notice.where).read_bytes() == before
    assert rows(store) == known


def test_a_round_that_lost_its_name_keeps_its_id_and_is_named_by_its_date(store: Store) -> None:
    now = store.record(None, {("C1", "note"): "n"}, "Første")
    assert now.round is not None
    named = now.round.id
    lost = store.new_round("Efterår")
    store.record(lost, {("C2", "answer"): "missing"}, "Første")
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("DROP TRIGGER change_is_never_altered")
        db.execute("UPDATE change SET field = 'nane' WHERE round = ? AND field = 'name'", (lost,))
        db.commit()
    assert run_maintenance(store) is not None
    first, second = store.rounds()
    assert (first.round.id, first.round.name) == (named, "Første")
    assert store.progress(named).state("C1").note == "n"
    assert (second.round.id, second.current) == (lost, True)
    assert second.round.name == second.round.started.date().isoformat()
    assert second.answers == {"C2": Answer.MISSING}
    assert store.undo(lost)


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"
HOSTILE = {
    "ignores": ["CREATE TRIGGER x BEFORE INSERT ON change BEGIN SELECT RAISE(IGNORE); END"],
    "deletes": [
        "DROP TRIGGER change_is_never_deleted",
        "CREATE TRIGGER x AFTER INSERT ON change BEGIN DELETE FROM change; END",
    ],
    "alters": [
        "DROP TRIGGER change_is_never_altered",
        "CREATE TRIGGER x AFTER INSERT ON change"
        " BEGIN UPDATE change SET value = 'in_place' WHERE field = 'answer'; END",
    ],
    "missing trigger": ["DROP TRIGGER change_is_never_altered"],
    "extra index": ["CREATE INDEX extra ON change (value)"],
    "endless view": [
        "ALTER TABLE change RENAME TO other",
        f"CREATE VIEW change AS {ENDLESS} i AS id, '' AS at, 1 AS act, 1 AS undoes,"
        " '' AS round, '' AS item, '' AS field, '' AS value, 1 AS checksum FROM n",
    ],
    "view shadowing a pragma": [f"CREATE VIEW pragma_application_id AS {ENDLESS} i AS id FROM n"],
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_foreign_schema_is_never_executed(stoette: CommandLine, store: Store, kind: str) -> None:
    assert stoette("answer", "timing", "missing").status == 0
    shutil.rmtree(store.path.parent / "backups")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        for statement in HOSTILE[kind]:
            db.execute(statement)
    before = store.path.read_bytes()
    done = stoette("answer", "form", "missing")
    assert done.status == 0, done.err
    [aside] = store.path.parent.glob("progress-damaged-*")
    assert aside.read_bytes() == before
    assert {item: state.answer for item, state in store.progress().items.items()} == {
        "timing": Answer.MISSING,
        "form": Answer.MISSING,
    }
    assert run_maintenance(store) is None


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_leftover_write_ahead_log_is_read(store: Store, is_damaged: bool) -> None:
    store.record(None, {("C1", "note"): "n"}, "Første")
    script = """
import os, signal, sqlite3, sys
from msgspec.structs import replace
from stoette_tui.store import queries
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA wal_autocheckpoint = 0")
*_, note = queries.as_changes(db.execute("SELECT * FROM change"))
queries.insert(db, [replace(note, id=note.id + 1, value="later")])
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", script, store.path], check=False, timeout=60)
    assert Path(f"{store.path}-wal").stat().st_size
    if is_damaged:
        store.path.write_bytes(b"Not SQLite, to be sure" + store.path.read_bytes()[22:])
    assert store.progress().state("C1").note == "later"
    assert bool(run_maintenance(store)) == is_damaged
    store.record(None, {("C1", "note"): "last"}, "Første")
    assert store.progress().state("C1").note == "last"
    assert [path.name for path in store.path.parent.iterdir() if "-wal" in path.name] == []


def test_eight_concurrent_processes_recover_a_file_once_and_lose_nothing(
    store: Store, healthy: Healthy
) -> None:
    script = """
import sys
from pathlib import Path
from stoette_tui.store import Store
store = Store(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(5):
    store.record(None, {(sys.argv[2], "note"): str(number)}, "Første")
    store.maintenance.run()
"""
    store.path.write_bytes(with_flipped_bits(healthy.data, [0]))
    folder = store.path.parent
    run_together([[sys.executable, "-c", script, folder, f"P{n}"] for n in range(8)])
    found = rows(store)
    assert healthy.rows.items() <= found.items()
    for number in range(8):
        mine = [row[-1] for row in found.values() if row[2] == f"P{number}"]
        assert mine == [str(count) for count in range(5)]
    names = {path.name for path in store.path.parent.iterdir()} - {FILE_NAME, "backups"}
    assert len(names) == 1, names
    assert run_maintenance(store) is None


def test_a_recovery_killed_at_any_step_is_completed_by_the_next_process(
    store: Store, healthy: Healthy
) -> None:
    imports = """
import os, signal, sys
from pathlib import Path
from stoette_tui.store import Store
import filelock, sqlite3, urllib.parse, stoette_tui.store.recovery
"""
    script = """
remaining = int(sys.argv[2])
def count(event, arguments):
    global remaining
    if event in ("open", "os.rename", "os.link", "os.remove", "os.chmod", "sqlite3.connect"):
        remaining -= 1
        if not remaining:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
Store(Path(sys.argv[1])).progress()
"""
    damaged = with_flipped_bits(healthy.data, [0])
    killed = 0
    with forking(imports, script, store.path.parent) as run:
        for steps in range(1, 100):
            store.path.write_bytes(damaged)
            status = run(steps)
            assert rows(store) == healthy.rows
            asides = list(store.path.parent.glob("progress-damaged-*.sqlite3"))
            assert asides
            assert {aside.read_bytes() for aside in asides} == {damaged}
            shutil.rmtree(store.path.parent)
            store.path.parent.mkdir()
            if status == 0:
                break
            assert status == -signal.SIGKILL
            killed += 1
    assert killed >= 10


def test_a_damaged_file_that_cannot_be_set_aside_is_reported(
    store: Store, healthy: Healthy
) -> None:
    script = """
import os, sys
from pathlib import Path
from stoette_tui.base.problems import ProblemError
from stoette_tui.store import Store
import filelock, sqlite3, urllib.parse, stoette_tui.store.recovery
folder = Path(sys.argv[1])
folder.chmod(0o500)
if os.getuid() == 0:
    for path in (folder, *folder.iterdir()):
        os.chown(path, 65534, 65534)
    os.seteuid(65534)
try:
    Store(folder).progress()
except ProblemError as error:
    print(error.problems[0].code)
"""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        place = Path(folder) / "data"
        place.mkdir()
        (place / FILE_NAME).write_bytes(with_flipped_bits(healthy.data, [0]))
        done = subprocess.run(
            [sys.executable, "-c", script, place], capture_output=True, text=True, timeout=60
        )
        assert (done.stdout, done.stderr) == ("store_unknown_format\n", "")
        assert [path.name for path in place.iterdir()] == [FILE_NAME]


def test_a_log_is_recovered_from_read_only_backups(healthy: Healthy) -> None:
    script = """
import os, sys
from pathlib import Path
from stoette_tui.store import Store
import filelock, sqlite3, urllib.parse, stoette_tui.store.recovery
folder = Path(sys.argv[1])
if os.getuid() == 0:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 65534, 65534)
    os.seteuid(65534)
(folder / "backups").chmod(0o500)
store = Store(folder)
print(store.rounds()[0].round.name, *(each.code for each in store.maintenance.take_notices()))
(folder / "backups").chmod(0o700)
"""
    with TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        damaged = Store(Path(parent) / "data")
        damaged.path.parent.mkdir()
        damaged.path.write_text("of another program")
        write_backup(damaged, healthy)
        done = subprocess.run(
            [sys.executable, "-c", script, damaged.path.parent],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.stdout, done.stderr) == ("Forår store_from_backup\n", "")


def test_a_healthy_log_is_left_alone(store: Store, healthy: Healthy) -> None:
    store.path.write_bytes(healthy.data)
    assert recovery.recover(store.path) is None
    assert run_maintenance(store) is None
    assert store.path.read_bytes() == healthy.data
    assert [path.name for path in store.path.parent.iterdir()] == [FILE_NAME]


# What is reported


def corrupt(path: Path) -> None:
    path.write_bytes(with_flipped_bits(path.read_bytes(), [0]))


@pytest.mark.parametrize("arguments", [("status",), ("answer", "timing", "in-place"), ("rounds",)])
def test_a_command_succeeds_and_reports_the_recovery(
    stoette: CommandLine, data_dir: Path, arguments: tuple[str, ...]
) -> None:
    assert stoette("answer", "form", "missing").status == 0
    shutil.rmtree(data_dir / "backups")
    corrupt(data_dir / FILE_NAME)
    done = stoette(*arguments)
    assert done.status == 0
    assert done.out
    [line] = done.err.splitlines()
    assert line.startswith(f"{data_dir}/progress-damaged-")
    assert "gennemgange: 1, ændringer: 3" in line
    assert stoette("status").err == ""
    assert '"missing": 1' in stoette("status", "--json").out


async def test_the_app_checks_the_log_after_its_first_screen_and_reports_the_recovery(
    store: Store,
) -> None:
    store.record(None, {("good-relations", "answer"): "in_place"}, "Første")
    add_invalid_row(store)
    async with opened(store.path.parent, size=(120, 40)) as reader:
        await reader.sees("progress-damaged-")
        await reader.press("3", "home", "down", "x")
        assert reader.answers() == {reader.items[0].id: "in_place", reader.items[1].id: "missing"}


def test_a_window_reports_the_recovery_of_a_file_damaged_before_it_opened(store: Store) -> None:
    store.record(None, {("good-relations", "answer"): "in_place"}, "Første")
    corrupt(store.path)
    with Terminal(size=(120, 40), typed_ahead="3") as terminal:
        terminal.wait_for("progress-damaged-")
        terminal.wait_for("☑ Vi gør os umage")
        terminal.press("home", "x")
        terminal.wait_for("☒ Vi gør os umage")
        terminal.wait_for(lambda screen: "progress-damaged-" not in screen)


def test_a_window_recovers_a_file_damaged_while_it_is_open(
    stoette: CommandLine, store: Store
) -> None:
    store.record(None, {("good-relations", "answer"): "in_place"}, "Første")
    with Terminal(size=(120, 40), typed_ahead="3") as terminal:
        terminal.wait_for("☑ Vi gør os umage")
        terminal.press("home", "down", "x")
        terminal.wait_for("☒ Nye kolleger")
        corrupt(store.path)
        terminal.press("down", "x")
        terminal.wait_for("☒ Alle kan frit")
        terminal.wait_for("beskadiget")
        done = stoette("answer", "timing", "in-place")
        assert (done.status, done.err) == (0, "")
        terminal.wait_for("☑ Den, der har brug for støtte")
        terminal.press("space")
        terminal.wait_for("☑ Alle kan frit")
        terminal.kill()
    items = store.progress().items
    assert [state.answer for state in items.values()] == [
        "in_place",
        "missing",
        "in_place",
        "in_place",
    ]
    assert run_maintenance(store) is None
