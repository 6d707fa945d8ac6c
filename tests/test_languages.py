"""Several languages: which one is chosen, what it affects, and where two are inconsistent."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest
from app_driver import opened
from conftest import CLONE
from made_up_language import CODE, make
from test_cli import COMMANDS

from stoette_tui import cli
from stoette_tui.cli.language import choose, system_locale
from stoette_tui.content import loader as content
from stoette_tui.content import ui_text
from stoette_tui.content.ui_text import fill
from stoette_tui.store import Store
from stoette_tui.tui import view_state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import CommandLine

DANISH, ENGLISH = (ui_text.load(CLONE / "content", code) for code in ("da", "en"))
SHIPPED = {code: content.load(CLONE / "content" / code) for code in ("da", "en")}
NO_ROUND = {"da": DANISH.progress.no_round, "en": ENGLISH.progress.no_round}


# Choosing the language


@pytest.mark.parametrize(
    ("available", "requested", "expected"),
    [
        (["da", "en"], ("en", "da_DK.UTF-8"), "en"),
        (["da", "en"], ("", "en_GB.UTF-8"), "en"),
        (["da", "en"], ("", "de_DE.UTF-8"), "da"),
        (["da", "en"], ("sv", "en"), "en"),
        (["da", "en"], ("", ""), "da"),
        (["da", "en", "en-US"], ("en_US.UTF-8",), "en-US"),
        (["da", "en", "en_US"], ("en-us",), "en_US"),
        (["de", "fr"], ("", ""), "de"),
        ([], ("", "en"), "da"),
    ],
)
def test_uses_the_first_requested_language_that_is_available(
    available: list[str], requested: tuple[str, ...], expected: str
) -> None:
    assert choose(available, *requested) == expected


@pytest.mark.parametrize(
    ("environment", "locale"),
    [
        ({"LANG": "da_DK.UTF-8"}, "da_DK.UTF-8"),
        ({"LANG": "da_DK.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en_GB.UTF-8"),
        ({"LC_ALL": "de_DE", "LC_MESSAGES": "en_GB.UTF-8"}, "de_DE"),
        ({"LC_ALL": "", "LANG": "en"}, "en"),
        ({"LANG": "C.UTF-8"}, ""),
        ({"LC_ALL": "POSIX", "LANG": "en_GB"}, ""),
        ({}, ""),
    ],
)
def test_the_system_language_follows_posix_precedence(
    environment: dict[str, str], locale: str
) -> None:
    assert system_locale(environment) == locale


def test_precedence_of_option_environment_saved_view_and_system(
    stoette: CommandLine, data_dir: Path
) -> None:
    def language(*options: str, **environment: str) -> str:
        out = stoette("status", *options, env=environment).out
        return next(code for code, words in NO_ROUND.items() if out.startswith(words))

    in_english = {"LANG": "en_GB.UTF-8"}
    assert language() == "da"
    assert language(**in_english) == "en"
    assert language(**in_english, LC_ALL="da_DK.UTF-8") == "da"
    view_state.save(data_dir, view_state.ViewState(language="da"))
    assert language(**in_english) == "da"
    assert language(**in_english, STOETTE_TUI_LANG="en") == "en"
    assert language("--lang", "da", STOETTE_TUI_LANG="en") == "da"
    assert language("--lang", "en-GB") == "en"


def test_an_unknown_language_is_refused_in_the_system_language(
    stoette: CommandLine, content_dir: Path
) -> None:
    options = ("--content", content_dir, "--lang", "fr")
    done = stoette("status", *options, env={"LANG": "en_GB.UTF-8"})
    assert done.status == 2
    assert fill(ENGLISH.problems["language_unknown"], language="fr", languages="da, en") in done.err


def test_a_folder_with_one_language_uses_it(stoette: CommandLine, content_dir: Path) -> None:
    (content_dir / "da").rename(content_dir.parent / "da")
    assert stoette("status", "--content", content_dir).out.startswith(NO_ROUND["en"])
    done = stoette("status", "--content", content_dir, "--lang", "da")
    assert done.status == 2
    expected = fill(DANISH.problems["language_unknown"], language="da", languages="en")
    assert done.err == f"{content_dir}: {expected}\n"


# What the language affects


async def test_changing_the_language_keeps_the_place(data_dir: Path) -> None:
    Store(data_dir).record(None, {("timing", "answer"): "missing"}, "Forår 2027")
    async with opened(data_dir, size=(100, 30)) as reader:
        await reader.press("2", "right", "3", "n", "n")
        text = reader.cursor
        item = next(each for each in reader.content.checklist.items if each.text == text)
        await reader.press("ctrl+p")
        await reader.sees(DANISH.search.commands)
        await reader.press(*"english")
        await reader.sees(fill(DANISH.search.language, name="English"))
        await reader.press("enter")
        await reader.sees(ENGLISH.tabs.checklist)
        await reader.rests()
        texts = {each.id: each.text for each in SHIPPED["en"].checklist.items}
        assert reader.cursor == texts[item.id]
        assert "Forår 2027" in reader.display
        await reader.press("space")
        await reader.sees(lambda: reader.answers() == {"timing": "missing", item.id: "in_place"})
        await reader.press("2")
        await reader.sees(SHIPPED["en"].guldkorn.diamonds.cards[1].body.split("\n")[0][:30])
        await reader.press("question_mark")
        await reader.sees(ENGLISH.help.everywhere)
    assert view_state.load(data_dir).language == "en"


async def test_an_unreadable_language_is_reported_and_not_used(
    data_dir: Path, content_dir: Path
) -> None:
    async with opened(data_dir, content_dir=content_dir) as reader:
        (content_dir / "en" / "links.yaml").unlink()
        await reader.press("ctrl+p", *"english", "enter")
        await reader.sees(DANISH.problems["file_missing"].split()[-1])
        assert DANISH.tabs.fact_sheet in reader.display
    assert view_state.load(data_dir).language == ""


def test_a_single_language_has_no_command_to_change_it(data_dir: Path, content_dir: Path) -> None:
    async def is_offered() -> bool:
        async with opened(data_dir, content_dir=content_dir) as reader:
            await reader.press("ctrl+p", *"sprog")
            await reader.rests()
            return "english" in reader.display.text.lower() or "dansk" in reader.display.text

    assert asyncio.run(is_offered())
    shutil.rmtree(content_dir / "en")
    assert not asyncio.run(is_offered())


@pytest.mark.parametrize(
    ("language", "separator", "month"), [("da", ";", "marts"), ("en", ",", "March")]
)
def test_exports_follow_the_language(
    stoette: CommandLine, data_dir: Path, language: str, separator: str, month: str
) -> None:
    plan = {("timing", "answer"): "missing", ("timing", "due"): "2027-03-01"}
    Store(data_dir).record(None, plan, "Første")

    def export(format_: str) -> str:
        done = stoette("export", "--format", format_, "--lang", language)
        assert (done.status, done.err) == (0, "")
        return done.out

    ui = {"da": DANISH, "en": ENGLISH}[language]
    head, *rows = export("csv").removeprefix("\ufeff").splitlines()
    assert head.split(separator)[:4] == [
        *(ui.report.round, ui.report.group, ui.report.item, ui.report.answer)
    ]
    assert len(rows) >= 21
    assert f'<html lang="{ui.locale}">' in export("html")
    assert month in export("md")
    assert fill(ui.report.event, what="").strip() in export("ics")
    assert json.loads(export("json"))


def test_answers_are_independent_of_the_language(stoette: CommandLine, data_dir: Path) -> None:
    Store(data_dir).record(None, {("timing", "answer"): "missing"}, "Første")
    danish, english = (stoette("status", "--json", "--lang", each).out for each in ("da", "en"))
    assert danish == english


# Inconsistent languages


class Inconsistency(NamedTuple):
    """A change of the English content, and the problem it causes, reported in these languages."""

    file: str
    old: str
    new: str
    code: str
    details: dict[str, str]
    languages: tuple[str, ...] = ("en",)


INCONSISTENCIES = {
    "renamed item": Inconsistency(
        "checklist",
        "id: timing\n",
        "id: in-time\n",
        "id_missing",
        {"id": "timing", "field": "items", "language": "en"},
        ("da",),
    ),
    "added section": Inconsistency(
        "fact_sheet",
        "  - id: count-on-it\n",
        "  - {id: one-more, title: One, body: More}\n  - id: count-on-it\n",
        "id_missing",
        {"id": "one-more", "field": "sections", "language": "da"},
    ),
    "missing placeholder": Inconsistency(
        "ui", '"due {date}"', '"due"', "placeholder_missing", {"name": "date", "language": "da"}
    ),
    "plural without its number": Inconsistency(
        "ui",
        '{one: "{count} result", other: "{count} results"}',
        "{one: a result, other: results}",
        "placeholder_missing",
        {"name": "count", "language": "da"},
    ),
    "plural without a required form": Inconsistency(
        "ui",
        '{one: "{count} result", other: "{count} results"}',
        '{other: "results: {count}"}',
        "plural_missing",
        {"missing": "one", "locale": "en-GB"},
    ),
    "locale of another language": Inconsistency(
        "ui",
        "locale: en-GB",
        "locale: da",
        "locale_differs",
        {"locale": "da", "language": "en", "example": "en-US"},
    ),
    "unknown locale": Inconsistency(
        "ui",
        "locale: en-GB",
        "locale: qqq",
        "locale_unknown",
        {"locale": "qqq", "example": "en-US"},
    ),
    "locale with an underscore": Inconsistency(
        "ui",
        "locale: en-GB",
        "locale: en_GB",
        "field_format",
        {"field": "locale", "expected": DANISH.kinds["locale"], "found": "en_GB"},
    ),
    "unreadable dates": Inconsistency(
        "ui",
        "locale: en-GB",
        "locale: ar",
        "date_unreadable",
        {"locale": "ar", "date": "28\ufffd/1\ufffd/2027"},
    ),
}


@pytest.mark.parametrize("case", INCONSISTENCIES.values(), ids=INCONSISTENCIES)
def test_check_reports_inconsistent_languages(
    content_dir: Path, capsys: pytest.CaptureFixture[str], case: Inconsistency
) -> None:
    file = content_dir / "en" / f"{case.file}.yaml"
    text = file.read_text()
    assert text.count(case.old) == 1
    file.write_text(text.replace(case.old, case.new))
    assert cli.main(["check", str(content_dir)]) == 2
    lines = capsys.readouterr().err.splitlines()
    expected = fill(DANISH.problems[case.code], **case.details)
    for language in case.languages:
        at = f"{content_dir / language / case.file}.yaml:"
        assert [line for line in lines if line.startswith(at) and expected in line], lines


def test_an_id_missing_in_another_language_is_reported_with_its_line(
    stoette: CommandLine, content_dir: Path
) -> None:
    danish, english = (content_dir / code / "checklist.yaml" for code in ("da", "en"))
    line = danish.read_text().partition("id: timing\n")[0].count("\n") + 1
    english.write_text(english.read_text().replace("id: timing\n", "id: in-time\n"))
    details = {"id": "timing", "field": "items", "language": "en"}
    expected = f"{danish}:{line}: {fill(DANISH.problems['id_missing'], **details)}\n"
    assert expected in stoette("check", content_dir).err


def test_english_dates_are_unambiguous(stoette: CommandLine) -> None:
    item = next(SHIPPED["en"].checklist.items).id
    stoette("answer", item, "missing")
    stoette("plan", item, "--due", "2099-02-10")
    for language, written in (("en", "10 Feb 2099"), ("da", "10.2.2099")):
        for command in (("plan", item), ("show", "checklist")):
            assert written in stoette(*command, "--lang", language).out


def test_the_folder_of_one_language_is_refused_as_content(
    stoette: CommandLine, content_dir: Path
) -> None:
    for arguments in (("check", content_dir / "en"), ("--content", content_dir / "en", "status")):
        done = stoette(*arguments)
        expected = fill(DANISH.problems["content_of_one_language"], folder=content_dir.resolve())
        assert (done.status, done.err) == (2, f"{content_dir / 'en'}: {expected}\n")


def test_answers_of_removed_items_are_reported(
    stoette: CommandLine, data_dir: Path, content_dir: Path
) -> None:
    edits = {("timing", "answer"): "missing", ("timing", "note"): "For sent"}
    Store(data_dir).record(None, edits, "Første")
    for language in ("da", "en"):
        file = content_dir / language / "checklist.yaml"
        file.write_text(file.read_text().replace("id: timing\n", "id: in-time\n"))
    options = ("--content", content_dir)
    assert stoette("check", content_dir).status == 0
    out = stoette("status", *options).out
    assert fill(DANISH.command_line.unknown_items, items="timing") in " ".join(out.split())
    items = json.loads(stoette("status", "--json", *options).out)["items"]
    assert [(item["id"], item["group"], item["note"]) for item in items[-1:]] == [
        ("timing", None, "For sent")
    ]
    report = stoette("export", "--format", "md", *options).out
    assert DANISH.report.unknown in report
    assert "For sent" in report


# No words of the other language


@cache
def _words(code: str) -> frozenset[str]:
    """The words of all texts of a language, in lower case."""
    texts = (file.read_text() for file in (CLONE / "content" / code).glob("*.yaml"))
    lines = (line for text in texts for line in text.splitlines() if "#" not in line)
    values = (re.sub(r"^\s*-?\s*[\w\"]+:|https?://\S+|\{\w+\}", " ", line) for line in lines)
    words = (word for value in values for word in re.findall(r"[^\W\d_]{3,}", value))
    return frozenset(map(str.casefold, words))


ONLY = {"da": _words("da") - _words("en"), "en": _words("en") - _words("da")}
"""The words of each language that the other does not use."""


def foreign(text: str, language: str) -> set[str]:
    """The words of the other language in a text.

    Addresses, paths, ids, and the names of commands, options and choices do not count.
    """
    text = re.sub(r"https?://\S+|\S*[/_-]\S*", " ", text)
    other = {"da": "en", "en": "da"}[language]
    return {word.casefold() for word in re.findall(r"[^\W\d_]{3,}", text)} & ONLY[other] - TYPED


TYPED = {
    *("plan", "undo", "compare", "talk"),
    *("show", "status", "answer", "rounds", "new", "use", "rename", "archive", "unarchive"),
    *("export", "import", "restore", "check", "paths", "erase", "carry", "missing", "unanswered"),
    *("links", "checklist", "guldkorn", "output", "data", "content", "yes", "version"),
}
CALLS = [
    *[("export", "--format", each) for each in ("md", "html", "csv", "ics")],
    *[("show",), ("status",), ("rounds",), ("paths",), ("check",)],
    *[("answer", "timing", "in-place"), ("rounds", "new", "2"), ("rounds", "use", "xyz")],
    *[("nonsense",), ("answer",), ("answer", "x", "y"), ("export",), ("import", "nowhere")],
    *[("restore", "x"), ("erase",), (), ("--theme", "x", "status")],
    *[(*name.split(), "--help") for name in ("", *COMMANDS)],
]


@pytest.mark.parametrize("language", ["da", "en"])
def test_commands_print_no_words_of_the_other_language(
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
) -> None:
    monkeypatch.setenv("STOETTE_TUI_LANG", language)
    plan = {("timing", "answer"): "missing", ("timing", "due"): "2027-03-01"}
    Store(data_dir).record(None, plan, "1")
    for call in CALLS:
        cli.main(call)
        out, err = capsys.readouterr()
        text = re.sub(
            r"<style>.*?</style>|<[^>]*>|(?m:^(?:BEGIN|END):.*$|^[A-Z-]+[;:])",
            " ",
            out,
            flags=re.DOTALL,
        )
        assert text + err
        assert not foreign(text + err, language), call


# A made-up language

ALLOWED = {
    *("enter", "esc", "tab", "home", "end", "page", "space", "shift", "ctrl", "down", "days"),
    "december",
}
"""The names of keys, and words in dates of the locale that the made-up language uses."""
SCREENS: dict[str, tuple[str, ...]] = {
    "fact sheet": ("1",),
    "end of the fact sheet": ("end",),
    "outline": ("o",),
    "guldkorn": ("2",),
    "last of the guldkorn": ("end",),
    "links": ("4",),
    "end of the links": ("end",),
    "rounds": ("r",),
    "new round": ("n",),
    "comparison": ("escape", "escape", "c"),
    "comparison with unchanged items": ("a",),
    "export": ("escape", "e"),
    "no search results": ("escape", "slash", *"xyz"),
    "search": ("escape", "slash", "ü"),
    "checklist": ("escape", "3"),
    "commands": ("ctrl+p",),
    "keys": ("escape", "question_mark"),
    "end of the keys": ("end",),
    "missing item": ("escape", "n", "N"),
    "text of an item": ("down", "o"),
    "map": ("o", "end"),
    "form of the map": ("enter",),
    "plan": ("escape", "home", "down", "enter"),
    "end of the plan": ("tab",) * 6,
    "error in the plan": ("shift+tab", "shift+tab", "shift+tab", "x", "ctrl+s"),
    "leaving the plan": ("escape",),
    "undo message": ("right", "right", "enter", "space", "u"),
    "how to quit": ("ctrl+c",),
}
"""The screens, with the keys that lead to each from the one before."""


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped content, with a made-up language beside it."""
    folder = tmp_path_factory.mktemp("made-up") / "content"
    for name in ("da", "en"):
        shutil.copytree(CLONE / "content" / name, folder / name)
    make(folder)
    return folder


def leftovers(text: str) -> set[str]:
    """The Danish and English words in a text, except names and what is typed."""
    text = re.sub(r"https?://\S+|\S*[/_-]\S*|[\w.]+\.dk\b", " ", text)
    found = {word.casefold() for word in re.findall(r"[^\W\d_]{3,}", text)}
    return (found & (_words("da") | _words("en"))) - TYPED - ALLOWED


def labels(ui: ui_text.UiText) -> Iterator[str]:
    """The texts of tabs and dialogs without placeholders."""
    for section in (ui.tabs, ui.plan, ui.rounds, ui.compare, ui.export):
        texts = msgspec.to_builtins(section).values()
        yield from (text for text in texts if "{" not in text)


def is_cut(words: str, lines: list[str]) -> bool:
    """Whether a text begins on the screen, but is not continued on that line or the lines below."""
    left = words.split()
    beginning = " ".join(left[: len(left) * 2 // 3])
    found = [(y, line.find(beginning)) for y, line in enumerate(lines) if beginning in line]
    if len(beginning) < 12 or not found:
        return False
    y, x = found[0]
    for line in lines[y:]:
        row = line[x:].split()
        matching = sum(
            1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, row, strict=False))
        )
        left = left[matching:]
        if not left or set(line.strip()) & set("╰─"):  # the rest is reached by scrolling
            return False
        if not matching:
            return True
    return False


async def test_the_underline_of_a_tab_is_as_wide_as_its_double_width_title(
    data_dir: Path, content_dir: Path
) -> None:
    file = content_dir / "en" / "ui.yaml"
    name = SHIPPED["en"].fact_sheet.title
    text = re.sub(r"(tabs:\n  fact_sheet:).*", r"\1 社会的支援", file.read_text())
    file.write_text(text)
    async with opened(data_dir, content_dir=content_dir, language="en") as reader:
        await reader.sees(name)
        label, rule = reader.display.find("1 社会的支援"), reader.display.find("━")
        assert (label.y + 1, label.x) == (rule.y, rule.x)
        assert reader.display.lines[rule.y].count("━") == len("1 ") + 2 * len("社会的支援")


async def test_a_made_up_language_is_shown_completely_on_every_screen(
    data_dir: Path, made_up: Path
) -> None:
    store = Store(data_dir)
    items = [item.id for item in SHIPPED["en"].checklist.items]
    store.record(None, {(items[0], "answer"): "missing", (items[1], "answer"): "missing"}, "1")
    store.new_round("2", None)
    store.record(None, {(items[0], "answer"): "in_place", (items[3], "due"): "2020-01-01"}, "2")
    store.record(None, {(items[3], "answer"): "missing", (items[4], "answer"): "missing"}, "2")
    async with opened(data_dir, content_dir=made_up, language=CODE) as reader:
        for name, keys in SCREENS.items():
            await reader.press(*keys)
            text = reader.display.text
            assert not leftovers(text), f"{name}:\n{text}"
            assert name == "search" or not re.search(r"\w…", text), f"{name}:\n{text}"
            cut = [words for words in labels(reader.ui) if is_cut(words, reader.display.lines)]
            assert not cut, f"{name}, {cut}:\n{text}"
