"""A Python that has imported what it needs, and forks for each command, window or script.

What is forked is a process of its own, with streams, folder and environment of its own, and it
imports what has not been imported once for all: of commands and windows, every module of ours.
"""

from __future__ import annotations

import json
import os
import pty
import selectors
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

FOR_COMMANDS = """
import click, filelock, msgspec.json, platformdirs, rich.console, rich.text, sqlite3, yaml
"""
FOR_WINDOWS = f"""{FOR_COMMANDS}
import textual.app, textual.drivers.linux_driver
from textual.widgets import Button, Input, OptionList, RadioSet, Static, TextArea
"""
READ_AT_ONCE = ("LANG", "LC_", "PYTHON", "ESCDELAY", "TERM_PROGRAM", "TEXTUAL")
"""How the names begin of what Python and the libraries read before anything of ours does."""
SECONDS = 60
"""Until a command is taken not to end."""

_FORK = """
import atexit, contextlib, fcntl, gc, json, os, runpy, signal, socket, sys, termios, threading
reports = {}
def tell_who_ended(*_):
    while reports:
        child, status = os.waitpid(-1, os.WNOHANG)
        if not child:
            break
        with reports.pop(child) as report, contextlib.suppress(OSError):
            report.send(b"%d" % os.waitstatus_to_exitcode(status))
signal.signal(signal.SIGCHLD, tell_who_ended)
gc.freeze()
requests, script = socket.socket(fileno=int(sys.argv[1])), sys.argv[2]
while True:
    request, files, _, _ = socket.recv_fds(requests, 1 << 20, 4)
    if not request:
        sys.exit()
    *streams, told = files
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    child = os.fork()
    report = socket.socket(fileno=told)
    if not child:
        break
    reports[child] = report
    report.send(b"%d" % child)
    for stream in streams:
        os.close(stream)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
for file in (requests, report, *reports.values()):
    file.close()
for number, stream in enumerate(streams):
    os.dup2(stream, number)
    os.close(stream)
if os.isatty(0):
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
arguments, environment, folder = json.loads(request)
os.environ.clear()
os.environ.update(environment)
os.chdir(folder)
sys.argv[:] = ["stoette_tui", *arguments]
sys.path[0] = folder
status = 0
try:
    exec(script)
except SystemExit as end:
    status = int(end.code or 0)
# All that Python does at its end, but take apart what was imported: half of a command's time.
threading._shutdown()
atexit._run_exitfuncs()
for stream in filter(None, (sys.stdout, sys.stderr)):
    try:
        stream.flush()
    except (OSError, ValueError):
        sys.exit(status)
os._exit(status)
"""
OURS = 'runpy.run_module("stoette_tui", run_name="__main__", alter_sys=True)'


class Forked:
    """A process that was forked, with what `subprocess.Popen` has for one that was started."""

    def __init__(self, report: socket.socket) -> None:
        """Takes over what its start and its end are told through."""
        self._report = report
        self.pid = int(report.recv(16))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status; None as long as it runs."""
        try:
            return self.wait(0)
        except BlockingIOError:
            return None

    def wait(self, timeout: float) -> int:
        """Its exit status, when it has ended."""
        if self.returncode is None:
            self._report.settimeout(timeout)
            self.returncode = int(self._report.recv(16))
            self._report.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Sends it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kills it without a warning."""
        self.send_signal(signal.SIGKILL)


class WarmPython:
    """Forks for one command after another."""

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._started_in = _read_at_once(os.environ)

    def is_as_if_started_in(self, environment: Mapping[str, str]) -> bool:
        """Whether Python and the libraries would have started no differently there."""
        return self._started_in == _read_at_once(environment)

    def start(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        streams: Sequence[int],
    ) -> Forked:
        """Starts it; where the first of its three streams is a terminal, that is its own."""
        request = json.dumps([arguments, dict(environment), str(folder)]).encode()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(SECONDS)
        with theirs:
            socket.send_fds(self._requests, [request], [*streams, theirs.fileno()])
        return Forked(ours)

    def run(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        stdout: int | None = None,
        typed: bytes = b"",
    ) -> tuple[int, bytes, bytes]:
        """Runs it to its end, with what is `typed` as its input, at most as much as a pipe holds.

        Returns its status, and what it wrote, unless to a `stdout` that is given.
        """
        with _pipe() as given, _pipe() as out, _pipe() as errors:
            given[1].write(typed)
            target = out[1].fileno() if stdout is None else stdout
            streams = [given[0].fileno(), target, errors[1].fileno()]
            forked = self.start(arguments, environment, folder, streams)
            for _, writer in (given, out, errors):
                writer.close()
            written, complaints = _read_all(out[0], errors[0])
        return forked.wait(SECONDS), written, complaints


def _read_at_once(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in environment.items() if name.startswith(READ_AT_ONCE)}


@contextmanager
def warm_python(
    imports: str, script: str = OURS, *, in_terminal: bool = False
) -> Iterator[WarmPython]:
    """One that is ready, in the environment as it is now, and is gone afterwards.

    Its streams are pipes or terminals as those of the commands are: Python looks at them once.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ExitStack() as stack, ours:
        stream = subprocess.PIPE
        if in_terminal:
            for each in (terminal := pty.openpty()):
                stack.callback(os.close, each)
            stream = terminal[1]
        process = subprocess.Popen(
            [sys.executable, "-c", imports + _FORK, str(theirs.fileno()), script],
            pass_fds=[theirs.fileno()],
            stdin=stream if in_terminal else subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        )
        stack.enter_context(process)
        theirs.close()
        yield WarmPython(ours)
        ours.close()
        assert process.wait(SECONDS) == 0


@contextmanager
def _pipe() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    reader, writer = os.pipe()
    with open(reader, "rb", 0) as read, open(writer, "wb", 0) as write:  # noqa: PTH123
        yield read, write


def _read_all(*streams: BinaryIO) -> list[bytes]:
    """All that is written to each, until nobody can write any more."""
    written = dict.fromkeys(streams, b"")
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(SECONDS)
            assert ready, "the command never ends"
            for key, _ in ready:
                piece = os.read(key.fd, 1 << 16)
                written[key.fileobj] += piece  # type: ignore[index]
                if not piece:
                    selector.unregister(key.fileobj)
    return [*written.values()]
