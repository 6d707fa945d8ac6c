"""No text controls the terminal, wherever it comes from and however it is output.

Every text from files and people holds control sequences. All output is checked byte by byte: it
may hold no control characters but those Textual and Rich send.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import cycle
from typing import TYPE_CHECKING, Any

import click
import pytest
import yaml
from conftest import CLONE
from office_files import parts_of
from terminal import Terminal
from test_cli import COMMANDS

from stoette_tui.cli import main
from stoette_tui.cli.command import COMMON
from stoette_tui.content import loader as content
from stoette_tui.content import ui_text
from stoette_tui.report.export import BINARY_FORMATS, FORMATS
from stoette_tui.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from terminal import Display

OURS = CLONE / "content" / "da"
CONTENT = content.load(OURS)
UI = ui_text.load(OURS.parent, "da")
ITEMS = CONTENT.checklist.item_ids

MARK = "EVIL"
"""Identifies the hostile text in output."""
ONE_LINE = (
    f"\x1b]0;{MARK}\x07\x1b]52;c;{base64.b64encode(MARK.encode()).decode()}\x07"  # title, clipboard
    "\x1b[2J\x1b[7777m\x9b2J\x9d0;x\x9c\x08\x0b\x0c\x0e\x7f\x85"  # C0, C1
    f"\u202e{MARK}\u2066\u200f\u061c\u2028\u2029\ufeff"  # text direction, other line endings
)
HOSTILE = f"{ONE_LINE}\r\t\n{MARK}"
ADDRESS = f"\x1b]52;c;{base64.b64encode(MARK.encode()).decode()}\x07\x9b2J\u202e{MARK}"
"""The most hostile form an address can take."""

REFERENCES = {"explains", "ideas", "checklist", "cards", "section", "link"}
FIXED = {"id", *REFERENCES, "origin", "level", "locale", "stemmer"}
"""Fields with a fixed set of values, where hostile text is invalid."""
ADDRESSES = {"address", "former_address", "archive"}
"""Fields for addresses, whose form and length are limited."""

# All control sequences that Textual and Rich may send.
ALLOWED = re.compile(
    r"\x1b\[(?:\d{1,3}(?:;\d{1,3})*)?m"  # colours
    r"|\x1b\[\d{1,3};\d{1,3}H"  # cursor position
    r"|\x1b\[\?(?:\d{1,4})(?:[hl]|\$p)|\x1b\[[<>]\d*u"  # modes, keys
    r"|\x1b\]22;[a-z-]*\x07"  # mouse pointer shape
    r"|\x1b\[2[23];2t|\x1b\]2;[^\x00-\x1f\x7f-\x9f]*\x07"  # window title
    r"|\x1b\]52;c;([A-Za-z0-9+/=]*)\x07"  # clipboard
    r"|\r+\n"
)


def control_characters(written: str) -> set[str]:
    """The control characters outside the sequences that the program may send."""
    kinds = {"Cc", "Cf", "Zl", "Zp", "Cs"}
    rest = ALLOWED.sub("", written)
    return {char for char in rest if unicodedata.category(char) in kinds} - {"\n"}


def is_harmless(written: bytes) -> bool:
    """Asserts that it has no control characters, and copies nothing but addresses."""
    text = re.sub(r"\A\s*\ufeff", "", written.decode())  # the BOM for Excel
    copied = [base64.b64decode(each).decode() for each in ALLOWED.findall(text) if each]
    assert control_characters(text) == set()
    assert not [each for each in copied if not each.startswith("http")]
    return True


def with_hostile_text(value: Any, name: str = "") -> Any:
    """The content with hostile text in every field."""
    if isinstance(value, dict):
        return {key: with_hostile_text(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [with_hostile_text(each, name) for each in value]
    if not isinstance(value, str) or name in FIXED:
        return value
    return value + ADDRESS if name in ADDRESSES else f"{value} {HOSTILE}"


@cache
def hostile_content() -> dict[str, str]:
    """The content files with hostile text in every field."""
    files = {each.name: yaml.load(each.read_text(), yaml.CSafeLoader) for each in OURS.iterdir()}
    return {
        name: yaml.dump(with_hostile_text(parts), Dumper=yaml.CSafeDumper)
        for name, parts in files.items()
    }


class World:
    """Hostile content and answers, in folders with hostile names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / f"folder{ONE_LINE}"
        self.content = self.folder / f"content{HOSTILE}"
        self.data = self.folder / f"data{HOSTILE}"
        self.round = f"Vår{ONE_LINE}"
        (self.content / "da").mkdir(parents=True)
        for name, text in hostile_content().items():
            (self.content / "da" / name).write_text(text)
        edits = {
            (item, field): text
            for item in (*ITEMS[:3], f"unknown{ADDRESS}")
            for field, text in (
                *(("answer", "missing"), ("note", f"note{HOSTILE}"), ("action", f"do{HOSTILE}")),
                *(("responsible", f"who{HOSTILE}"), ("due", "2026-03-01")),
            )
        }
        store = Store(self.data)
        store.record(None, edits, self.round)
        self.file = self.folder / f"file{HOSTILE}.json"
        self.broken = self.folder / f"broken{HOSTILE}.json"
        self.broken.write_text(json.dumps({MARK + HOSTILE: HOSTILE}))

    @property
    def options(self) -> list[str]:
        """The options for this content and data folder."""
        return ["--content", str(self.content), "--data-dir", str(self.data)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def takes_value(parameter: click.Parameter) -> bool:
    """Whether it is an option with a value."""
    return isinstance(parameter, click.Option) and not parameter.is_flag


def hostile_calls(name: str) -> Iterator[list[str]]:
    """Calls of a command with hostile text wherever it takes text."""
    parameters, words = COMMANDS[name].params, name.split()
    values = [f"value{HOSTILE}" for each in parameters if isinstance(each, click.Argument)]
    options = [f"{each.opts[-1]}={HOSTILE}" for each in parameters if takes_value(each)]
    if name != "talk":  # has no text arguments, and its own test
        yield [*words, *values, *options]
    yield [*words, *values, f"--{HOSTILE}"]
    yield [*words, "--help"]


def session(world: World) -> Iterator[list[str | Path]]:
    """Successful and refused calls of all commands, from the first answer to the erasure."""
    yield ["check", world.content]
    yield ["check"]
    yield ["paths"]
    for topic in ("", "fact-sheet", "guldkorn", "checklist", "links"):
        yield ["show", *filter(None, [topic])]
    yield ["answer", ITEMS[0], "in-place"]
    yield ["plan", ITEMS[0], "--note", f"note{HOSTILE}", "--due", "1.3.2027"]
    yield ["plan", ITEMS[0], "--due", f"due{HOSTILE}"]
    yield ["plan", ITEMS[0]]
    yield ["undo"]
    yield ["status"]
    yield ["status", "--json"]
    yield ["rounds", "new", f"Ny{ONE_LINE}", "--carry"]
    yield ["rounds", "rename", f"Ny{ONE_LINE}", f"Nyere{ONE_LINE}"]
    yield ["rounds", "archive", f"Nyere{ONE_LINE}"]
    yield ["rounds", "use", world.round]
    yield ["rounds"]
    yield ["rounds", "--json"]
    yield ["compare", world.round, f"Nyere{ONE_LINE}"]
    yield ["compare", world.round, f"Nyere{ONE_LINE}", "--json"]
    yield ["compare", world.round, world.round]
    for format_ in sorted({*FORMATS} - {*BINARY_FORMATS}):
        yield ["export", "--format", format_]
    yield ["export", "--format", "json", "-o", world.file]
    yield ["export", "--format", "json", "-o", world.file]  # it exists
    yield ["export", "--format", "json", "-o", world.folder / f"no{HOSTILE}" / "file"]
    yield ["import", world.file]
    yield ["import", world.broken]
    yield ["restore"]
    yield ["erase", "--yes"]


# Runs all calls in one process, as starting one takes most of the time.
RUN_ALL = """
import json, sys
from stoette_tui.cli import main
for arguments in json.load(open(sys.argv[1])):
    main(arguments)
    sys.stderr.flush()
    print("NEXT", flush=True)
"""


def in_pipe(command: Sequence[str], env: dict[str, str]) -> bytes:
    done = subprocess.run(
        command,
        env=os.environ | env,
        input=b"\n" * 100,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=60,
    )
    return done.stdout


def in_terminal(command: Sequence[str], env: dict[str, str]) -> bytes:
    with Terminal(command=command, env=env, typed_ahead="\n" * 100) as terminal:
        terminal.wait_for_end()
        return terminal.written


Run = Callable[[Sequence[str], dict[str, str]], bytes]
BOTH_OUTPUTS = pytest.mark.parametrize("run", [in_pipe, in_terminal])


def outputs_of(
    run: Run, calls: Sequence[Sequence[str | Path]], folder: Path, env: dict[str, str] | None = None
) -> list[bytes]:
    """The output of each call of the command line, in order."""
    file = folder / "calls.json"
    file.write_text(json.dumps([list(map(str, each)) for each in calls]))
    written = run([sys.executable, "-c", RUN_ALL, str(file)], env or {})
    assert b"Traceback" not in written
    *output, rest = re.split(rb"NEXT\r?\n", written)
    assert (len(output), rest.strip()) == (len(calls), b"")
    return output


@BOTH_OUTPUTS
def test_hostile_arguments_are_sanitized(world: World, run: Run, tmp_path: Path) -> None:
    calls = [[*world.options, *each] for name in COMMANDS for each in hostile_calls(name)]
    for call, output in zip(calls, outputs_of(run, calls, tmp_path), strict=True):
        assert is_harmless(output), call
        assert MARK.encode() in output, call


@BOTH_OUTPUTS
def test_command_output_is_sanitized(world: World, run: Run, tmp_path: Path) -> None:
    calls = [[*world.options, *each] for each in session(world)]
    for call, output in zip(calls, outputs_of(run, calls, tmp_path), strict=True):
        assert is_harmless(output), call
        assert MARK.encode() in output, call


@pytest.mark.parametrize(
    ("run", "name"),
    zip(
        cycle([in_pipe, in_terminal]),
        [str(each.name) for each in COMMON if takes_value(each)],
        strict=False,
    ),
)
def test_hostile_environment_variables_are_sanitized(run: Run, name: str, tmp_path: Path) -> None:
    env = {f"STOETTE_TUI_{name.upper()}": f"/nowhere{HOSTILE}"}
    # Without a command, it is the app, which accepts any data folder, and has its own test.
    calls = [["show"], ["paths"], *([] if name == "data_dir" else [[]])]
    assert all(map(is_harmless, outputs_of(run, calls, tmp_path, env)))


def test_exports_are_sanitized(world: World) -> None:
    for format_ in FORMATS:
        file = world.folder / f"out.{format_}"
        main([*world.options, "export", "--format", format_, "-o", str(file)])
        data = file.read_bytes()
        if format_ in BINARY_FORMATS:
            data = "".join(parts_of(data).values()).replace("\r\n", "\n").encode()
        assert is_harmless(data)
        assert MARK.encode() in data


def test_app_output_is_sanitized(world: World) -> None:
    def is_gone(text: str, display: Display) -> bool:
        return text not in display

    def close(text: str) -> None:
        terminal.press("escape")
        terminal.wait_for(partial(is_gone, text))

    sections, first = CONTENT.fact_sheet.sections, next(CONTENT.checklist.items)
    with Terminal(*world.options, size=(120, 40), cwd=world.folder) as terminal:
        terminal.wait_for(sections[0].title)
        terminal.wait_for(lambda screen: MARK in screen.title)
        terminal.press("o", "down", "enter", "2")
        terminal.wait_for(CONTENT.guldkorn.diamonds.title)
        terminal.press("4")
        terminal.wait_for(CONTENT.links.groups[0].links[0].host)
        terminal.press("y")
        terminal.wait_for(lambda screen: screen.clipboard)
        terminal.press("enter", "3")
        terminal.wait_for(f"☒ {first.text[:20]}")
        terminal.press("home", "space", "u")
        terminal.wait_for(UI.undone.answer.partition("{")[0].strip())
        terminal.press("enter")
        terminal.wait_for(f"╭─ {UI.plan.title}")
        terminal.wait_for(lambda screen: any(cell.reverse for row in screen.rows for cell in row))
        terminal.type_bytes(f"\x1b[200~{HOSTILE.replace(chr(27), '')}\x1b[201~".encode())
        terminal.wait_for(f"{MARK}\ufffd]52")  # without the escape, unlike elsewhere
        terminal.press("tab", "tab", "tab", "xyz")
        terminal.wait_for("xyz")
        terminal.press("ctrl+s")
        terminal.wait_for(UI.plan.due_wrong.partition(";")[0])
        terminal.press("ctrl+q")
        terminal.wait_for(UI.plan.unsaved[:28])  # messages may cover the rest
        terminal.wait_for(UI.plan.stay)
        close(UI.plan.stay)
        terminal.press("backspace", "backspace", "backspace", "ctrl+s")
        terminal.wait_for(partial(is_gone, f"╭─ {UI.plan.title}"))
        terminal.press("r")
        terminal.wait_for(UI.rounds.intro[:30])
        terminal.press("e")
        terminal.wait_for(UI.rounds.rename_title)
        close(UI.rounds.rename_title)
        terminal.press("n")
        terminal.wait_for(UI.rounds.new_title)
        terminal.press("Ny", "enter")
        terminal.wait_for(partial(is_gone, UI.rounds.new_title))
        close(UI.rounds.intro[:30])
        terminal.press("c")
        terminal.wait_for(UI.compare.title)
        close(UI.compare.title)
        terminal.press("e")
        terminal.wait_for(UI.export.file)
        terminal.press("ctrl+s")
        terminal.wait_for(UI.export.written.partition("{")[0].strip())
        close(UI.export.written.partition("{")[0].strip())
        for key, text in (("/", UI.search.search), ("ctrl+p", UI.search.commands)):
            terminal.press(key)
            terminal.wait_for(text)
            terminal.press(MARK.lower())
            terminal.wait_for(MARK.lower())
            close(MARK.lower())
        terminal.press("question_mark")
        terminal.wait_for(UI.help.title)
        close(UI.help.title)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert is_harmless(terminal.written)
        assert b"Traceback" not in terminal.written
