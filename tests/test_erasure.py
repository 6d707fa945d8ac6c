"""What `erase` removes, what it keeps, and what it asks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from conftest import CLONE
from terminal import Terminal

from stoette_tui.content import ui_text
from stoette_tui.content.ui_text import fill
from stoette_tui.store import Store
from stoette_tui.tui import view_state
from stoette_tui.tui.view_state import ViewState

if TYPE_CHECKING:
    from conftest import CommandLine

WORDS = ui_text.load(CLONE / "content", "da").command_line
LEFTOVERS = (
    *("progress.sqlite3-wal", "progress.sqlite3-shm", "progress.sqlite3-journal"),
    *(".progress-0123456789abcdef", ".progress-recovery", "view.jsonabc_12xy"),
    *("progress-damaged-2026-01-01T101010-2.sqlite3-wal", "backups/.progress-0123456789abcdef"),
    *(".stoette-tui-0123456789abcdef-journal", "backups/.stoette-tui-0123456789abcdef"),
)
"""Temporary files of a killed program."""
FOREIGN = (
    *("notes.txt", "progress.sqlite3.mine", "my-progress.sqlite3", "view.json.bak"),
    *("backups/progress-old.sqlite3", "backups/progress.sqlite3", "progress-damaged-me.sqlite3"),
)


@pytest.fixture
def stored(data_dir: Path, stoette: CommandLine) -> list[Path]:
    """Every kind of file the program stores: the log, a damaged one, a backup, and leftovers."""
    assert stoette("answer", "timing", "missing").status == 0
    (data_dir / "progress.sqlite3").write_text("damaged")
    assert stoette("answer", "timing", "missing").status == 0
    view_state.save(data_dir, ViewState(tab="links"))
    for name in LEFTOVERS:
        (data_dir / name).touch()
    files = [path for path in data_dir.rglob("*") if path.is_file()]
    assert len(files) == 4 + len(LEFTOVERS)
    return files


def test_erase_removes_and_lists_everything(
    stoette: CommandLine, data_dir: Path, stored: list[Path]
) -> None:
    done = stoette("erase", "--yes")
    assert (done.status, done.err) == (0, "")
    assert not data_dir.exists()
    expected = [fill(WORDS.erased, file=path) for path in (*stored, data_dir, data_dir / "backups")]
    assert sorted(done.out.splitlines()) == sorted(expected)
    second = stoette("erase", "--yes")
    assert (second.status, second.out) == (0, fill(WORDS.nothing_to_erase, folder=data_dir) + "\n")
    assert not data_dir.exists()


def test_erase_empties_a_linked_folder(stoette: CommandLine, tmp_path: Path) -> None:
    link, real = tmp_path / "link", tmp_path / "real"
    real.mkdir()
    link.symlink_to(real)
    assert stoette("answer", "timing", "missing", "--data-dir", link).status == 0
    done = stoette("erase", "--yes", "--data-dir", link)
    assert (done.status, done.err) == (0, "")
    assert list(real.iterdir()) == []


def test_erase_keeps_foreign_files_and_the_targets_of_links(
    stoette: CommandLine, data_dir: Path, stored: list[Path], tmp_path: Path
) -> None:
    for name in FOREIGN:
        (data_dir / name).write_text("somebody's own")
    elsewhere = tmp_path / "somewhere else"
    elsewhere.write_text("linked to")
    (data_dir / "view.json").unlink()
    (data_dir / "view.json").symlink_to(elsewhere)
    assert stoette("erase", "--yes").status == 0
    left = {str(path.relative_to(data_dir)) for path in data_dir.rglob("*") if path.is_file()}
    assert left == set(FOREIGN)
    assert elsewhere.read_text() == "linked to"
    assert Store(data_dir).rounds() == []


def test_without_a_terminal_erase_requires_yes(stoette: CommandLine, stored: list[Path]) -> None:
    done = stoette("erase")
    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "--yes" in done.err
    assert all(path.exists() for path in stored)


@pytest.mark.parametrize("typed", ["\r", "n\r", "jo da\r", "\x04"])
def test_any_reply_but_yes_cancels(stored: list[Path], typed: str) -> None:
    with Terminal("erase") as terminal:
        terminal.wait_for(":")
        terminal.press(typed)
        assert terminal.wait_for_end() == 0
        assert WORDS.erase_cancelled in terminal.display
    assert all(path.exists() for path in stored)


def test_yes_on_a_terminal_removes_everything(data_dir: Path, stored: list[Path]) -> None:
    with Terminal("erase", size=(200, 40)) as terminal:
        terminal.wait_for(str(data_dir))
        terminal.press("Ja\r")
        assert terminal.wait_for_end() == 0
        assert fill(WORDS.erased, file=data_dir) in terminal.display
    assert not data_dir.exists()


def test_reports_a_file_that_cannot_be_removed() -> None:
    """Runs as another user if we are root, who may remove anything."""
    script = """
import os, sys
from pathlib import Path
from stoette_tui.cli import main
folder = Path(sys.argv[1])
main(["erase", "--yes", "--data-dir", str(folder / "none")])  # imports what that user may not read
if os.getuid() == 0:
    os.chown(folder, 65534, 65534)
    os.seteuid(65534)
folder.chmod(0o500)
status = main(["erase", "--yes", "--data-dir", str(folder)])
folder.chmod(0o700)
sys.exit(status)
"""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        data.mkdir()
        (data / "progress.sqlite3").touch()
        done = subprocess.run(
            [sys.executable, "-c", script, data], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 1
        assert done.stderr.startswith(f"{data}/progress.sqlite3: ")
        assert len(done.stderr.splitlines()) == 1
        assert (data / "progress.sqlite3").exists()


def test_erase_keeps_a_folder_named_like_the_log(stoette: CommandLine, data_dir: Path) -> None:
    (data_dir / "progress.sqlite3").mkdir(parents=True)
    done = stoette("erase", "--yes")
    assert (done.status, done.out) == (0, fill(WORDS.nothing_to_erase, folder=data_dir) + "\n")
    assert (data_dir / "progress.sqlite3").is_dir()
