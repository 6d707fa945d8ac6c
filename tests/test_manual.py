"""The manual page, generated from the same declarations as `--help`.

When a command or its words change, regenerate it:

    .venv/bin/python tests/test_manual.py
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from stoette_tui.cli.command import COMMON, PROGRAM, explain
from stoette_tui.cli.program import program
from stoette_tui.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MANUALS = Path(__file__).parent.parent / "man"
LANGUAGES = {"en": MANUALS / f"{PROGRAM}.1", "da": MANUALS / "da" / f"{PROGRAM}.1"}
"""The page of each language."""


def manual(language: str) -> str:
    """The page in roff."""
    session = Session({"STOETTE_TUI_LANG": language})
    texts = session.ui.command_line
    context = click.Context(program, info_name=PROGRAM, obj=session)
    program_help = explain(program, context, texts)
    common = {option for each in COMMON for option in each.opts}
    lines = [
        r".\" Made by tests/test_manual.py; change ui.yaml or the commands instead.",
        f".TH {escaped(PROGRAM.upper())} 1",
        *(".nh", ".ad l"),  # groff would hyphenate as in English
        *(
            f".SH {quoted(texts.manual_name)}",
            rf"{escaped(PROGRAM)} \- {escaped(session.ui.title)}",
        ),
        *(f".SH {quoted(texts.usage)}", f".B {escaped(PROGRAM)}", escaped(program_help.usage)),
        *(".PP", escaped(program_help.description)),
        f".SH {quoted(texts.commands_title)}",
        *(".SS", rf"\fB{escaped(PROGRAM)}\fR", escaped(texts.commands["open"])),
    ]
    for child in contexts(program, context):
        child_help = explain(child.command, child, texts)
        lines += [".SS", rf"\fB{escaped(child.command_path)}\fR {escaped(child_help.usage)}"]
        lines.append(escaped(child_help.description))
        for title, rows in child_help.tables[1:]:
            lines += definitions(
                row for row in rows if title != texts.options_title or not is_about(row, common)
            )
    lines += [f".SH {quoted(texts.options_title)}", *definitions(program_help.tables[-1][1])]
    lines += [".PP", escaped(texts.environment)]
    return "\n".join(lines) + "\n"


def contexts(group: click.Group, context: click.Context) -> Iterator[click.Context]:
    """All commands of a group, at any depth."""
    for name, command in group.commands.items():
        child = click.Context(command, parent=context, info_name=name, obj=context.obj)
        yield child
        if isinstance(command, click.Group):
            yield from contexts(command, child)


def is_about(row: tuple[str, str], options: set[str]) -> bool:
    """Whether the row is about one of these options."""
    return row[0].replace(",", "").split()[0] in options


def definitions(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Tagged paragraphs: each term with its meaning."""
    for words, meaning in rows:
        yield from (".TP", rf"\fB{escaped(words)}\fR", escaped(meaning))


def escaped(text: str) -> str:
    r"""Text escaped for roff: `-` is a hyphen that can be copied, and no line is a request."""
    text = " ".join(text.split()).replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{text}" if text.startswith((".", "'")) else text


def quoted(text: str) -> str:
    return f'"{escaped(text)}"'


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_is_up_to_date(language: str) -> None:
    is_current = LANGUAGES[language].read_text() == manual(language)
    assert is_current, "regenerate it: .venv/bin/python tests/test_manual.py"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.skipif(not shutil.which("groff"), reason="needs groff")
def test_groff_renders_the_manual_without_warnings(language: str) -> None:
    done = subprocess.run(
        ["groff", "-man", "-Kutf8", "-Tutf8", "-P-cbou", "-ww", str(LANGUAGES[language])],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    page = " ".join(done.stdout.split())
    assert f"{PROGRAM} plan" in page
    assert "--responsible" in page


if __name__ == "__main__":
    for each, file in LANGUAGES.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(manual(each))
