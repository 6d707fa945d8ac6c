"""What `erase` removes, what it leaves, and what it asks first."""

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
LEFT_BEHIND = (
    *("progress.sqlite3-wal", "progress.sqlite3-shm", "progress.sqlite3-journal"),
    *(".progress-0123456789abcdef", ".progress-recovery", "view.jsonabc_12xy"),
    *("progress-damaged-2026-01-01T101010-2.sqlite3-wal", "backups/.progress-0123456789abcdef"),
    *(".stoette-tui-0123456789abcdef-journal", "backups/.stoette-tui-0123456789abcdef"),
)
"""By a program that was killed."""
OF_OTHERS = (
    *("notes.txt", "progress.sqlite3.mine", "my-progress.sqlite3", "view.json.bak"),
    *("backups/progress-old.sqlite3", "backups/progress.sqlite3", "progress-damaged-me.sqlite3"),
)


@pytest.fixture
def stored(data_dir: Path, stoette: CommandLine) -> list[Path]:
    """All that the program can have stored, of the real thing what it makes by itself."""
    assert stoette("answer", "timing", "missing").status == 0
    (data_dir / "progress.sqlite3").write_text("damaged")
    assert stoette("answer", "timing", "missing").status == 0
    view_state.save(data_dir, ViewState(tab="links"))
    for name in LEFT_BEHIND:
        (data_dir / name).touch()
    files = [path for path in data_dir.rglob("*") if path.is_file()]
    assert len(files) == 4 + len(LEFT_BEHIND)
    return files


def test_everything_is_removed_and_said(
    stoette: CommandLine, data_dir: Path, stored: list[Path]
) -> None:
    done = stoette("erase", "--yes")
    assert (done.status, done.err) == (0, "")
    assert not data_dir.exists()
    said = [fill(WORDS.erased, file=path) for path in (*stored, data_dir, data_dir / "backups")]
    assert sorted(done.out.splitlines()) == sorted(said)
    again = stoette("erase", "--yes")
    assert (again.status, again.out) == (0, fill(WORDS.nothing_to_erase, folder=data_dir) + "\n")
    assert not data_dir.exists()


def test_a_folder_that_is_a_link_is_emptied(stoette: CommandLine, tmp_path: Path) -> None:
    link, real = tmp_path / "link", tmp_path / "real"
    real.mkdir()
    link.symlink_to(real)
    assert stoette("answer", "timing", "missing", "--data-dir", link).status == 0
    done = stoette("erase", "--yes", "--data-dir", link)
    assert (done.status, done.err) == (0, "")
    assert list(real.iterdir()) == []


def test_what_is_not_ours_by_its_name_stays(
    stoette: CommandLine, data_dir: Path, stored: list[Path], tmp_path: Path
) -> None:
    for name in OF_OTHERS:
        (data_dir / name).write_text("somebody's own")
    elsewhere = tmp_path / "somewhere else"
    elsewhere.write_text("linked to")
    (data_dir / "view.json").unlink()
    (data_dir / "view.json").symlink_to(elsewhere)
    assert stoette("erase", "--yes").status == 0
    left = {str(path.relative_to(data_dir)) for path in data_dir.rglob("*") if path.is_file()}
    assert left == set(OF_OTHERS)
    assert elsewhere.read_text() == "linked to"
    assert Store(data_dir).rounds() == []


def test_without_a_terminal_and_without_yes_nothing_is_removed(
    stoette: CommandLine, stored: list[Path]
) -> None:
    done = stoette("erase")
    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "--yes" in done.err
    assert all(path.exists() for path in stored)


@pytest.mark.parametrize("typed", ["\r", "n\r", "jo da\r", "\x04"])
def test_anything_but_yes_is_no(stored: list[Path], typed: str) -> None:
    with Terminal("erase") as terminal:
        terminal.wait_for(":")
        terminal.press(typed)
        assert terminal.wait_for_end() == 0
        assert WORDS.erase_cancelled in terminal.display
    assert all(path.exists() for path in stored)


def test_yes_on_a_terminal_removes_all(data_dir: Path, stored: list[Path]) -> None:
    with Terminal("erase", size=(200, 40)) as terminal:
        terminal.wait_for(str(data_dir))
        terminal.press("Ja\r")
        assert terminal.wait_for_end() == 0
        assert fill(WORDS.erased, file=data_dir) in terminal.display
    assert not data_dir.exists()


def test_what_cannot_be_removed_is_said() -> None:
    """Root may remove anything, so as another user when we are root."""
    script = """
import os, sys
from pathlib import Path
from stoette_tui.cli import main
folder = Path(sys.argv[1])
main(["erase", "--yes", "--data-dir", str(folder / "none")])  # imports what others may not read
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
        place = Path(folder) / "data"
        place.mkdir()
        (place / "progress.sqlite3").touch()
        done = subprocess.run(
            [sys.executable, "-c", script, place], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 1
        assert done.stderr.startswith(f"{place}/progress.sqlite3: ")
        assert len(done.stderr.splitlines()) == 1
        assert (place / "progress.sqlite3").exists()


def test_a_folder_that_has_the_name_of_a_file_stays(stoette: CommandLine, data_dir: Path) -> None:
    (data_dir / "progress.sqlite3").mkdir(parents=True)
    done = stoette("erase", "--yes")
    assert (done.status, done.out) == (0, fill(WORDS.nothing_to_erase, folder=data_dir) + "\n")
    assert (data_dir / "progress.sqlite3").is_dir()
