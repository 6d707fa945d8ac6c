"""The wheel: built from a source distribution and installed in an environment of its own.

It borrows its dependencies from the tests' environment; `.ci/run` installs them for real.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from conftest import CLONE, CommandLine
from terminal import Terminal

import stoette_tui

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Finished


class Installed(NamedTuple):
    """The wheel, and the environment it is installed in."""

    wheel: Path
    packages: Path
    command: tuple[str, ...]
    module: tuple[str, ...]


def run(*command: str | Path) -> None:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def install(folder: Path) -> Installed:
    """Builds the wheel and installs it."""
    run(sys.executable, "-m", "build", "--outdir", folder, CLONE)
    [wheel] = folder.glob("*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    python = folder / "venv" / "bin" / "python"
    run(
        sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel
    )
    [packages] = (folder / "venv").glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    command = (str(folder / "venv" / "bin" / "stoette-tui"),)
    return Installed(wheel, packages, command, (str(python), "-m", "stoette_tui"))


def test_an_installed_wheel_works_from_any_folder(
    stoette: CommandLine, data_dir: Path, tmp_path: Path
) -> None:
    installed = install(tmp_path / "wheel")
    check_contents(installed.wheel)

    def installed_command(*arguments: str) -> Finished:
        return stoette(*arguments, command=installed.command)

    inside = installed.packages / "stoette_tui" / "content"
    assert installed_command("--version") == (0, f"{stoette_tui.__version__}\n", "")
    assert installed_command("check").out.startswith(f"{inside}: ")
    paths = installed_command("paths")
    assert stoette("paths", command=installed.module) == paths
    assert f" {inside}\n" in paths.out
    assert f" {data_dir}\n" in paths.out
    assert installed_command("answer", "timing", "in-place").status == 0
    assert json.loads(installed_command("status", "--json").out)["counts"]["in_place"] == 1
    assert installed_command("show", "links") == stoette("show", "links")
    assert installed_command("show", "fact-sheet").out.count("\n") > 50
    with Terminal(command=installed.command, cwd=tmp_path) as terminal:
        terminal.wait_for("Social støtte")
        terminal.press("q")
        assert terminal.wait_for_end() == 0


def check_contents(file: Path) -> None:
    """The wheel has the licence, the manual pages, the content and the package, but no tests."""
    with zipfile.ZipFile(file) as wheel:
        names = set(wheel.namelist())
        [licence] = [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]
        assert wheel.read(licence) == (CLONE / "LICENSE").read_bytes()
        [metadata] = [name for name in names if name.endswith(".dist-info/METADATA")]
        assert "License-Expression: MIT\n" in wheel.read(metadata).decode()
        for source in (CLONE / "man").rglob("*.1"):
            at = f"share/man/{source.parent.relative_to(CLONE / 'man')}/man1/{source.name}"
            [page] = [each for each in names if each.endswith(f"/{at.replace('/./', '/')}")]
            assert wheel.read(page) == source.read_bytes()
    for folder, at in {"content": "stoette_tui/content", "stoette_tui": "stoette_tui"}.items():
        files = [file for file in (CLONE / folder).rglob("*") if file.is_file()]
        expected = [file.relative_to(CLONE / folder) for file in files if file.suffix != ".pyc"]
        assert {f"{at}/{file.as_posix()}" for file in expected} <= names
    assert not [name for name in names if name.startswith(("tests", "content", ".ci"))]


def test_an_editable_install_reads_the_content_of_the_clone(stoette: CommandLine) -> None:
    assert f" {CLONE / 'content'}\n" in stoette("paths").out
