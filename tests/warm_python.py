"""A Python that has imported the libraries once, and forks for each command, window or script.

A fork is a process of its own, with its own streams, folder and environment. It imports the rest
itself: for commands and windows, every module of ours.
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
READ_AT_START = ("LANG", "LC_", "PYTHON", "ESCDELAY", "TERM_PROGRAM", "TEXTUAL")
"""Prefixes of the variables that Python and the libraries read when they are started."""
TIMEOUT = 60
"""Timeout of a command in seconds."""

_FORK = """
import atexit, contextlib, fcntl, gc, json, os, runpy, signal, socket, sys, termios, threading
reports = {}
def report_exits(*_):
    while reports:
        child, status = os.waitpid(-1, os.WNOHANG)
        if not child:
            break
        with reports.pop(child) as report, contextlib.suppress(OSError):
            report.send(b"%d" % os.waitstatus_to_exitcode(status))
signal.signal(signal.SIGCHLD, report_exits)
gc.freeze()
requests, script = socket.socket(fileno=int(sys.argv[1])), sys.argv[2]
while True:
    request, files, _, _ = socket.recv_fds(requests, 1 << 20, 4)
    if not request:
        sys.exit()
    *streams, channel = files
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    child = os.fork()
    report = socket.socket(fileno=channel)
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
# What Python does on exit, without tearing down modules, which takes half of a command's time.
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
    """A forked process, with those methods of `subprocess.Popen` that the tests use."""

    def __init__(self, report: socket.socket) -> None:
        """Takes the socket that reports its id, and later its exit status."""
        self._report = report
        self.pid = int(report.recv(16))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status; None while it runs."""
        try:
            return self.wait(0)
        except BlockingIOError:
            return None

    def wait(self, timeout: float) -> int:
        """Waits until it exits; returns its exit status."""
        if self.returncode is None:
            self._report.settimeout(timeout)
            self.returncode = int(self._report.recv(16))
            self._report.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Sends it a signal, unless it has exited."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kills it with SIGKILL."""
        self.send_signal(signal.SIGKILL)


class WarmPython:
    """Forks for one command after another."""

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._started_with = _read_at_start(os.environ)

    def suits(self, environment: Mapping[str, str]) -> bool:
        """Whether Python and the libraries would start no differently in this environment."""
        return self._started_with == _read_at_start(environment)

    def start(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        streams: Sequence[int],
    ) -> Forked:
        """Starts a fork; if the first of its three streams is a terminal, it controls the fork."""
        request = json.dumps([arguments, dict(environment), str(folder)]).encode()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(TIMEOUT)
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
        """Runs a fork to its end; its input is `typed`, at most as much as a pipe holds.

        Returns its status and what it wrote to both streams, unless it is given a `stdout`.
        """
        with _pipe() as given, _pipe() as out, _pipe() as errors:
            given[1].write(typed)
            target = out[1].fileno() if stdout is None else stdout
            streams = [given[0].fileno(), target, errors[1].fileno()]
            forked = self.start(arguments, environment, folder, streams)
            for _, writer in (given, out, errors):
                writer.close()
            output, error_output = _read_all(out[0], errors[0])
        return forked.wait(TIMEOUT), output, error_output


def _read_at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in environment.items() if name.startswith(READ_AT_START)}


@contextmanager
def warm_python(
    imports: str, script: str = OURS, *, in_terminal: bool = False
) -> Iterator[WarmPython]:
    """A Python that is ready to fork, in the current environment; it exits afterwards.

    Its streams are pipes or terminals as those of the forks are, as Python examines them once.
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
        assert process.wait(TIMEOUT) == 0


@contextmanager
def _pipe() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    reader, writer = os.pipe()
    with open(reader, "rb", 0) as read, open(writer, "wb", 0) as write:  # noqa: PTH123
        yield read, write


def _read_all(*streams: BinaryIO) -> list[bytes]:
    """Everything written to each stream, until it is closed."""
    written = dict.fromkeys(streams, b"")
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(TIMEOUT)
            assert ready, "the command does not exit"
            for key, _ in ready:
                piece = os.read(key.fd, 1 << 16)
                written[key.fileobj] += piece  # type: ignore[index]
                if not piece:
                    selector.unregister(key.fileobj)
    return [*written.values()]
