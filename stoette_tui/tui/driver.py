"""A Textual driver for Unix terminals that survives invalid input and a terminal that hangs up."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import signal
from codecs import getincrementaldecoder
from dataclasses import dataclass
from typing import Any, TextIO, cast

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from stoette_tui.base.files import discard_output
from stoette_tui.base.sanitize import sanitize_line

TITLELESS = {"", "ansi", "cons25", "dumb", "linux", "unknown", "vt100", "vt102", "vt220", "vt52"}
"""Terminals (TERM) without a title, which would print it instead."""
_REPLY = re.compile(r"\x1b(?:\[[=>?][\d;]*[A-Za-z]|[\]P][^\x07\x1b]*(?:\x07|\x1b\\))")
"""A terminal's reply to a question that Textual does not ask, such as its name or a colour.

Textual's parser would hold it back with the keys after it, and then take it for keys itself.
"""
MAX_TITLE_LENGTH = 80
HUNG_UP = 128 + signal.SIGHUP
"""The exit status of a program whose terminal hung up."""


@dataclass
class Terminated(Message):
    """The system or the terminal asks the program to end with this exit status."""

    status: int


class _Output:
    """The terminal's output; once the terminal is gone, writes are discarded."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.fileno = stream.fileno

    def write(self, text: str) -> None:
        try:
            self._stream.write(text)
        except OSError:
            discard_output(1, 2)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            discard_output(1, 2)


class TerminalDriver(LinuxDriver):
    """Ends the app when the terminal hangs up or a signal asks for it; reads any bytes.

    The terminal window has the app's title while the app is on screen.

    Textual's own input thread decodes strictly, so that a single byte that is not UTF-8 ends the
    app; and it busy-polls a terminal that has hung up.
    """

    def __init__(self, app: App[object], **given: Any) -> None:
        super().__init__(app, **given)
        assert self._file
        self._file = cast("Any", _Output(self._file))
        self._has_title = os.environ.get("TERM", "").partition("-")[0] not in TITLELESS

    @property
    def can_suspend(self) -> bool:
        """Whether there is a shell with job control to resume a stopped process."""
        parent = os.getppid()
        with contextlib.suppress(OSError):
            return os.getsid(parent) == os.getsid(0) and os.getpgid(parent) != os.getpgrp()
        return False

    def start_application_mode(self) -> None:
        """Takes over the terminal, and handles these signals unless they are ignored."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                self._loop.add_signal_handler(
                    number, self._app.post_message, Terminated(128 + number)
                )
        if self._has_title:
            self.write("\x1b[22;2t")  # makes the terminal save the previous title
            self._write_title(self._app.title)
            self._app.watch(self._app, "title", self._write_title, init=False)

    def stop_application_mode(self) -> None:
        """Releases the terminal, with its previous title, or none if it did not save it."""
        if self._has_title:
            self._write_title("")
            self.write("\x1b[23;2t")
        super().stop_application_mode()

    def _write_title(self, title: str) -> None:
        # Not drawn as cells, so it bypasses the gate for the app's text.
        shown = "".join(filter(str.isprintable, sanitize_line(title)))[:MAX_TITLE_LENGTH]
        self.write(f"\x1b]2;{shown}\x07")

    def run_input_thread(self) -> None:
        """Reads input until the app ends or the terminal hangs up."""
        parser = XTermParser(self._debug)
        decoder = getincrementaldecoder("utf-8")("replace")
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            is_last = False
            while not is_last:
                is_last = self.exit_event.is_set()
                if selector.select(0 if is_last else 0.1):
                    data = self._read()
                    if not data:
                        discard_output(1, 2)
                        self.send_message(Terminated(HUNG_UP))
                        return
                    # The parser takes an empty text as the end of the input.
                    if text := _REPLY.sub("", decoder.decode(data)):
                        for event in parser.feed(text):
                            self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)

    def _read(self) -> bytes:
        """The bytes available; empty if the terminal is gone."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""
