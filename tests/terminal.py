"""A terminal for tests: the screen of one, and one with a real program in it.

`Display` interprets what is written to a terminal and shows it as cells, by means of pyte.
`Terminal` runs a command in a pseudo-terminal and shows its output on a `Display`. Tests never
wait for a fixed time, but until the screen shows what they expect.
"""

from __future__ import annotations

import base64
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from codecs import getincrementaldecoder
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import pyte
from pyte.screens import wcwidth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from warm_python import Forked, WarmPython

COMMAND = (str(Path(sys.executable).with_name("stoette-tui")),)
MODULE = (sys.executable, "-m", "stoette_tui")
PATIENCE = 20.0
"""Timeout in seconds: far more than a slow machine needs."""

ALTERNATE_SCREEN, MOUSE, CURSOR_SHOWN = 1049, 1003, 25
FRAMES_QUERY, FRAMES_SUPPORTED = b"\x1b[?2026$p", "\x1b[?2026;2$y"
"""The query for synchronized output (DEC mode 2026), and the reply of a terminal that has it."""
FRAME_BEGINS, FRAME_ENDS = "\x1b[?2026h", "\x1b[?2026l"

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "question_mark": "?",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "backspace": "\x7f",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}
"""What a terminal sends for each key; any other text is sent as it is."""

# What pyte would show as text: CSI with a private prefix other than `?`, such as kitty's keys;
# and what it would take for a title: the shape of the mouse (OSC 22).
_UNKNOWN_TO_PYTE = re.compile(r"\x1b\[[<=>][0-9;]*[A-Za-z]|\x1b\]22;[^\x07]*\x07")
# The most frequent sequences, and slow in pyte, which parses letter by letter.
_STYLE_OR_MOVE = re.compile(r"(\x1b\[[0-9;]*[mH])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PRIVATE_MODE = re.compile(r"\x1b\[\?([0-9;]+)([hl])")
_CLIPBOARD = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)")
_INCOMPLETE = re.compile(r"\x1b(?:\[[^@-~]*|\][^\x07\x1b]*\x1b?)?\Z")
"""A control sequence that is not complete yet."""

# Makes the terminal the controlling one, as a login does, and executes the command.
_EXECUTE = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


class Place(NamedTuple):
    """A cell, counted from 0 at the top left."""

    x: int
    y: int


class Cell(NamedTuple):
    """What one cell shows; colours are `default`, a name, or six hexadecimal digits."""

    text: str
    foreground: str
    background: str
    bold: bool
    italic: bool
    underline: bool
    reverse: bool


class _Cells(dict[str, pyte.screens.Char]):
    """The cells of single-width letters in one style; `KeyError` for any other letter."""

    def __init__(self, style: pyte.screens.Char) -> None:
        super().__init__()
        self._style = style

    def __missing__(self, letter: str) -> pyte.screens.Char:
        if wcwidth(letter) != 1:
            raise KeyError(letter)
        cell = self[letter] = self._style._replace(data=letter)
        return cell


class _Screen(pyte.Screen):
    """Like pyte's, but many times faster for styles and for single-width letters that fit."""

    # Shared by all screens, as these values depend on nothing else.
    _cells: ClassVar[dict[pyte.screens.Char, _Cells]] = {}
    _styles: ClassVar[dict[tuple[pyte.screens.Char, str], pyte.screens.Char]] = {}

    def draw(self, data: str) -> None:
        """Draws letters at the cursor."""
        cursor = self.cursor
        cells = self._cells.get(cursor.attrs)
        if cells is None:
            cells = self._cells[cursor.attrs] = _Cells(cursor.attrs)
        end = cursor.x + len(data)
        if end > self.columns or self.charset or pyte.modes.IRM in self.mode:
            super().draw(data)
            return
        try:
            drawn = [cells[letter] for letter in data]
        except KeyError:
            super().draw(data)
            return
        self.buffer[cursor.y].update(zip(range(cursor.x, end), drawn, strict=True))
        cursor.x = end

    def set_style(self, numbers: str) -> None:
        """Sets the style of what is drawn from now on."""
        key = self.cursor.attrs, numbers
        if key not in self._styles:
            self.select_graphic_rendition(*_integers(numbers))
            self._styles[key] = self.cursor.attrs
        self.cursor.attrs = self._styles[key]


def _integers(numbers: str) -> list[int]:
    return [int(digits or 0) for digits in numbers.split(";")]


class Display:
    """A screen of cells that interprets what is written to it."""

    def __init__(self, size: tuple[int, int]) -> None:
        columns, rows = size
        self._screen = _Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._incomplete = ""
        self._lines: tuple[str, ...] = ()
        """The rows as text, cached until something is drawn."""
        self.modes = {CURSOR_SHOWN}
        """The private modes that are set, by number: `ALTERNATE_SCREEN`, `MOUSE`, …"""
        self.clipboard: list[str] = []
        """What was put on the clipboard (OSC 52), in order."""
        self.writes = 0
        """The number of writes so far."""
        self.when_drawn: Callable[[], None] = lambda: None
        """Called after each write."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._screen.columns, self._screen.lines

    @property
    def cursor(self) -> Place:
        """Where the terminal's own cursor is, shown or not."""
        return Place(self._screen.cursor.x, self._screen.cursor.y)

    @property
    def title(self) -> str:
        """The title the window was given (OSC 0 or 2)."""
        return str(self._screen.title)

    def write(self, text: str) -> None:
        """Draws what a program writes, but a frame or control sequence only once it is complete."""
        self.writes += 1
        self._lines = ()
        text = self._incomplete + text
        frame = text.rfind(FRAME_BEGINS)
        if frame > text.rfind(FRAME_ENDS):
            end = frame
        else:
            incomplete = _INCOMPLETE.search(text)
            end = incomplete.start() if incomplete else len(text)
        text, self._incomplete = text[:end], text[end:]
        for numbers, change in _PRIVATE_MODE.findall(text):
            modes = {int(number) for number in numbers.split(";")}
            self.modes = self.modes | modes if change == "h" else self.modes - modes
        for encoded in _CLIPBOARD.findall(text):
            self.clipboard.append(base64.b64decode(encoded).decode())
        for number, piece in enumerate(_STYLE_OR_MOVE.split(_UNKNOWN_TO_PYTE.sub("", text))):
            if number % 2:
                if piece[-1] == "m":
                    self._screen.set_style(piece[2:-1])
                else:
                    self._screen.cursor_position(*_integers(piece[2:-1]))
            elif _CONTROL.search(piece):
                self._stream.feed(piece)
            elif piece:
                self._screen.draw(piece)
        self.when_drawn()

    def resize(self, size: tuple[int, int]) -> None:
        """Resizes and clears the screen, so that everything on it was drawn after the resize."""
        columns, rows = size
        self._lines = ()
        self._screen.resize(rows, columns)
        self._screen.reset()

    @property
    def lines(self) -> list[str]:
        """The rows as text, without trailing spaces."""
        columns, rows = self.size
        if not self._lines:
            buffer = (self._screen.buffer[y] for y in range(rows))
            cells = ([row[x].data for x in range(columns)] for row in buffer)
            self._lines = tuple("".join(row).rstrip() for row in cells)
        return [*self._lines]

    @property
    def text(self) -> str:
        """All rows as text."""
        return "\n".join(self.lines)

    @property
    def prose(self) -> str:
        """All words, with single spaces between them, without the bar of the focus."""
        return " ".join(self.text.replace("┃", " ").split())

    @property
    def rows(self) -> list[list[Cell]]:
        """All cells, row by row."""
        _, rows = self.size
        return [self.row(y) for y in range(rows)]

    def row(self, y: int) -> list[Cell]:
        """The cells of a row; the right half of a wide character has no text."""
        columns, _ = self.size
        return [self.cell(Place(x, y)) for x in range(columns)]

    def cell(self, place: Place) -> Cell:
        """One cell."""
        char = self._screen.buffer[place.y][place.x]
        return Cell(
            text=char.data,
            foreground=char.fg,
            background=char.bg,
            bold=char.bold,
            italic=char.italics,
            underline=char.underscore,
            reverse=char.reverse,
        )

    def __contains__(self, text: str) -> bool:
        """Whether the text is on the screen, in one row."""
        return any(text in line for line in self.lines)

    def find(self, text: str) -> Place:
        """The place where the text first begins on the screen."""
        places = self.find_all(text)
        assert places, f"{text!r} is not on the screen:\n{self.text}"
        return places[0]

    def find_all(self, text: str) -> list[Place]:
        """All places where the text begins on the screen, row by row."""
        places = []
        for y, line in enumerate(self.lines):
            if text in line:
                starts = [x for x, cell in enumerate(self.row(y)) for _ in cell.text]
                found = re.finditer(re.escape(text), line)
                places += [Place(starts[match.start()], y) for match in found]
        return places


class Terminal:
    """A pseudo-terminal with a program in it; a context manager that leaves no process behind."""

    python: ClassVar[WarmPython | None] = None
    """Forks for our command, unless another command is given."""

    def __init__(
        self,
        *arguments: str | Path,
        size: tuple[int, int] = (80, 24),
        command: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        typed_ahead: str = "",
        start_size: tuple[int, int] | None = None,
    ) -> None:
        """Starts the command, with `env` added to the tests' environment.

        `start_size` is the size that the terminal reports, instead of `size`.
        `typed_ahead` is typed before the program starts.
        """
        self.display = Display(size)
        self.written = b""
        """Everything that the program has written."""
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._ours, theirs = pty.openpty()
        self._set_size(start_size or size)
        self._send(typed_ahead)
        environment = {**os.environ, "COLORTERM": "truecolor", **(env or {})}
        given = [*map(str, arguments)]
        self._process: Forked | subprocess.Popen[bytes]
        if not command and self.python and self.python.suits(environment):
            streams = [theirs] * 3
            self._process = self.python.start(given, environment, cwd or Path.cwd(), streams)
        else:
            self._process = subprocess.Popen(
                [sys.executable, "-ISc", _EXECUTE, *(command or COMMAND), *given],
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                env=environment,
                cwd=cwd,
                start_new_session=True,
            )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self.kill()
        os.close(self._ours)

    def press(self, *keys: str) -> None:
        """Presses keys, by their names in `KEYS`, or types text."""
        self._send("".join(KEYS.get(key, key) for key in keys))

    def click(self, place: Place) -> None:
        """Clicks a cell with the left button, in the SGR encoding."""
        at = f"{place.x + 1};{place.y + 1}"
        self._send(f"\x1b[<0;{at}M\x1b[<0;{at}m")

    def turn_wheel(self, place: Place) -> None:
        """Turns the mouse wheel one step down over a cell."""
        self._send(f"\x1b[<65;{place.x + 1};{place.y + 1}M")

    @property
    def settings(self) -> list[Any]:
        """The settings of the terminal: echo, line mode, … (termios)."""
        return termios.tcgetattr(self._ours)

    def resize(self, size: tuple[int, int]) -> None:
        """Resizes the window; the screen is empty until it is redrawn."""
        self._take_in(0)
        self.display.resize(size)
        self._set_size(size)
        self._process.send_signal(signal.SIGWINCH)

    def wait_for(self, expected: str | Callable[[Display], object]) -> Display:
        """Waits until the text is on the screen, or a condition holds."""
        end = time.monotonic() + PATIENCE
        while not (
            expected in self.display if isinstance(expected, str) else expected(self.display)
        ):
            left = end - time.monotonic()
            if left <= 0 or not self._take_in(left):
                when = "in time" if left <= 0 else "before the program exited"
                raise AssertionError(f"{expected!r} did not appear {when}:\n{self.display.text}")
        return self.display

    def watch(self, seconds: float) -> None:
        """Shows what the program writes within this time; with 0, what it has written so far."""
        end = time.monotonic() + seconds
        while self._take_in(max(end - time.monotonic(), 0)) and time.monotonic() < end:
            pass

    def wait_for_end(self) -> int:
        """Waits until the program exits by itself; returns its status."""
        end = time.monotonic() + PATIENCE
        while self._take_in(max(end - time.monotonic(), 0)):
            if time.monotonic() > end:
                raise AssertionError(f"The program did not exit:\n{self.display.text}")
        return self._process.wait(PATIENCE)

    def type_bytes(self, data: bytes) -> None:
        """Types bytes, which need not be valid text, in a single write."""
        assert os.write(self._ours, data) == len(data)

    def send_signal(self, number: int) -> None:
        """Sends the program a signal."""
        self._process.send_signal(number)

    def hang_up(self) -> int:
        """Closes the other end of the terminal; returns the exit status of the program."""
        os.close(self._ours)
        self._ours = os.open(os.devnull, os.O_RDONLY)
        return self._process.wait(PATIENCE)

    def interrupt(self) -> None:
        """Sends SIGINT, as Ctrl+C does where the terminal is not in raw mode."""
        self._process.send_signal(signal.SIGINT)

    @property
    def process(self) -> int:
        """The id of the program's process."""
        return self._process.pid

    def kill(self) -> None:
        """Kills the program with SIGKILL."""
        self._process.kill()
        self._process.wait(PATIENCE)

    def _set_size(self, size: tuple[int, int]) -> None:
        columns, rows = size
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _send(self, text: str) -> None:
        data = text.encode()
        while data:
            data = data[os.write(self._ours, data) :]

    def _take_in(self, timeout: float) -> bool:
        """Shows what the program writes within this time; false once it has exited."""
        while select.select([self._ours], [], [], timeout)[0]:
            try:
                data = os.read(self._ours, 1 << 16)
            except OSError:  # on Linux: nobody has the other end open any more
                data = b""
            if not data:
                return False
            self.written += data
            if FRAMES_QUERY in data:
                self._send(FRAMES_SUPPORTED)
            self.display.write(self._decoder.decode(data))
            timeout = 0
        return True
