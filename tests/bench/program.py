"""A program in a pseudo-terminal, timed."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType
    from typing import Self

PATIENCE = 30.0
"""Timeout in seconds."""
SIZE = (80, 24)
"""Columns and rows."""

_CONTROL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-Z\\^-~])")


class NotSeenError(Exception):
    """The expected text did not appear."""


class Program:
    """Starts when it is created; a context manager that leaves no process behind.

    Its output is searched as text without control sequences. It is not drawn on a screen, which
    would take longer than what is measured.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = command
        self._text = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.started = time.perf_counter()
        """When it was started; all times here are seconds of `time.perf_counter`."""
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            columns, rows = SIZE
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            try:
                os.execvpe(command[0], list(command), dict(environment))
            finally:  # only if there is no such program
                os._exit(127)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._terminal)

    def press(self, key: str) -> float:
        """Presses a key and discards the output so far; returns when it was pressed."""
        self._text = ""
        pressed = time.perf_counter()
        os.write(self._terminal, key.encode())
        return pressed

    def wait_for(self, text: str) -> float:
        """Waits until the text has been written; returns when that was."""
        end = time.perf_counter() + PATIENCE
        while text not in _CONTROL.sub("", self._text):
            if time.perf_counter() > end or not self._take_in(PATIENCE):
                output = " ".join(_CONTROL.sub("", self._text).split())[-500:]
                raise NotSeenError(f"{' '.join(self._command)}: no {text!r} in: {output}")
        return time.perf_counter()

    def rest(self, seconds: float = 1.0, at_most: float = 3.0) -> None:
        """Waits until it writes nothing for some seconds; not for ever, as a cursor may blink."""
        end = time.perf_counter() + at_most
        while time.perf_counter() < end and self._take_in(seconds):
            pass

    def _take_in(self, timeout: float) -> bool:
        if not select.select([self._terminal], [], [], timeout)[0]:
            return False
        try:
            written = os.read(self._terminal, 1 << 16)
        except OSError:  # on Linux: the program has exited
            return False
        self._text += self._decoder.decode(written)
        return bool(written)

    @property
    def resident(self) -> float:
        """Its resident memory in MiB."""
        status = Path(f"/proc/{self._pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0

    @property
    def processor_time(self) -> float:
        """Seconds of processor time that its threads have used."""
        threads = Path(f"/proc/{self._pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9
