"""Exporting from the app: where the file is saved, path completion, and opening the result."""

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
    """The home and working folder of the app, with some content and a short path."""
    with TemporaryDirectory() as root:
        folder = Path(root) / "hjem"
        for name in ("Dokumenter/Arbejdsmiljø", "Downloads", ".skjult"):
            (folder / name).mkdir(parents=True)
        (folder / "Dok.txt").touch()
        monkeypatch.setenv("HOME", str(folder))
        monkeypatch.chdir(folder)
        yield folder
        monkeypatch.chdir("/")


def exported(home: Path, ending: str = "html") -> set[str]:
    return {each.name for each in home.glob(f"*.{ending}")}


@asynccontextmanager
async def export_dialog(data_dir: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Reader]:
    """The app with its export dialog open."""
    Store(data_dir).record(None, {("timing", "answer"): "missing"}, "Forår")
    async with opened(data_dir, size=size) as reader:
        await reader.press("e")
        await reader.sees(WORDS.title)
        yield reader


def is_path(name: str, reader: Reader) -> bool:
    """Whether this is the path in the dialog."""
    return any(line.strip(" │") == name for line in reader.display.lines)


# The format


@pytest.mark.parametrize("keys", [("ctrl+s",), ("tab", "ctrl+s"), ("shift+tab", "up", "enter")])
async def test_saves_the_highlighted_format(
    data_dir: Path, home: Path, keys: tuple[str, ...]
) -> None:
    async with export_dialog(data_dir) as reader:
        await reader.press("down")
        assert [WORDS.docx in line for line in reader.display.lines if "●" in line] == [True]
        assert sum("○" in line for line in reader.display.lines) == 6
        await reader.press(*keys)
        await reader.sees(WORDS.done)
    assert not exported(home)
    assert exported(home, "docx") == {"social-støtte-forår.docx"}


async def test_enter_moves_on_from_the_format_and_saves_in_it(data_dir: Path, home: Path) -> None:
    async with export_dialog(data_dir) as reader:
        await reader.press("down", "down", "enter", "enter")
        await reader.sees(WORDS.done)
    assert exported(home, "xlsx")


async def test_suggests_the_format_of_the_last_export(data_dir: Path, home: Path) -> None:
    async with export_dialog(data_dir) as reader:
        assert [WORDS.html in line for line in reader.display.lines if "●" in line] == [True]
        await reader.press("down", "ctrl+s")
        await reader.sees(WORDS.done)
    async with export_dialog(data_dir) as reader:
        assert [WORDS.docx in line for line in reader.display.lines if "●" in line] == [True]
        await reader.sees("social-støtte-forår.docx")


# The path


def test_completes_the_common_prefix(home: Path) -> None:
    end = os.sep
    docs = f"{home}/Dokumenter{end}"
    assert complete_path(f"{home}/Dokum") == (docs, [f"Dokumenter{end}"])
    assert complete_path("Dokum") == (f"Dokumenter{end}", [f"Dokumenter{end}"])
    assert complete_path("~") == (f"~{end}", [])
    both = [f"Dokumenter{end}", f"Downloads{end}"]
    assert complete_path("~/D") == ("~/Do", ["Dok.txt", *both])
    assert complete_path("~/Dok.") == ("~/Dok.txt", ["Dok.txt"])
    assert complete_path(docs) == (f"{docs}Arbejdsmiljø{end}", [f"Arbejdsmiljø{end}"])
    assert complete_path("~/") == ("~/Do", ["Dok.txt", *both]), "hidden names are not suggested"
    assert complete_path("~/.s") == (f"~/.skjult{end}", [f".skjult{end}"])


@pytest.mark.parametrize(
    "path", ["", "~nobody-at-all/x", "/nowhere/x", "Dok.txt/x", "a\0/b", "x" * 5000, "[b]/\x1b"]
)
def test_a_path_without_completions_is_unchanged(home: Path, path: str) -> None:
    for each in home.iterdir():
        each.rename(each.with_name(f".{each.name}"))
    (home / "a\x1b[31m").touch()
    (home / b"a\xff".decode(errors="surrogateescape")).touch()
    assert complete_path(path) == (path, [])


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_tab_completes_the_path_lists_candidates_and_moves_on(
    data_dir: Path, home: Path, size: tuple[int, int]
) -> None:
    async with export_dialog(data_dir, size) as reader:
        await reader.press("tab")
        await reader.sees(UI.commands["complete_path"].label)
        await reader.press(*"~/D", "tab")
        await reader.sees(lambda: is_path("~/Do", reader))
        assert "Dok.txt  Dokumenter/  Downloads/" in reader.display
        await reader.press("k")
        await reader.sees_no_more("Downloads/")
        await reader.press("tab")
        await reader.sees("Dok.txt  Dokumenter/")
        assert is_path("~/Dok", reader)
        await reader.press("u", "tab", "tab", *"rapport", "ctrl+s")
        await reader.sees(WORDS.done)
    assert (home / "Dokumenter" / "Arbejdsmiljø" / "rapport.html").is_file()


async def test_tab_moves_the_focus_when_there_is_nothing_to_complete(
    data_dir: Path, home: Path
) -> None:
    async with export_dialog(data_dir) as reader:
        await reader.press("tab", "tab", "tab", "enter")
        await reader.sees_no_more(WORDS.title)
        assert not exported(home), "the focus is on the cancel button"
        await reader.press("e")
        await reader.sees(WORDS.title)
        await reader.press("tab", *"~/Do", "tab", "tab", "tab", "enter")
        await reader.sees_no_more(WORDS.title)
        assert not exported(home), "candidates do not keep the focus"


async def test_typing_discards_a_slow_completion(
    data_dir: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, released, finished = threading.Event(), threading.Event(), list[bool]()

    def slow(text: str) -> tuple[str, list[str]]:
        started.set()
        finished.append(released.wait(10))
        return text + "sent", []

    monkeypatch.setattr(path_input, "complete_path", slow)
    async with export_dialog(data_dir) as reader:
        await reader.press("tab", *"~/")
        reader.hammer("tab")
        await reader.sees(started.is_set)
        reader.hammer("x")
        await reader.sees(lambda: is_path("~/x", reader))
        released.set()
        await reader.rests()
        assert is_path("~/x", reader), "the late completion is discarded"
    assert finished == [True]


# The folder


async def test_suggests_the_folder_of_the_last_export(data_dir: Path, home: Path) -> None:
    async with export_dialog(data_dir) as reader:
        assert f"{home}/social-støtte" in reader.display
        await reader.press("tab", *"~/Dokumenter/r", "ctrl+s")
        await reader.sees(WORDS.done)
        await reader.press("enter", "e")
        await reader.sees("Dokumenter/social-støtte-forår.html")
    async with export_dialog(data_dir) as reader:
        await reader.sees("Dokumenter/social-støtte-forår.html")
    assert view_state.load(data_dir).folder == str(home / "Dokumenter")
    (home / "Dokumenter").rename(home / "Papirer")
    async with export_dialog(data_dir) as reader:
        assert "Dokumenter" not in reader.display
        assert "social-støtte-forår.html" in reader.display


async def test_exports_the_round_that_was_open_when_the_dialog_opened(
    data_dir: Path, home: Path
) -> None:
    async with export_dialog(data_dir) as reader:
        reader.store.new_round("Efterår")
        await reader.sees("Efterår")
        await reader.press("ctrl+s")
        await reader.sees(lambda: exported(home))
        [name] = exported(home)
        assert "Forår" in (home / name).read_text()
        assert "Efterår" not in (home / name).read_text()


async def test_a_typed_extension_chooses_the_format(data_dir: Path, home: Path) -> None:
    async with export_dialog(data_dir) as reader:
        await reader.press("tab", "end", *["backspace"] * 4, *"json", "enter")
        await reader.sees(lambda: list(home.glob("*.json")))
    [file] = home.glob("*.json")  # noqa: ASYNC240
    assert file.read_text().startswith("{")


async def test_a_failed_export_does_not_remember_its_folder(data_dir: Path, home: Path) -> None:
    async with export_dialog(data_dir) as reader:
        await reader.press("tab", *"~/Dokumenter/nowhere/r", "ctrl+s")
        await reader.sees(UI.problems["export_folder_missing"][:12])
        await reader.press("escape")
        await reader.sees_no_more(WORDS.title)
        assert WORDS.done not in reader.display
    assert not view_state.load(data_dir).folder


# Opening the result


def fake_xdg_open(folder: Path, status: int) -> tuple[dict[str, str], Path]:
    """An environment whose `xdg-open` exits with the status, and the log of what it opens."""
    program, log = folder / "bin" / "xdg-open", folder / "opened"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{log}"\necho drawn; cat; exit {status}\n'
    )
    program.chmod(0o700)
    return {"PATH": f"{program.parent}:/usr/bin:/bin"}, log


@pytest.mark.parametrize("length", range(40, 60, 3))
async def test_a_file_name_is_not_wrapped_before_its_extension(
    data_dir: Path, home: Path, length: int
) -> None:
    folder = home / ("m" * (length - len(f"{home}/")))
    folder.mkdir()
    async with export_dialog(data_dir) as reader:
        await reader.press("tab", *f"{folder}/et-langt-navn-{'x' * 12}", "ctrl+s")
        await reader.sees(WORDS.done)
        assert f"{'x' * 12}.html" in reader.display


@pytest.mark.parametrize(("key", "target"), [("o", "<b>.html"), ("m", "hjem")])
def test_opens_the_exported_file_or_its_folder_on_request(
    data_dir: Path, home: Path, tmp_path: Path, key: str, target: str
) -> None:
    Store(data_dir).record(None, {("timing", "answer"): "missing"}, "Forår")
    env, log = fake_xdg_open(tmp_path, 0)
    with Terminal(env=env, cwd=home, size=(100, 24)) as terminal:
        terminal.wait_for(UI.tabs.checklist)
        terminal.press("e")
        terminal.wait_for(WORDS.title)
        terminal.press("tab", "~/<b>", "ctrl+s")
        for text in (
            *(WORDS.open_file, WORDS.open_folder, fill(WORDS.written, file=home / "<b>.html")),
            *(UI.commands[name].label for name in ("open_file", "open_folder")),
        ):
            terminal.wait_for(text)
        assert not log.exists()
        terminal.press(key)
        path = home if target == "hjem" else home / target
        terminal.wait_for(fill(UI.messages.opened, address=path)[:60])
        assert log.read_text() == f"{path}\n"
        assert "drawn" not in terminal.display
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    assert len(log.read_text().splitlines()) == 1


@pytest.mark.parametrize("installed", [True, False])
def test_reports_when_a_file_cannot_be_opened(
    data_dir: Path, home: Path, tmp_path: Path, installed: bool
) -> None:
    Store(data_dir).record(None, {("timing", "answer"): "missing"}, "Forår")
    env, log = fake_xdg_open(tmp_path, 3)
    if not installed:
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
        assert log.exists() is installed
        terminal.press("q")
        assert terminal.wait_for_end() == 0


async def test_closing_the_dialog_opens_nothing(data_dir: Path, home: Path) -> None:
    for key in ("enter", "escape", "q"):
        async with export_dialog(data_dir) as reader:
            await reader.press("tab", *f"~/{key}", "ctrl+s")
            await reader.sees(WORDS.done)
            await reader.press(key)
            await reader.sees_no_more(WORDS.done)
            assert reader.ui.tabs.checklist in reader.display
    assert exported(home) == {"enter.html", "escape.html", "q.html"}
