"""What all tests share: an environment with nothing of the developer's in it."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import settings
from terminal import Terminal
from warm_python import FOR_COMMANDS, FOR_WINDOWS, WarmPython, warm_python

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from stoette_tui.store import Store

# With hundreds of short-lived apps, collecting garbage now and then is enough.
gc.set_threshold(200_000, 20, 100)
# Hundreds of processes import the same modules: each is compiled once.
sys.dont_write_bytecode = False
# Signals that a parent such as `nohup` has the tests ignore would be ignored by what they start.
for number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, lambda *_: None)

CLONE = Path(__file__).parent.parent
MODULE = (sys.executable, "-m", "stoette_tui")
SCRIPT = (str(Path(sys.executable).with_name("stoette-tui")),)
_OURS_TO_SET = (
    *("STOETTE_TUI_", "TEXTUAL", "XDG_", "LC_", "LANG", "TERM", "COLORTERM", "NO_COLOR"),
    *("FORCE_COLOR", "COLUMNS", "LINES", "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONUNBUFFERED"),
    *("PYTHONDONTWRITEBYTECODE",),
)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Collects garbage once; pytest would five times, which takes seconds after so many apps."""
    gc.collect()
    gc.freeze()


settings.register_profile("stoette-tui", deadline=None)  # a busy machine is no failure
settings.load_profile("stoette-tui")


class Finished(NamedTuple):
    """The exit status of a command, and what it wrote."""

    status: int
    out: str
    err: str


def run_together(commands: Sequence[Sequence[str | Path]]) -> None:
    """Runs programs that print `ready` and wait for a line at the same time; all must succeed."""
    running = [
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for command in commands
    ]
    for each in running:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in running:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    for each in running:
        _, errors = each.communicate(timeout=60)
        assert (each.returncode, errors) == (0, "")


@contextmanager
def forking(imports: str, script: str, folder: Path) -> Iterator[Callable[[int], int]]:
    """A function that runs the script in a process of its own and returns its exit status.

    The script gets the folder and a number as arguments. The imports are done only once.
    """
    with warm_python(imports, script) as python:
        yield lambda number: python.run([str(folder), str(number)], os.environ, folder)[0]


def current_id(store: Store) -> str | None:
    """The id of the current round, if there is one."""
    return next((each.round.id for each in store.rounds() if each.current), None)


class CommandLine:
    """Runs the command as scripts do: a process of its own, no terminal, in another folder."""

    def __init__(self, folder: Path, python: WarmPython) -> None:
        self.folder = folder
        self._python = python

    def __call__(
        self,
        *arguments: str | Path,
        command: tuple[str, ...] = MODULE,
        env: Mapping[str, str] | None = None,
        without: tuple[str, ...] = (),
        stdout: int | None = None,
        encoding: str = "utf-8",
        typed: str = "",
    ) -> Finished:
        """Runs it to its end, with `env` added to the tests' environment and `without` removed.

        With `stdout`, it writes there, and `out` is empty; `typed` is all that it can read.
        """
        environment = {name: value for name, value in os.environ.items() if name not in without}
        environment |= dict(env or {})
        given = [str(each) for each in arguments]
        if command is MODULE and self._python.suits(environment):
            status, written, errors = self._python.run(
                given, environment, self.folder, stdout, typed.encode(encoding)
            )
            return Finished(status, written.decode(encoding), errors.decode(encoding))
        done = subprocess.run(
            [*command, *given],
            env=environment,
            cwd=self.folder,
            input=typed.encode(encoding),
            stdout=subprocess.PIPE if stdout is None else stdout,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
        out = (done.stdout or b"").decode(encoding)
        return Finished(done.returncode, out, done.stderr.decode(encoding))


@pytest.fixture(autouse=True, scope="session")
def _nothing_of_the_developer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(_OURS_TO_SET) and name != "TEXTUAL_SNAPSHOT_TEMPDIR":
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        for kind in ("DATA", "CONFIG", "STATE", "CACHE"):
            patch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
        patch.setenv("LANG", "C.UTF-8")
        patch.setenv("TERM", "xterm-256color")
        patch.setenv("COLORTERM", "truecolor")
        patch.setenv("BROWSER", "true")  # does nothing, should a link be opened
        yield


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own, not created yet; commands and app use it."""
    folder = tmp_path / "data"
    monkeypatch.setenv("STOETTE_TUI_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def content_dir(tmp_path: Path) -> Path:
    """A copy of the Danish and English content, for tests that change it."""
    for name in ("da", "en", "schema"):
        shutil.copytree(CLONE / "content" / name, tmp_path / "content" / name)
    return tmp_path / "content"


@pytest.fixture(scope="session")
def python(_nothing_of_the_developer: None) -> Iterator[WarmPython]:
    """A Python that has imported the libraries of commands."""
    with warm_python(FOR_COMMANDS) as python:
        yield python


@pytest.fixture(autouse=True, scope="session")
def _warm_terminals(_nothing_of_the_developer: None) -> Iterator[None]:
    with warm_python(FOR_WINDOWS, in_terminal=True) as Terminal.python:
        yield
    Terminal.python = None


@pytest.fixture
def stoette(tmp_path: Path, python: WarmPython) -> CommandLine:
    """The command line."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    return CommandLine(elsewhere, python)
