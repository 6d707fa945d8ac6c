"""What becomes of a damaged log: set aside untouched, and what it still says is there again."""

from __future__ import annotations

import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
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
from test_store import use_everything

from stoette_tui.base.data_folder import LOG as FILE_NAME
from stoette_tui.base.problems import ProblemError
from stoette_tui.review.progress import Answer
from stoette_tui.store import Store, database, maintenance, queries, recovery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import CommandLine

    from stoette_tui.base.problems import Problem

Rows = dict[int, tuple[object, ...]]


@dataclass(frozen=True, repr=False)
class Healthy:
    """A log of some pages, as the store wrote it, and its rows; and as it was a little before."""

    data: bytes = field(repr=False)
    rows: Rows = field(repr=False)
    backup: bytes = field(repr=False)
    backed_up: Rows = field(repr=False)


def rows(store: Store) -> Rows:
    """The whole log. What was one action is not compared, as one lost row can divide it."""
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


def lay_backup(store: Store, healthy: Healthy) -> None:
    """Puts the earlier state of the log where its newest backup lies."""
    backup = maintenance.backup_of_today(store.path)
    backup.parent.mkdir()
    backup.write_bytes(healthy.backup)


@contextmanager
def new_store() -> Iterator[Store]:
    """For tests that hypothesis runs many times over."""
    with TemporaryDirectory() as folder:
        yield Store(Path(folder))


@pytest.fixture
def store(data_dir: Path) -> Store:
    data_dir.mkdir()
    return Store(data_dir)


def news(store: Store) -> Problem | None:
    """What is told when all has been looked after: nothing, or one thing that is also so."""
    told = store.maintenance.run()
    assert len(told) <= 1
    return told[0] if told else None


def is_newer(store: Store) -> bool:
    """Whether it is refused as that of a newer program; else all is well with it from now on."""
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
    "flip": st.lists(st.integers(0, 2**20), min_size=1, max_size=40).map(
        lambda bits: lambda data: with_flipped_bits(data, bits)
    ),
    "cut": st.integers(0, 30_000).map(lambda length: lambda data: data[:length]),
    "page of zeros": st.integers(0, 12).map(
        lambda page: lambda data: data[: page * 4096] + bytes(4096) + data[(page + 1) * 4096 :]
    ),
    "other": st.binary(max_size=300).map(lambda other: lambda data: other),
}


@settings(max_examples=30)
@given(bit=st.integers(0, 2**19))
@example(bit=0)
@example(bit=16 * 8 + 4)  # the size of a page
@example(bit=18 * 8 + 1)  # whether it may be written to
@example(bit=100 * 8)  # what kind of page the first one is
@example(bit=4096 * 8)
def test_a_flipped_bit_costs_nothing_that_is_in_the_backup(healthy: Healthy, bit: int) -> None:
    damaged = with_flipped_bits(healthy.data, [bit])
    with new_store() as store:
        store.path.write_bytes(damaged)
        lay_backup(store, healthy)
        if is_newer(store):  # the version is what was hit
            return
        told = news(store)
        found = rows(store)
        assert healthy.backed_up.items() <= found.items()
        known = set(healthy.rows.values())
        other = [row for row in found.values() if row not in known]
        assert not [row for row in other if row[2]], "no answer or plan is altered"
        if told:
            assert Path(told.where).read_bytes() == damaged
            assert told.code.startswith("store_recovered") or told.code == "store_from_backup"
            assert told.details["changes"] == str(len(found) - len(other))


@settings(max_examples=40)
@given(damage=st.one_of(*DAMAGES.values()))
def test_no_use_of_a_damaged_file_ends_in_a_traceback(
    healthy: Healthy, damage: Callable[[bytes], bytes]
) -> None:
    with new_store() as store:
        store.path.write_bytes(damage(healthy.data))
        use_everything(store, round_id=str(next(iter(healthy.rows.values()))[1]))


def test_a_round_whose_name_is_hit_gets_one_beside_what_was_recovered(healthy: Healthy) -> None:
    hits = list(re.finditer("Efterår".encode(), healthy.data))
    assert hits
    for hit in hits:
        with new_store() as store:
            store.path.write_bytes(with_flipped_bits(healthy.data, [hit.start() * 8]))
            lay_backup(store, healthy)
            told = news(store)
            assert told
            assert told.details["changes"] == str(len(healthy.rows) - 1)
            first, second = (each.round.name for each in store.rounds())
            assert first == "Forår"
            assert second not in ("", "Forår", "Efterår")


def test_no_text_is_altered_unseen(healthy: Healthy) -> None:
    places = [match.start() for match in re.finditer(rb"C\d(note|action)|202\d-", healthy.data)]
    chance = random.Random(6)
    for _ in range(20):
        bit = (chance.choice(places) + chance.randrange(5)) * 8 + chance.randrange(8)
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
        assert news(store) is None
        known, damaged = rows(store), damage(store.path.read_bytes())
        store.path.write_bytes(damaged)
        again = Store(store.path.parent)
        if is_newer(again):
            return
        told = news(again)
        if told:
            assert known.items() <= rows(again).items()
            assert Path(told.where).read_bytes() == damaged
        else:  # one letter in place of another is no damage that anyone could see
            assert known.keys() == rows(again).keys()


def test_a_file_whose_first_rows_went_long_ago_is_read_as_well(store: Store) -> None:
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
    told = news(store)
    assert told
    assert told.details["changes"] == str(len(before) - 1)
    assert rows(store).items() <= before.items()


def test_between_two_damaged_pages_every_row_is_found(store: Store) -> None:
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
    assert news(store)
    found = rows(store)
    assert found.items() <= before.items()
    assert 0 < len(before) - len(found) <= hit + 2  # and one row that begins before each half


@pytest.mark.parametrize("count", [None, "x", -1, 2**62, 3])
def test_a_damaged_count_of_ids_hides_no_row(store: Store, healthy: Healthy, count: object) -> None:
    store.path.write_bytes(healthy.data)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        db.execute("UPDATE sqlite_sequence SET seq = ?", (count,))
    damaged = store.path.read_bytes()
    hits = [hit.start() for hit in re.finditer(rb"C\dnote", damaged)]
    store.path.write_bytes(with_flipped_bits(damaged, [hits[4] * 8, hits[-4] * 8]))
    assert news(store)
    assert len(rows(store)) >= len(healthy.rows) - 2


@pytest.mark.parametrize("length", [0, 100, 4096, 12 * 4096, 12 * 4096 + 2000])
def test_of_a_cut_file_what_is_left_is_there(store: Store, healthy: Healthy, length: int) -> None:
    store.path.write_bytes(healthy.data[:length])
    store.progress()
    found = rows(store)
    assert found.items() <= healthy.rows.items() or length > 4096
    told = news(store)
    if length == 0:  # nothing was ever written, for all that can be known
        assert told is None
    else:
        assert told is not None
        is_any = bool(found)
        assert is_any == (length > 4096)
        assert told.code == ("store_recovered" if is_any else "store_reset")
        assert told.details["changes"] == str(len(found))


def test_an_emptied_file_is_no_new_one_where_there_is_a_backup(store: Store) -> None:
    now = store.record(None, {("C1", "answer"): "missing"}, "Første")
    assert now.round is not None
    assert news(store) is None
    store.path.write_bytes(b"")
    assert store.undo(now.round.id)
    told = news(store)
    assert told is not None
    assert (told.code, told.details["rounds"]) == ("store_from_backup", "1")


SENSELESS = {
    "time": "'yesterday', 99, '{round}', 'C2', 'answer', 'missing'",
    "value": "'2027-03-01T12:00:00.000000+00:00', 99, '{round}', 'C2', 'answer', 'perhaps'",
    "field": "'2027-03-01T12:00:00.000000+00:00', 99, '{round}', 'C2', 'answes', 'missing'",
    "letter": "'2027-03-01T12:00:00.000000+00:00', 99, '{round}', CAST(x'ff' AS TEXT), 'due', 'x'",
}


def add_a_senseless_row(store: Store, kind: str = "value") -> None:
    with closing(sqlite3.connect(store.path)) as db:
        values = SENSELESS[kind].replace("{round}", store.rounds()[-1].round.id)
        columns = "id, at, act, round, item, field, value, checksum"
        db.execute(f"INSERT INTO change ({columns}) VALUES (99, {values}, 0)")
        db.commit()
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("kind", SENSELESS)
def test_senseless_rows_are_met_where_sqlite_sees_no_damage(store: Store, kind: str) -> None:
    store.record(None, {("C1", "note"): "n"}, "Første")
    known = rows(store)
    add_a_senseless_row(store, kind)
    before = store.path.read_bytes()
    told = news(store)
    assert told is not None
    assert told.code == "store_recovered"
    assert Path(told.where).read_bytes() == before
    assert rows(store) == known


def test_rounds_keep_their_ids_and_get_a_name_where_theirs_is_lost(store: Store) -> None:
    now = store.record(None, {("C1", "note"): "n"}, "Første")
    assert now.round is not None
    named = now.round.id
    lost = store.new_round("Efterår")
    store.record(lost, {("C2", "answer"): "missing"}, "Første")
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("DROP TRIGGER change_is_never_altered")
        db.execute("UPDATE change SET field = 'nane' WHERE round = ? AND field = 'name'", (lost,))
        db.commit()
    assert news(store) is not None
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
    "a trigger less": ["DROP TRIGGER change_is_never_altered"],
    "an index more": ["CREATE INDEX more ON change (value)"],
    "an endless view": [
        "ALTER TABLE change RENAME TO other",
        f"CREATE VIEW change AS {ENDLESS} i AS id, '' AS at, 1 AS act, 1 AS undoes,"
        " '' AS round, '' AS item, '' AS field, '' AS value, 1 AS checksum FROM n",
    ],
    "a view for a pragma": [f"CREATE VIEW pragma_application_id AS {ENDLESS} i AS id FROM n"],
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_schema_that_is_not_ours_runs_nothing(
    stoette: CommandLine, store: Store, kind: str
) -> None:
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
    assert news(store) is None


@pytest.mark.parametrize("is_damaged", [False, True])
def test_what_the_first_releases_wrote_ahead_is_read(store: Store, is_damaged: bool) -> None:
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
    assert bool(news(store)) == is_damaged
    store.record(None, {("C1", "note"): "last"}, "Første")
    assert store.progress().state("C1").note == "last"
    assert [path.name for path in store.path.parent.iterdir() if "-wal" in path.name] == []


def test_eight_processes_that_meet_the_damage_lose_nothing_and_mend_it_once(
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
    assert news(store) is None


def test_killed_at_any_step_it_is_mended_by_the_next(store: Store, healthy: Healthy) -> None:
    imports = """
import os, signal, sys
from pathlib import Path
from stoette_tui.store import Store
import filelock, sqlite3, urllib.parse, stoette_tui.store.recovery
"""
    script = """
left = int(sys.argv[2])
def count(event, arguments):
    global left
    if event in ("open", "os.rename", "os.link", "os.remove", "os.chmod", "sqlite3.connect"):
        left -= 1
        if not left:
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


def test_where_nothing_can_be_set_aside_it_is_said(store: Store, healthy: Healthy) -> None:
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


def test_backups_that_can_only_be_read_are_of_use(healthy: Healthy) -> None:
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
        there = Store(Path(parent) / "data")
        there.path.parent.mkdir()
        there.path.write_text("of another program")
        lay_backup(there, healthy)
        done = subprocess.run(
            [sys.executable, "-c", script, there.path.parent],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.stdout, done.stderr) == ("Forår store_from_backup\n", "")


def test_a_healthy_log_is_left_alone(store: Store, healthy: Healthy) -> None:
    store.path.write_bytes(healthy.data)
    assert recovery.recover(store.path) is None
    assert news(store) is None
    assert store.path.read_bytes() == healthy.data
    assert [path.name for path in store.path.parent.iterdir()] == [FILE_NAME]


# What the reader is told


def spoil(path: Path) -> None:
    path.write_bytes(with_flipped_bits(path.read_bytes(), [0]))


@pytest.mark.parametrize("arguments", [("status",), ("answer", "timing", "in-place"), ("rounds",)])
def test_a_command_does_its_work_and_says_what_was_mended(
    stoette: CommandLine, data_dir: Path, arguments: tuple[str, ...]
) -> None:
    assert stoette("answer", "form", "missing").status == 0
    shutil.rmtree(data_dir / "backups")
    spoil(data_dir / FILE_NAME)
    done = stoette(*arguments)
    assert done.status == 0
    assert done.out
    [line] = done.err.splitlines()
    assert line.startswith(f"{data_dir}/progress-damaged-")
    assert "gennemgange: 1, ændringer: 3" in line
    assert stoette("status").err == ""
    assert '"missing": 1' in stoette("status", "--json").out


async def test_the_app_looks_after_its_first_screen_and_says_what_was_mended(store: Store) -> None:
    store.record(None, {("good-relations", "answer"): "in_place"}, "Første")
    add_a_senseless_row(store)
    async with opened(store.path.parent, size=(120, 40)) as reader:
        await reader.sees("progress-damaged-")
        await reader.press("3", "home", "down", "x")
        assert reader.answers() == {reader.items[0].id: "in_place", reader.items[1].id: "missing"}


def test_a_file_that_is_damaged_from_the_start_is_said_above_the_keys(store: Store) -> None:
    store.record(None, {("good-relations", "answer"): "in_place"}, "Første")
    spoil(store.path)
    with Terminal(size=(120, 40), typed_ahead="3") as terminal:
        terminal.wait_for("progress-damaged-")
        terminal.wait_for("☑ Vi gør os umage")
        terminal.press("home", "x")
        terminal.wait_for("☒ Vi gør os umage")
        terminal.wait_for(lambda screen: "progress-damaged-" not in screen)


def test_a_window_mends_what_is_spoiled_under_it(stoette: CommandLine, store: Store) -> None:
    store.record(None, {("good-relations", "answer"): "in_place"}, "Første")
    with Terminal(size=(120, 40), typed_ahead="3") as terminal:
        terminal.wait_for("☑ Vi gør os umage")
        terminal.press("home", "down", "x")
        terminal.wait_for("☒ Nye kolleger")
        spoil(store.path)
        terminal.press("down", "x")
        terminal.wait_for("☒ Alle kan frit")
        terminal.wait_for("beskadiget")
        done = stoette("answer", "timing", "in-place")
        assert (done.status, done.err) == (0, "")
        terminal.wait_for("☑ Den, der har brug for støtte")
        terminal.press("space")
        terminal.wait_for("☑ Alle kan frit")
        terminal.kill()
    given = store.progress().items
    assert [state.answer for state in given.values()] == [
        "in_place",
        "missing",
        "in_place",
        "in_place",
    ]
    assert news(store) is None
