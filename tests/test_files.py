"""Files that people name: written completely or not at all, and private."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NoReturn

import pytest

from stoette_tui.base.files import read_file, write_new_file
from stoette_tui.base.problems import ProblemError

if TYPE_CHECKING:
    from conftest import CommandLine


def refusal_code(path: Path, replace: bool = False) -> str:
    """The problem code with which a write is refused, leaving the folder unchanged."""
    before = {each: each.lstat() for each in path.parent.glob("*")}
    with pytest.raises(ProblemError) as caught:
        write_new_file(path, b"new", replace)
    [problem] = caught.value.problems
    assert problem.where == str(path)
    assert {each: each.lstat() for each in path.parent.glob("*")} == before
    return problem.code


def run(script: str, *paths: Path) -> list[str]:
    """Runs a Python script in a process of its own, and returns the lines it prints."""
    command = [sys.executable, "-c", script, *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return done.stdout.splitlines()


def test_a_new_file_is_private_under_any_umask(tmp_path: Path) -> None:
    script = """
import os, sys
from pathlib import Path
from stoette_tui.base.files import write_new_file
for umask in (0o000, 0o277, 0o777):
    os.umask(umask)
    write_new_file(Path(sys.argv[1]) / oct(umask), b"data")
"""
    run(script, tmp_path)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["0o0", "0o277", "0o777"]
    assert {file.stat().st_mode & 0o7777 for file in files} == {0o600}
    assert {file.read_bytes() for file in files} == {b"data"}


def test_replaces_an_existing_file_only_on_request(tmp_path: Path) -> None:
    file = tmp_path / "rapport.md"
    file.write_bytes(b"old")
    file.chmod(0o640)
    assert refusal_code(file) == "export_file_exists"
    write_new_file(file, b"new", replace=True)
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o7777 == 0o640
    assert list(tmp_path.iterdir()) == [file]
    write_new_file(tmp_path / "other", b"new", replace=True)
    assert (tmp_path / "other").stat().st_mode & 0o7777 == 0o600


def test_replacing_follows_a_symbolic_link(tmp_path: Path) -> None:
    file, link, dangling = (tmp_path / name for name in ("file", "link", "dangling"))
    file.write_bytes(b"old")
    link.symlink_to(file)
    dangling.symlink_to(tmp_path / "nowhere" / "else")
    assert refusal_code(link) == refusal_code(dangling) == "export_file_exists"
    assert refusal_code(dangling, replace=True) == "export_folder_missing"
    write_new_file(link, b"new", replace=True)
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_refuses_paths_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "fifo")
    for replace in (False, True):
        assert refusal_code(tmp_path / "folder", replace) == "export_is_folder"
        assert refusal_code(tmp_path / "nowhere" / "x", replace) == "export_folder_missing"
        assert refusal_code(tmp_path / "file" / "x", replace) == "export_folder_missing"
        assert refusal_code(tmp_path / ("x" * 300), replace) == "export_failed"
        assert refusal_code(tmp_path / "a\0b", replace) == "export_failed"
    assert refusal_code(tmp_path / "loop", replace=True) == "export_failed"
    assert refusal_code(tmp_path / "fifo") == "export_file_exists"
    assert refusal_code(tmp_path / "fifo", replace=True) == "export_not_regular_file"
    assert refusal_code(Path("/dev/full"), replace=True) == "export_not_regular_file"


def test_refuses_paths_without_permission() -> None:
    """Runs as another user if we are root, who may write anywhere."""
    script = """
import os, sys
from pathlib import Path
from stoette_tui.base.files import read_file, write_new_file
from stoette_tui.base.problems import ProblemError
folder = Path(sys.argv[1])
if os.getuid() == 0:
    os.chown(folder, 65534, 65534)
    os.seteuid(65534)
file = folder / "file"
file.write_bytes(b"old")
for file_mode, folder_mode in ((0o000, 0o700), (0o600, 0o500)):
    file.chmod(file_mode)
    folder.chmod(folder_mode)
    for path, replace in ((file, True), (folder / f"new {folder_mode:o}", False)):
        try:
            write_new_file(path, b"new", replace)
        except ProblemError as error:
            print(*error.problems)
    try:
        read_file(file, 10)
    except ProblemError as error:
        print(*error.problems)
file.chmod(0o600)
folder.chmod(0o700)
print(sorted(os.listdir(folder)), file.read_bytes())
"""
    with TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        folder = Path(parent) / "folder"
        folder.mkdir()
        printed = run(script, folder)
    denied = "reason: Permission denied"
    assert printed == [
        f"{folder / 'file'}: export_failed: {denied}",
        f"{folder / 'file'}: import_failed: {denied}",
        f"{folder / 'file'}: export_failed: {denied}",
        f"{folder / 'new 500'}: export_failed: {denied}",
        "['file', 'new 700'] b'old'",
    ]


def test_a_full_disk_leaves_no_partial_file(tmp_path: Path) -> None:
    script = """
import resource, signal, sys
from pathlib import Path
from stoette_tui.base.files import write_new_file
from stoette_tui.base.problems import ProblemError
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
for replace in (False, True):
    try:
        write_new_file(Path(sys.argv[1 + replace]), b"x" * 200_000, replace)
    except ProblemError as error:
        print(error.problems[0].code)
"""
    existing = tmp_path / "old file"
    existing.write_bytes(b"old")
    assert run(script, tmp_path / "new", existing) == ["export_failed"] * 2
    assert list(tmp_path.iterdir()) == [existing]
    assert existing.read_bytes() == b"old"


@pytest.mark.parametrize("occupied", [False, True])
def test_writes_on_a_file_system_without_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, occupied: bool
) -> None:
    """As on many USB sticks; a file created in the meantime is not overwritten."""
    file = tmp_path / "rapport.md"

    def no_links(self: Path, target: Path) -> NoReturn:
        if occupied:
            file.write_bytes(b"other")
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    if occupied:
        with pytest.raises(ProblemError) as caught:
            write_new_file(file, b"new")
        assert caught.value.problems[0].code == "export_file_exists"
    else:
        write_new_file(file, b"new")
        assert file.stat().st_mode & 0o7777 == 0o600
    assert file.read_bytes() == (b"other" if occupied else b"new")
    assert list(tmp_path.iterdir()) == [file]


def test_does_not_overwrite_a_file_created_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "rapport.md"
    fsync = os.fsync

    def slow(handle: int) -> None:
        fsync(handle)
        file.write_bytes(b"other")

    monkeypatch.setattr(os, "fsync", slow)
    with pytest.raises(ProblemError) as caught:
        write_new_file(file, b"new")
    assert caught.value.problems[0].code == "export_file_exists"
    assert file.read_bytes() == b"other"
    assert list(tmp_path.iterdir()) == [file]


def test_an_interrupted_write_leaves_no_partial_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(handle: int) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_new_file(tmp_path / "rapport.md", b"new")
    assert list(tmp_path.iterdir()) == []


def test_refuses_to_read_beyond_the_limit(tmp_path: Path) -> None:
    file = tmp_path / "runde.json"
    file.write_bytes(b"0123456789")
    assert read_file(file, 10) == b"0123456789"
    with pytest.raises(ProblemError) as caught:
        read_file(file, 9)
    assert caught.value.problems[0].code == "import_too_large"
    with pytest.raises(ProblemError) as caught:
        read_file(Path("a\0b"), 9)
    assert caught.value.problems[0].code == "import_failed"


# On the command line


def test_export_reports_why_it_cannot_write(
    stoette: CommandLine, data_dir: Path, tmp_path: Path
) -> None:
    stoette("answer", "timing", "missing")
    existing = tmp_path / "old file"
    existing.write_bytes(b"old")
    for path, message in (
        (existing, "filen findes allerede og bliver ikke rørt"),
        (tmp_path, "det er en mappe"),
        (tmp_path / "nowhere" / "x", "mappen, filen skal ligge i, findes ikke"),
        (tmp_path / ("x" * 300), "filen kan ikke skrives: File name too long"),
    ):
        done = stoette("export", "--format", "html", "-o", path)
        assert (done.status, done.out) == (1, "")
        [line] = done.err.splitlines()
        assert line.startswith(f"{path}: {message}")
    assert existing.read_bytes() == b"old"
    assert sorted(tmp_path.glob("[!e]*")) == sorted([data_dir, existing])


def test_a_hyphen_exports_to_standard_output(stoette: CommandLine) -> None:
    stoette("answer", "timing", "missing")
    shown = stoette("export", "--format", "csv")
    assert stoette("export", "--format", "csv", "-o", "-") == shown
    assert shown.out
    assert list(stoette.folder.iterdir()) == []


def test_export_ignores_a_broken_pipe_and_reports_a_full_disk(stoette: CommandLine) -> None:
    stoette("answer", "timing", "missing")
    reader, writer = os.pipe()
    os.close(reader)
    done = stoette("export", "--format", "html", stdout=writer)
    os.close(writer)
    assert (done.status, done.err) == (0, "")
    with Path("/dev/full").open("wb") as full:
        done = stoette("export", "--format", "html", stdout=full.fileno())
    assert done.status == 1
    assert "No space left" in done.err
    assert "Traceback" not in done.err
