"""Tries the dialogue with a real speech synthesiser and a real braille table.

    .venv/bin/python -m tests.speech [FOLDER]

goes through every part of the dialogue in each language, has espeak-ng speak it and liblouis
translate it into braille, and writes text, sound, phonemes and braille to the folder. It exits with
0 if every line can be spoken and every letter has a braille sign.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import wave
from contextlib import closing
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stoette_tui.cli.talk.voice import speakable
from stoette_tui.content import loader as content
from stoette_tui.content import ui_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stoette_tui.content.ui_text import UiText

CONTENT: Final = Path(__file__).parent.parent / "content"
VOICES: Final = {"da": "da", "en": "en-gb"}
TABLES: Final = {"da": "da-dk-g16.ctb", "en": "en-ueb-g1.ctb"}
"""For each language, espeak-ng's voice and liblouis's table: uncontracted, letter for letter."""
UNKNOWN: Final = "\N{CJK UNIFIED IDEOGRAPH-65E5}\N{HANGUL SYLLABLE HAN}"
"""Letters that no table has."""


def walkthrough(ui: UiText) -> list[str]:
    """What a user enters to go through every part of the dialogue."""
    words, menu = ui.talk, ui.talk.menu
    home = [words.commands["back"]] * 30
    undo, redo, where = (words.commands[name] for name in ("undo", "redo", "where"))
    link, rename, archive, reopen = (
        ui.commands[name].label
        for name in ("open_link", "rename_round", "archive_round", "unarchive_round")
    )
    return [
        *["?", menu["read"], "", *[""] * 9, *home, menu["read"], "2", *[""] * 12, *home],
        *[menu["read"], "3", "", words.contents, "?", "2", link, "?", "", "", "", *home],
        *[menu["rounds"], rename, *home, menu["answer"], "?"],
        *[words.all, "2", "1", "?", "Note", "Action", "Ida", "?", "2020-03-01", "2", "", "", "1"],
        *["?", "3", "2", "2", *[""] * 20, *home, menu["plans"], "?", words.fill_in, "?"],
        *[*[""] * 7, *home, menu["due"], "?", "", "", *home, menu["map"], "?", "Map"],
        *[*[""] * 11, *home, menu["rounds"], "?", words.new, "?", "B", words.yes, *home],
        *[menu["answer"], words.group, "?", "", "1", words.commands["back"], "1", where, undo],
        *[redo, *home, menu["compare"], *home, menu["rounds"], words.new, "C", words.no, *home],
        *[menu["rounds"], rename, "?", "", menu["rounds"], archive],
        *[menu["rounds"], reopen, *home],
        *[menu["compare"], "", "3", *home, menu["report"], "1", "?", "r", *home, menu["report"]],
        *["1", "r", "?", words.yes, *home, "0815", words.commands["stop"]],
    ]


def dialogue(language: str) -> list[str]:
    """Everything that the dialogue says during the walkthrough, line by line."""
    lines = walkthrough(ui_text.load(CONTENT, language))
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "stoette_tui", "--lang", language, "talk"],
            input="".join(f"{line}\n" for line in lines),
            env=os.environ | {"STOETTE_TUI_DATA_DIR": folder},
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            check=True,
        )
    return done.stdout.splitlines()


def texts(value: object) -> Iterator[str]:
    """All texts of a section of the interface, with a number for each placeholder."""
    if isinstance(value, str):
        yield speakable(re.sub(r"\{\w+\}", "1", value))
    else:
        for name in getattr(value, "__struct_fields__", ()):
            yield from texts(getattr(value, name))


def all_lines(language: str) -> list[str]:
    """Each line of the walkthrough, and everything else that the dialogue can say."""
    ui = ui_text.load(CONTENT, language)
    sections = (ui.talk, ui.answers, ui.plan, ui.due, ui.rounds, ui.compare, ui.undone, ui.redone)
    others = [text for each in (*sections, ui.export, ui.problems) for text in texts(each)]
    return [line for line in dict.fromkeys([*dialogue(language), *others]) if line.strip()]


def in_braille(lines: Iterable[str], language: str) -> list[str]:
    """Each line in braille."""
    done = subprocess.run(
        ["lou_translate", "--forward", f"unicode.dis,{TABLES[language]}"],
        input="".join(f"{line}\n" for line in lines),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def without_braille(lines: Iterable[str], language: str) -> set[str]:
    """The letters and signs in the lines that the table has no braille for.

    For those, liblouis writes a question mark or the number of the character in Unicode.
    """
    signs = sorted({sign for line in lines for sign in line} - {" ", "?"})
    first, second, *cells = in_braille([*UNKNOWN, *signs], language)
    common = takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))
    number = "".join(cell for cell, _ in common)
    return {
        sign
        for sign, cell in zip(signs, cells, strict=True)
        if cell == first or (first != second and cell.startswith(number))
    }


def phonemes(lines: Iterable[str], language: str) -> list[str]:
    """What espeak-ng speaks for each line."""
    return [
        subprocess.run(
            ["espeak-ng", "-v", VOICES[language], "-q", "-x", "--", line],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout.strip()
        for line in lines
    ]


def speak(lines: Iterable[str], language: str, file: Path) -> float:
    """Speaks the lines to a sound file; returns its length in seconds."""
    subprocess.run(
        ["espeak-ng", "-v", VOICES[language], "-w", str(file), "--stdin"],
        input="\n".join(lines).encode(),
        check=True,
    )
    with closing(wave.open(str(file))) as sound:
        return float(sound.getnframes() / sound.getframerate())


def main(arguments: Sequence[str]) -> int:
    """Tries each language; returns the exit status."""
    folder = Path(arguments[0] if arguments else tempfile.mkdtemp(prefix="speech-"))
    folder.mkdir(parents=True, exist_ok=True)
    failed = 0
    for language in content.languages(CONTENT):
        lines = all_lines(language)
        braille, spoken = in_braille(lines, language), phonemes(lines, language)
        seconds = speak(lines, language, folder / f"{language}.wav")
        for ending, written in (("txt", lines), ("brf.txt", braille), ("phonemes.txt", spoken)):
            (folder / f"{language}.{ending}").write_text("\n".join(written) + "\n")
        wrong = [*without_braille(lines, language)]
        wrong += [line for line, sound in zip(lines, spoken, strict=True) if not sound]
        for line in wrong:
            print(f"{language}: {line}")
        print(f"{language}: {len(lines)} lines, {seconds / 60:.0f} minutes, {len(wrong)} wrong")
        failed += len(wrong)
    print(folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
