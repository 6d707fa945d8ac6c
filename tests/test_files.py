"""Files that people name: written whole or not at all, for their owner alone."""

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


def refused(path: Path, replace: bool = False) -> str:
    """The code with which writing there is refused, after which everything is as it was."""
    before = {each: each.lstat() for each in path.parent.glob("*")}
    with pytest.raises(ProblemError) as caught:
        write_new_file(path, b"new", replace)
    [problem] = caught.value.problems
    assert problem.where == str(path)
    assert {each: each.lstat() for each in path.parent.glob("*")} == before
    return problem.code


def test_a_new_file_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    script = """
import os, sys
from pathlib import Path
from stoette_tui.base.files import write_new_file
for umask in (0o000, 0o277, 0o777):
    os.umask(umask)
    write_new_file(Path(sys.argv[1]) / oct(umask), b"data")
"""
    subprocess.run([sys.executable, "-c", script, tmp_path], check=True, timeout=60)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["0o0", "0o277", "0o777"]
    assert {file.stat().st_mode & 0o7777 for file in files} == {0o600}
    assert {file.read_bytes() for file in files} == {b"data"}


def test_what_is_there_is_only_replaced_when_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "rapport.md"
    file.write_bytes(b"old")
    file.chmod(0o640)
    assert refused(file) == "export_file_exists"
    write_new_file(file, b"new", replace=True)
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o7777 == 0o640
    assert list(tmp_path.iterdir()) == [file]
    write_new_file(tmp_path / "other", b"new", replace=True)
    assert (tmp_path / "other").stat().st_mode & 0o7777 == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    file, link, dangling = (tmp_path / name for name in ("file", "link", "dangling"))
    file.write_bytes(b"old")
    link.symlink_to(file)
    dangling.symlink_to(tmp_path / "nowhere" / "else")
    assert refused(link) == refused(dangling) == "export_file_exists"
    assert refused(dangling, replace=True) == "export_folder_missing"
    write_new_file(link, b"new", replace=True)
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_places_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "fifo")
    for replace in (False, True):
        assert refused(tmp_path / "folder", replace) == "export_is_folder"
        assert refused(tmp_path / "nowhere" / "x", replace) == "export_folder_missing"
        assert refused(tmp_path / "file" / "x", replace) == "export_folder_missing"
        assert refused(tmp_path / ("x" * 300), replace) == "export_failed"
        assert refused(tmp_path / "a\0b", replace) == "export_failed"
    assert refused(tmp_path / "loop", replace=True) == "export_failed"
    assert refused(tmp_path / "fifo") == "export_file_exists"
    assert refused(tmp_path / "fifo", replace=True) == "export_not_regular_file"
    assert refused(Path("/dev/full"), replace=True) == "export_not_regular_file"


def test_where_one_may_not_write() -> None:
    """Root may write anywhere, so as another user when we are root."""
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
        done = subprocess.run(
            [sys.executable, "-c", script, folder],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
    denied = "reason: Permission denied"
    assert done.stdout.splitlines() == [
        f"{folder / 'file'}: export_failed: {denied}",
        f"{folder / 'file'}: import_failed: {denied}",
        f"{folder / 'file'}: export_failed: {denied}",
        f"{folder / 'new 500'}: export_failed: {denied}",
        "['file', 'new 700'] b'old'",
    ]


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
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
    there = tmp_path / "there"
    there.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "new", there],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split() == ["export_failed"] * 2
    assert list(tmp_path.iterdir()) == [there]
    assert there.read_bytes() == b"old"


@pytest.mark.parametrize("taken", [False, True])
def test_a_file_system_without_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    """As on many a USB stick; what comes into the place in the meantime is not overwritten."""
    file = tmp_path / "rapport.md"

    def no_links(self: Path, target: Path) -> NoReturn:
        if taken:
            file.write_bytes(b"other")
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    if taken:
        with pytest.raises(ProblemError) as caught:
            write_new_file(file, b"new")
        assert caught.value.problems[0].code == "export_file_exists"
    else:
        write_new_file(file, b"new")
        assert file.stat().st_mode & 0o7777 == 0o600
    assert file.read_bytes() == (b"other" if taken else b"new")
    assert list(tmp_path.iterdir()) == [file]


def test_what_comes_into_the_place_meanwhile_is_not_overwritten(
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


def test_one_who_breaks_off_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(handle: int) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_new_file(tmp_path / "rapport.md", b"new")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_read_up_to_a_bound(tmp_path: Path) -> None:
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
    there = tmp_path / "there"
    there.write_bytes(b"old")
    for path, words in (
        (there, "filen findes allerede og bliver ikke rørt"),
        (tmp_path, "det er en mappe"),
        (tmp_path / "nowhere" / "x", "mappen, filen skal ligge i, findes ikke"),
        (tmp_path / ("x" * 300), "filen kan ikke skrives: File name too long"),
    ):
        done = stoette("export", "--format", "html", "-o", path)
        assert (done.status, done.out) == (1, "")
        [line] = done.err.splitlines()
        assert line.startswith(f"{path}: {words}")
    assert there.read_bytes() == b"old"
    assert sorted(tmp_path.glob("[!e]*")) == sorted([data_dir, there])


def test_a_hyphen_in_place_of_a_file_is_standard_output(stoette: CommandLine) -> None:
    stoette("answer", "timing", "missing")
    shown = stoette("export", "--format", "csv")
    assert stoette("export", "--format", "csv", "-o", "-") == shown
    assert shown.out
    assert list(stoette.folder.iterdir()) == []


def test_a_reader_who_has_seen_enough_is_no_problem(stoette: CommandLine) -> None:
    stoette("answer", "timing", "missing")
    reading, writing = os.pipe()
    os.close(reading)
    done = stoette("export", "--format", "html", stdout=writing)
    os.close(writing)
    assert (done.status, done.err) == (0, "")
    with Path("/dev/full").open("wb") as full:
        done = stoette("export", "--format", "html", stdout=full.fileno())
    assert done.status == 1
    assert "No space left" in done.err
    assert "Traceback" not in done.err
