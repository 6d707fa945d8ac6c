"""A Python with the libraries of the command line imported, which forks for each command.

What is forked is a process of its own, with streams, folder and environment of its own, and it
imports every module of ours itself: only what is not ours has been imported once for all.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

LIBRARIES = (
    *("click", "filelock", "msgspec.json", "platformdirs", "rich.console", "rich.text"),
    *("sqlite3", "yaml"),
)
FOR_PYTHON = ("LANG", "LC_", "PYTHON")
"""How the names begin of what Python itself reads as it starts, before anything of ours does."""
SECONDS = 60
"""Until a command is taken not to end."""

_FORK = """
import gc, json, os, runpy, socket, sys
gc.freeze()
requests = socket.socket(fileno=int(sys.argv[1]))
while True:
    request, streams, _, _ = socket.recv_fds(requests, 1 << 20, 3)
    if not request:
        sys.exit()
    if not (child := os.fork()):
        break
    for stream in streams:
        os.close(stream)
    requests.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
requests.close()
for number, stream in enumerate(streams):
    os.dup2(stream, number)
    os.close(stream)
arguments, environment, folder = json.loads(request)
os.environ.clear()
os.environ.update(environment)
os.chdir(folder)
sys.argv[:] = ["stoette_tui", *arguments]
sys.path[0] = folder
runpy.run_module("stoette_tui", run_name="__main__", alter_sys=True)
"""


class WarmPython:
    """Runs one command after another, each with no input."""

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._started_in = _for_python(os.environ)

    def is_as_if_started_in(self, environment: Mapping[str, str]) -> bool:
        """Whether Python would have started no differently there."""
        return self._started_in == _for_python(environment)

    def run(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        stdout: int | None = None,
    ) -> tuple[int, bytes, bytes]:
        """Runs it to its end: status, and what was written, unless to a `stdout` that is given."""
        with open(os.devnull, "rb") as nothing, _pipe() as out, _pipe() as errors:  # noqa: PTH123
            target = out[1].fileno() if stdout is None else stdout
            streams = [nothing.fileno(), target, errors[1].fileno()]
            request = json.dumps([arguments, dict(environment), str(folder)]).encode()
            socket.send_fds(self._requests, [request], streams)
            out[1].close()
            errors[1].close()
            written, complaints = _read_all(out[0], errors[0])
        return int(self._requests.recv(16)), written, complaints


def _for_python(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in environment.items() if name.startswith(FOR_PYTHON)}


@contextmanager
def warm_python() -> Iterator[WarmPython]:
    """One that is ready, in the environment as it is now, and is gone afterwards."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(SECONDS)
    script = f"import {', '.join(LIBRARIES)}\n{_FORK}"
    command = [sys.executable, "-c", script, str(theirs.fileno())]
    # Its streams are pipes as those of the commands are: Python looks at them once, as it starts.
    with (
        ours,
        subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process,
    ):
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
