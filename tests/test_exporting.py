"""The way out of the app: where a file is saved, how its path is completed, and what opens it."""

from __future__ import annotations

import os
import threading
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from app_driver import opened
from conftest import CLONE
from terminal import Terminal

from stoette_tui.base.files import complete_path
from stoette_tui.content import ui_text
from stoette_tui.content.ui_text import fill
from stoette_tui.store import Store
from stoette_tui.tui import view_state
from stoette_tui.tui.widgets import path_input

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from app_driver import Reader

UI = ui_text.load(CLONE / "content", "da")
WORDS = UI.export


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The reader's home, where the app is started, with a few things in it; its path is short."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "hjem"
        make_home(folder)
        monkeypatch.setenv("HOME", str(folder))
        monkeypatch.chdir(folder)
        yield folder
        monkeypatch.chdir("/")


def make_home(folder: Path) -> None:
    for name in ("Dokumenter/Arbejdsmiljø", "Downloads", ".skjult"):
        (folder / name).mkdir(parents=True)
    (folder / "Dok.txt").touch()


def written(home: Path, ending: str = "md") -> set[str]:
    return {each.name for each in home.glob(f"*.{ending}")}


@asynccontextmanager
async def exporting(data_dir: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Reader]:
    """The app, with the dialog open."""
    Store(data_dir).record(None, {("timing", "answer"): "missing"}, "Forår")
    async with opened(data_dir, size=size) as reader:
        await reader.press("e")
        await reader.sees(WORDS.title)
        yield reader


def beside(name: str, reader: Reader) -> bool:
    """Whether the path stands in its line as far as the cursor."""
    return any(line.strip(" │") == name for line in reader.display.lines)


# The format


@pytest.mark.parametrize("keys", [("ctrl+s",), ("tab", "ctrl+s"), ("shift+tab", "up", "enter")])
async def test_the_format_pointed_at_is_the_one_that_is_saved(
    data_dir: Path, home: Path, keys: tuple[str, ...]
) -> None:
    async with exporting(data_dir) as reader:
        await reader.press("down", "down")
        assert [WORDS.docx in line for line in reader.display.lines if "●" in line] == [True]
        assert sum("○" in line for line in reader.display.lines) == 6
        await reader.press(*keys)
        await reader.sees(WORDS.done)
    assert not written(home)
    assert written(home, "docx") == {"social-støtte-forår.docx"}


# The path


def test_a_path_is_completed_as_far_as_it_is_certain(home: Path) -> None:
    end = os.sep
    docs = f"{home}/Dokumenter{end}"
    assert complete_path(f"{home}/Dokum") == (docs, [f"Dokumenter{end}"])
    assert complete_path("Dokum") == (f"Dokumenter{end}", [f"Dokumenter{end}"])
    assert complete_path("~") == (f"~{end}", [])
    both = [f"Dokumenter{end}", f"Downloads{end}"]
    assert complete_path("~/D") == ("~/Do", ["Dok.txt", *both])
    assert complete_path("~/Dok.") == ("~/Dok.txt", ["Dok.txt"])
    assert complete_path(docs) == (f"{docs}Arbejdsmiljø{end}", [f"Arbejdsmiljø{end}"])
    assert complete_path("~/") == ("~/Do", ["Dok.txt", *both]), "what is hidden stays so"
    assert complete_path("~/.s") == (f"~/.skjult{end}", [f".skjult{end}"])


@pytest.mark.parametrize(
    "path", ["", "~nobody-at-all/x", "/nowhere/x", "Dok.txt/x", "a\0/b", "x" * 5000, "[b]/\x1b"]
)
def test_what_goes_on_in_no_way_stays(home: Path, path: str) -> None:
    for each in home.iterdir():
        each.rename(each.with_name(f".{each.name}"))
    (home / "a\x1b[31m").touch()
    (home / b"a\xff".decode(errors="surrogateescape")).touch()
    assert complete_path(path) == (path, [])


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_tab_completes_tells_and_moves_on(
    data_dir: Path, home: Path, size: tuple[int, int]
) -> None:
    async with exporting(data_dir, size) as reader:
        await reader.press("tab")
        await reader.sees(UI.commands["complete_path"].label)
        await reader.press(*"~/D", "tab")
        await reader.sees(lambda: beside("~/Do", reader))
        assert "Dok.txt  Dokumenter/  Downloads/" in reader.display
        await reader.press("k")
        await reader.sees_no_more("Downloads/")
        await reader.press("tab")
        await reader.sees("Dok.txt  Dokumenter/")
        assert beside("~/Dok", reader)
        await reader.press("u", "tab", "tab", *"rapport", "ctrl+s")
        await reader.sees(WORDS.done)
    assert (home / "Dokumenter" / "Arbejdsmiljø" / "rapport.md").is_file()


async def test_tab_is_a_way_on_where_there_is_nothing_to_complete(
    data_dir: Path, home: Path
) -> None:
    async with exporting(data_dir) as reader:
        await reader.press("tab", "tab", "tab", "enter")
        await reader.sees_no_more(WORDS.title)
        assert not written(home), "it is the button that leaves"
        await reader.press("e")
        await reader.sees(WORDS.title)
        await reader.press("tab", *"~/Do", "tab", "tab", "tab", "enter")
        await reader.sees_no_more(WORDS.title)
        assert not written(home), "nor is one held by names that are told"


async def test_a_slow_disk_holds_nothing_up(
    data_dir: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended, came = threading.Event(), threading.Event(), list[bool]()

    def slow(text: str) -> tuple[str, list[str]]:
        begun.set()
        came.append(ended.wait(10))
        return text + "sent", []

    monkeypatch.setattr(path_input, "complete_path", slow)
    async with exporting(data_dir) as reader:
        await reader.press("tab", *"~/")
        reader.hammer("tab")
        await reader.sees(begun.is_set)
        reader.hammer("x")
        await reader.sees(lambda: beside("~/x", reader))
        ended.set()
        await reader.rests()
        assert beside("~/x", reader), "the reader went on"
    assert came == [True]


# The folder


async def test_a_file_is_suggested_where_the_last_one_was_saved(data_dir: Path, home: Path) -> None:
    async with exporting(data_dir) as reader:
        assert f"{home}/social-støtte" in reader.display
        await reader.press("tab", *"~/Dokumenter/r", "ctrl+s")
        await reader.sees(WORDS.done)
        await reader.press("enter", "e")
        await reader.sees("Dokumenter/social-støtte-forår.md")
    async with exporting(data_dir) as reader:
        await reader.sees("Dokumenter/social-støtte-forår.md")
    assert view_state.load(data_dir).folder == str(home / "Dokumenter")
    (home / "Dokumenter").rename(home / "Papirer")
    async with exporting(data_dir) as reader:
        assert "Dokumenter" not in reader.display
        assert "social-støtte-forår.md" in reader.display


async def test_the_round_that_was_open_is_written_whichever_is_open_by_then(
    data_dir: Path, home: Path
) -> None:
    async with exporting(data_dir) as reader:
        reader.store.new_round("Efterår")
        await reader.sees("Efterår")
        await reader.press("ctrl+s")
        await reader.sees(lambda: written(home))
        [name] = written(home)
        assert "Forår" in (home / name).read_text()
        assert "Efterår" not in (home / name).read_text()


async def test_an_ending_that_is_typed_chooses_the_format(data_dir: Path, home: Path) -> None:
    async with exporting(data_dir) as reader:
        await reader.press("tab", "end", *["backspace"] * 2, *"json", "enter")
        await reader.sees(lambda: list(home.glob("*.json")))
    [file] = home.glob("*.json")  # noqa: ASYNC240
    assert file.read_text().startswith("{")


async def test_what_was_not_written_is_not_remembered(data_dir: Path, home: Path) -> None:
    async with exporting(data_dir) as reader:
        await reader.press("tab", *"~/Dokumenter/nowhere/r", "ctrl+s")
        await reader.sees(UI.problems["export_folder_missing"][:20])
        await reader.press("escape")
        await reader.sees_no_more(WORDS.title)
        assert WORDS.done not in reader.display
    assert not view_state.load(data_dir).folder


# What opens it


def opener(folder: Path, status: int) -> tuple[dict[str, str], Path]:
    """An environment with an `xdg-open` that ends so, and where it writes what it was to open."""
    program, told = folder / "bin" / "xdg-open", folder / "opened"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{told}"\necho drawn; cat; exit {status}\n'
    )
    program.chmod(0o700)
    return {"PATH": f"{program.parent}:/usr/bin:/bin"}, told


@pytest.mark.parametrize("folder", range(40, 60, 3))
async def test_the_name_of_a_file_is_not_broken_before_its_ending(
    data_dir: Path, home: Path, folder: int
) -> None:
    place = home / ("m" * (folder - len(f"{home}/")))
    place.mkdir()
    async with exporting(data_dir) as reader:
        await reader.press("tab", *f"{place}/et-langt-navn-{'x' * 12}", "ctrl+s")
        await reader.sees(WORDS.done)
        assert f"{'x' * 12}.md" in reader.display


@pytest.mark.parametrize(("key", "what"), [("o", "<b>.html"), ("m", "hjem")])
def test_the_file_and_its_folder_are_opened_when_asked_for(
    data_dir: Path, home: Path, tmp_path: Path, key: str, what: str
) -> None:
    Store(data_dir).record(None, {("timing", "answer"): "missing"}, "Forår")
    env, told = opener(tmp_path, 0)
    with Terminal(env=env, cwd=home, size=(100, 24)) as terminal:
        terminal.wait_for(UI.tabs.checklist)
        terminal.press("e")
        terminal.wait_for(WORDS.title)
        terminal.press("down", "tab", "~/<b>", "ctrl+s")
        for text in (
            *(WORDS.open_file, WORDS.open_folder, fill(WORDS.written, file=home / "<b>.html")),
            *(UI.commands[name].label for name in ("open_file", "open_folder")),
        ):
            terminal.wait_for(text)
        assert not told.exists()
        terminal.press(key)
        path = home if what == "hjem" else home / what
        terminal.wait_for(fill(UI.messages.opened, address=path)[:60])
        assert told.read_text() == f"{path}\n"
        assert "drawn" not in terminal.display
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    assert len(told.read_text().splitlines()) == 1


@pytest.mark.parametrize("there", [True, False])
def test_what_cannot_be_opened_is_said(
    data_dir: Path, home: Path, tmp_path: Path, there: bool
) -> None:
    Store(data_dir).record(None, {("timing", "answer"): "missing"}, "Forår")
    env, told = opener(tmp_path, 3)
    if not there:
        (tmp_path / "bin" / "xdg-open").unlink()
        env = {"PATH": str(tmp_path / "bin")}
    with Terminal(env=env, cwd=home, size=(100, 24)) as terminal:
        terminal.wait_for(UI.tabs.checklist)
        terminal.press("e")
        terminal.wait_for(WORDS.title)
        terminal.press("ctrl+s")
        terminal.wait_for(WORDS.open_file)
        terminal.press("o")
        terminal.wait_for(WORDS.cannot_open.partition(";")[0])
        assert told.exists() is there
        terminal.press("q")
        assert terminal.wait_for_end() == 0


async def test_closing_opens_nothing(data_dir: Path, home: Path) -> None:
    for key in ("enter", "escape", "q"):
        async with exporting(data_dir) as reader:
            await reader.press("tab", *f"~/{key}", "ctrl+s")
            await reader.sees(WORDS.done)
            await reader.press(key)
            await reader.sees_no_more(WORDS.done)
            assert reader.ui.tabs.checklist in reader.display
    assert written(home) == {"enter.md", "escape.md", "q.md"}
