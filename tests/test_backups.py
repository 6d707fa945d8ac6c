"""The daily backup: when it is made, that it is intact, how many are kept, and restoring it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from app_driver import opened
from conftest import run_together
from terminal import Terminal
from test_hardship import UNPRIVILEGED, wait_for_backup

from stoette_tui.base import data_folder as data
from stoette_tui.review.progress import Answer
from stoette_tui.store import Store, database, maintenance, queries, recovery

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import CommandLine

    from stoette_tui.review.progress import Change

TODAY = f"progress-0001-{date.today().isoformat()}.sqlite3"


@pytest.fixture
def store(data_dir: Path) -> Store:
    store = Store(data_dir)
    store.record(None, {("timing", "answer"): "missing"}, "Første")
    return store


class Day(date):
    """A `date` whose today is set by the test."""

    now = date(2027, 3, 1)

    @classmethod
    def today(cls) -> Day:
        return cls.fromordinal(cls.now.toordinal())


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> type[Day]:
    monkeypatch.setattr(maintenance, "date", Day)
    return Day


def backup_names(store: Store) -> list[str]:
    return sorted(path.name for path in (store.path.parent / "backups").iterdir())


def test_a_change_makes_one_private_backup_a_day(store: Store) -> None:
    umask = os.umask(0)
    assert store.maintenance.run() == []
    os.umask(umask)
    folder = store.path.parent / "backups"
    assert backup_names(store) == [TODAY]
    assert folder.stat().st_mode & 0o7777 == 0o700
    assert (folder / TODAY).stat().st_mode & 0o7777 == 0o600
    with closing(sqlite3.connect(folder / TODAY)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA journal_mode").fetchall() == [("delete",)]
    log = recovery.read(folder / TODAY)
    assert log == store.log(log[0].round)


def test_reads_and_edits_without_effect_make_no_backup(store: Store) -> None:
    again = Store(store.path.parent)
    again.progress()
    again.record(None, {("timing", "answer"): "missing"}, "Første")
    assert again.maintenance.run() == []
    assert not (store.path.parent / "backups").exists()


def test_a_second_change_on_the_same_day_does_not_rewrite_the_backup(store: Store) -> None:
    store.maintenance.run()
    before = (store.path.parent / "backups" / TODAY).read_bytes()
    store.record(None, {("timing", "answer"): "in_place"}, "Første")
    store.maintenance.run()
    assert (store.path.parent / "backups" / TODAY).read_bytes() == before


def test_every_command_refreshes_the_backup_even_of_a_long_log(
    stoette: CommandLine, store: Store
) -> None:
    store.record(None, {("timing", "note"): "n" * 500_000}, "Første")
    for answer in ("in-place", "not-relevant"):
        assert stoette("answer", "form", answer).status == 0
    (*_, last) = recovery.read(store.path.parent / "backups" / TODAY)
    assert last.value == "not_relevant"


def test_keeps_the_newest_ten_backups_and_leaves_other_files_alone(
    store: Store, day: type[Day]
) -> None:
    folder = store.path.parent / "backups"
    folder.mkdir()
    (folder / "progress-2026-01-01.sqlite3.txt").write_text("somebody's own")
    for number in range(13):
        day.now = date(2027, 2, 25) + timedelta(number)
        store.record(None, {("timing", "note"): str(number)}, "Første")
        assert store.maintenance.run() == []
    kept = [(date(2027, 2, 28) + timedelta(number)).isoformat() for number in range(10)]
    assert [backup.day for backup in data.backups(store.path)] == kept[::-1]
    assert len(backup_names(store)) == 11


def test_a_failed_backup_is_reported_once_and_blocks_nothing(store: Store) -> None:
    folder = store.path.parent / "backups"
    folder.write_text("in the way")
    [problem] = store.maintenance.run()
    assert (problem.code, problem.where) == ("backup_failed", str(folder / TODAY))
    assert problem.details["reason"]
    assert store.maintenance.run() == []
    store.record(None, {("timing", "answer"): "in_place"}, "Første")
    assert store.progress().state("timing").answer == Answer.IN_PLACE


def test_a_full_disk_leaves_no_partial_backup(store: Store) -> None:
    script = """
import resource, sys
from pathlib import Path
from stoette_tui.store import Store
store = Store(Path(sys.argv[1]))
store.record(None, {("timing", "note"): "n"}, "Første")
limit = store.path.stat().st_size // 2
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
print(*(problem.code for problem in store.maintenance.run()))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, store.path.parent],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("backup_failed\n", "")
    assert backup_names(store) == []


def test_a_corrupted_log_is_recovered_before_it_is_backed_up(store: Store) -> None:
    damaged = bytearray(store.path.read_bytes())
    damaged[damaged.index(b"missing")] ^= 1
    store.path.write_bytes(damaged)
    assert [problem.code for problem in store.maintenance.run()] == ["store_recovered"]
    log = recovery.read(store.path.parent / "backups" / TODAY)
    assert [change.field for change in log] == ["name", "opened"]


async def test_the_app_makes_a_backup_after_an_answer(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3", "space")
        await reader.sees(lambda: (data_dir / "backups" / TODAY).exists())


# Restoring


def test_quitting_backs_up_the_last_answers(data_dir: Path) -> None:
    with Terminal(typed_ahead="3") as terminal:
        terminal.wait_for("☐ Nye kolleger")
        terminal.press("space")
        terminal.wait_for("☑ Vi gør os umage")
        wait_for_backup(terminal, data_dir)
        terminal.press("down", "x")
        terminal.wait_for("☒ Nye kolleger")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    (*_, last) = recovery.read(data_dir / "backups" / TODAY)
    assert last.value == "missing"


def restored_beside(name: str) -> str:
    """The output about a round that is restored beside the open one."""
    return f"Hentet ind: {name} – åbn den med stoette-tui rounds use '{name}'\n"


def test_restore_adds_the_rounds_beside_the_present_ones(
    stoette: CommandLine, store: Store
) -> None:
    store.rename_round(store.rounds()[0].round.id, "Forår")
    store.new_round("Efterår")
    store.maintenance.run()
    before = {each.round.id: store.log(each.round.id) for each in store.rounds()}
    done = stoette("restore")
    assert (done.status, done.err) == (0, "")
    assert done.out == restored_beside("Forår (2)") + restored_beside("Efterår (2)")
    for round_id, log in before.items():
        assert store.log(round_id)[: len(log)] == log
    after = store.rounds()
    assert [each.round.name for each in after] == ["Forår", "Forår (2)", "Efterår", "Efterår (2)"]
    assert [each.current for each in after] == [False, False, True, False]
    assert after[1].answers == {"timing": Answer.MISSING}


def test_restore_without_a_log_reopens_the_round_that_was_open(
    stoette: CommandLine, store: Store
) -> None:
    first = store.rounds()[0].round.id
    store.new_round("Efterår")
    store.open_round(first)
    store.maintenance.run()
    store.path.unlink()
    assert stoette("restore").out == "Hentet ind: Første\n" + restored_beside("Efterår")
    assert [each.current for each in store.rounds()] == [True, False]


@pytest.mark.parametrize("given", ["2027-03-01", "1.3.2027"])
def test_restore_takes_the_given_day(
    stoette: CommandLine, store: Store, day: type[Day], given: str
) -> None:
    for number in range(3):
        day.now = date(2027, 2, 28) + timedelta(number)
        store.record(None, {("timing", "note"): str(number)}, "Første")
        store.maintenance.run()
    assert stoette("restore", given).status == 0
    assert [store.progress(each.round.id).state("timing").note for each in store.rounds()] == [
        "2",
        "1",
    ]
    listed = stoette("paths").out.splitlines()[3:]
    assert [line.rpartition(" ")[2] for line in listed][1:] == [
        str(store.path.parent / "backups" / f"progress-000{number}-{day_of}.sqlite3")
        for number, day_of in ((3, "2027-03-02"), (2, "2027-03-01"), (1, "2027-02-28"))
    ]


def test_backups_with_future_dates_do_not_push_out_newer_ones(store: Store, day: type[Day]) -> None:
    ahead = [date(2030, 1, 1) + timedelta(number) for number in range(10)]
    for day.now in [date(2027, 3, 1), *ahead, date(2027, 3, 2), date(2027, 3, 3)]:
        store.record(None, {("timing", "note"): str(day.now)}, "Første")
        assert store.maintenance.run() == []
    kept = [backup.day for backup in data.backups(store.path)]
    assert kept == [str(each) for each in (date(2027, 3, 3), date(2027, 3, 2), *ahead[:1:-1])]
    [*_, last] = recovery.read(data.backups(store.path)[0].file)
    assert last.value == "2027-03-03"


def test_unnumbered_backups_of_the_first_releases_sort_last(
    stoette: CommandLine, store: Store
) -> None:
    store.maintenance.run()
    [backup] = data.backups(store.path)
    for name in ("progress-2026-01-01.sqlite3", "progress-2099-01-01.sqlite3"):
        shutil.copy(backup.file, backup.file.with_name(name))
    assert [each.day for each in data.backups(store.path)] == [
        backup.day,
        "2099-01-01",
        "2026-01-01",
    ]
    assert stoette("restore", "2026-01-01").status == 0


def test_restore_fails_with_one_line_and_changes_nothing(
    stoette: CommandLine, data_dir: Path, store: Store
) -> None:
    before = store.path.read_bytes()
    for arguments, status, message in (
        ((), 1, "ingen sikkerhedskopi"),
        (("2027-03-01",), 1, "ingen sikkerhedskopi"),
    ):
        done = stoette("restore", *arguments)
        assert (done.status, done.out, len(done.err.splitlines())) == (status, "", 1)
        assert message in done.err
    store.maintenance.run()
    (data_dir / "backups" / "progress-2027-03-01.sqlite3").write_text("nothing")
    for arguments, status, message in (
        (("2027-03-02",), 2, "1.3.2027"),
        (("../../x",), 2, "1.3.2027"),
        (("1/3-2027",), 1, "progress-2027-03-01.sqlite3: "),
    ):
        done = stoette("restore", *arguments)
        assert (done.status, done.out, len(done.err.splitlines())) == (status, "", 1)
        assert message in done.err
    assert store.path.read_bytes() == before


@pytest.mark.parametrize("command", ["restore", "paths"])
def test_unreadable_backups_are_not_reported_as_missing(
    stoette: CommandLine, data_dir: Path, command: str
) -> None:
    data_dir.mkdir()
    backups = data_dir / "backups"
    backups.touch()
    done = stoette(command)
    assert (done.status, len(done.err.splitlines())) == (1, 1)
    assert done.err.startswith(f"{backups}: sikkerhedskopierne kan ikke læses: ")
    backups.unlink()
    backups.mkdir(0)
    done = stoette(command, command=UNPRIVILEGED)
    assert (done.status, len(done.err.splitlines())) == (1, 1)
    assert done.err.startswith(f"{backups}: sikkerhedskopierne kan ikke læses: ")


def delete_rows(file: Path, *ids: int) -> None:
    """Deletes rows of the log, which leaves no other trace of corruption."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("DROP TRIGGER change_is_never_deleted")
        db.executemany("DELETE FROM change WHERE id = ?", [(id_,) for id_ in ids])


def test_restores_a_backup_that_lost_its_name_and_half_an_edit(
    stoette: CommandLine, store: Store
) -> None:
    edits = {("timing", "note"): "lost", ("timing", "action"): "kept"}
    now = store.record(None, edits, "Første")
    assert now.round is not None
    assert [each.field for each in store.undo(now.round.id)] == ["note", "action"]
    store.maintenance.run()
    delete_rows(data.backups(store.path)[0].file, 1, 4)
    done = stoette("restore")
    day = now.round.started.date().isoformat()
    assert (done.status, done.out, done.err) == (
        0,
        f"Hentet ind: {day} – åbn den med stoette-tui rounds use {day}\n",
        "",
    )
    assert [each.round.name for each in store.rounds()] == ["Første", day]
    restored = store.rounds()[1].round.id
    assert store.redo(restored)
    assert store.progress(restored).state("timing").action == "kept"
    assert store.redo(restored) == []


def test_a_file_with_an_impossible_date_is_not_a_backup(stoette: CommandLine, store: Store) -> None:
    store.maintenance.run()
    [backup] = data.backups(store.path)
    shutil.copy(backup.file, backup.file.with_name("progress-2027-02-30.sqlite3"))
    done = stoette("paths")
    assert (done.status, done.err, "02-30" in done.out) == (0, "", False)
    assert data.backups(store.path) == [backup]


# Concurrent writers


def test_concurrent_backups_end_with_the_newest_log(store: Store) -> None:
    script = """
import sys
from pathlib import Path
from stoette_tui.store import Store
store = Store(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(8):
    store.record(None, {("timing", "note"): f"{sys.argv[2]} {number}"}, "Første")
    store.maintenance.back_up()
    assert store.maintenance.take_notices() == []
"""
    run_together([[sys.executable, "-c", script, store.path.parent, str(n)] for n in range(4)])
    assert recovery.read(data.backups(store.path)[0].file) == store.log(store.rounds()[0].round.id)
    assert backup_names(store) == [TODAY]


def test_checking_a_log_does_not_block_writers(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    check, checked = queries.read, list[int]()

    def read_during_a_write(*given: object, **named: object) -> list[Change]:
        with monkeypatch.context() as usual:
            usual.setattr(queries, "read", check)
            Store(store.path.parent).record(None, {("timing", "note"): "meanwhile"}, "Første")
        checked.append(1)
        return check(*given, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as slow:
        slow.setattr(queries, "read", read_during_a_write)
        assert recovery.is_intact(store.path)
    assert checked
    assert store.progress().state("timing").note == "meanwhile"


def test_backing_up_a_locked_log_times_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        assert store.maintenance.run() == []
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            maintenance.write_backup(store.path)
    store.maintenance.back_up()
    assert backup_names(store) == [TODAY]


# A missing log that has backups


def test_the_app_reports_a_deleted_log_until_it_is_restored(
    stoette: CommandLine, data_dir: Path
) -> None:
    with Terminal(typed_ahead="3", size=(200, 40)) as terminal:
        terminal.wait_for("☐ Nye kolleger")
        terminal.press("space")
        terminal.wait_for("☑ Vi gør os umage")
        wait_for_backup(terminal, data_dir)
        (data_dir / "progress.sqlite3").unlink()
        terminal.wait_for("stoette-tui restore")
        assert "☑ Vi gør os umage" in terminal.display
        terminal.press("r")
        terminal.wait_for(lambda screen: screen.text.count("sikkerhedskopien") == 2)
        assert "ingen gennemgang" not in terminal.display
        assert not (data_dir / "progress.sqlite3").exists()
        done = stoette("restore")
        assert (done.status, done.err) == (0, "")
        terminal.wait_for(lambda screen: "svar er væk" not in screen)
        terminal.press("x")
        terminal.wait_for("☒ Vi gør os umage")


async def test_reports_a_log_deleted_right_after_start(store: Store) -> None:
    store.maintenance.run()
    async with opened(store.path.parent, size=(200, 40)) as reader:
        store.path.unlink()
        await reader.sees("stoette-tui restore")


def test_the_app_reports_a_missing_log_at_startup(store: Store) -> None:
    store.maintenance.run()
    store.path.unlink()
    with Terminal(typed_ahead="3", size=(200, 40)) as terminal:
        terminal.wait_for("stoette-tui restore")
        terminal.wait_for("☐ Vi gør os umage")


def test_commands_point_to_restore_while_the_log_is_missing(
    stoette: CommandLine, store: Store
) -> None:
    store.maintenance.run()
    store.path.unlink()
    for command in (("status",), ("answer", "form", "missing")):
        done = stoette(*command)
        assert (done.status, len(done.err.splitlines())) == (0, 1)
        assert "stoette-tui restore" in done.err
    assert stoette("status").err == ""


@pytest.mark.parametrize("year", [1, 1969, 9999])
def test_records_a_change_in_any_year(store: Store, year: int) -> None:
    script = """
import datetime, sys
from pathlib import Path
from stoette_tui.store import Store, queries
class Clock:
    fromisoformat = datetime.datetime.fromisoformat
    def now(zone):
        return datetime.datetime(int(sys.argv[2]), 12, 31, 23, 59, tzinfo=zone)
queries.datetime = Clock
store = Store(Path(sys.argv[1]))
print(store.record(None, {("timing", "note"): "kept"}, "x").state("timing").note)
print(store.maintenance.run())
"""
    done = subprocess.run(
        [sys.executable, "-c", script, store.path.parent, str(year)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("kept\n[]\n", "")
    assert store.progress().state("timing").note == "kept"
    assert recovery.is_intact(store.path)
