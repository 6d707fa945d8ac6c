"""The program in a real terminal: a process of its own, a pseudo-terminal, keys, and kill -9."""

from __future__ import annotations

import json
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pytest
from terminal import (
    ALTERNATE_SCREEN,
    COMMAND,
    CURSOR_SHOWN,
    MODULE,
    MOUSE,
    Display,
    Place,
    Terminal,
)
from test_contrast import faint

from stoette_tui.content import loader as contents
from stoette_tui.content import ui_text
from stoette_tui.pages import reading as reading_pages
from stoette_tui.pages.layout import MAX_WIDTH, markdown
from stoette_tui.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conftest import CommandLine
    from rich.text import Text

FOLDER = contents.bundled_folder()
CONTENT = contents.load(FOLDER / "da")
UI = ui_text.load(FOLDER, "da")
ITEMS = list(CONTENT.checklist.items)
LINKS = [link for group in CONTENT.links.groups for link in group.links]
FIRST_SCREEN = CONTENT.fact_sheet.sections[0].title
ANSWERS = {"space": ("☑", "in_place"), "i": ("⊘", "not_relevant"), "x": ("☒", "missing")}


def answers(data_dir: Path) -> dict[str, str]:
    """The saved answers by item id, without the unanswered items."""
    states = Store(data_dir).progress().items
    answers = {item: state.answer.value for item, state in states.items()}
    return {item: answer for item, answer in answers.items() if answer != "unanswered"}


def at_the_checklist(terminal: Terminal) -> Display:
    """Opens the checklist, with the cursor on the first item."""
    terminal.wait_for(FIRST_SCREEN)
    terminal.press("3")
    return terminal.wait_for(ITEMS[0].text)


# Start and exit


@pytest.mark.smoke
@pytest.mark.parametrize("command", [COMMAND, MODULE])
def test_the_first_screen_shows_title_text_and_keys(command: Sequence[str]) -> None:
    with Terminal(command=command) as terminal:
        display = terminal.wait_for(lambda screen: UI.commands["help"].label in screen.lines[-1])
        terminal.wait_for(lambda screen: UI.title in screen.lines[0])
        terminal.wait_for(lambda screen: CONTENT.fact_sheet.title in "\n".join(screen.lines[2:]))
        terminal.wait_for(FIRST_SCREEN)
        assert not is_grey(display.cell(display.find(FIRST_SCREEN)).foreground)
        assert UI.progress.no_round in display.lines[0]
        assert ALTERNATE_SCREEN in display.modes
        assert CURSOR_SHOWN not in display.modes


@pytest.mark.smoke
def test_q_restores_the_terminal(data_dir: Path) -> None:
    with Terminal() as terminal:
        before = terminal.settings
        display = at_the_checklist(terminal)
        assert terminal.settings != before
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert display.modes.isdisjoint({ALTERNATE_SCREEN, MOUSE, 1000, 1004, 1006, 2004})
        assert CURSOR_SHOWN in display.modes
        assert terminal.settings == before
        assert b"Traceback" not in terminal.written
        assert not (data_dir / "progress.sqlite3").exists()


@pytest.mark.smoke
@pytest.mark.parametrize("how", ["ctrl+c", "signal"])
def test_ctrl_c_loses_nothing(data_dir: Path, how: str) -> None:
    with Terminal() as terminal:
        before = terminal.settings
        at_the_checklist(terminal)
        terminal.press("space")
        display = terminal.wait_for(f"☑ {ITEMS[0].text[:40]}")
        if how == "ctrl+c":
            terminal.press("ctrl+c", "down", "x")
            terminal.wait_for(f"☒ {ITEMS[1].text[:40]}")
            terminal.press("q")
            assert terminal.wait_for_end() == 0
        else:
            terminal.interrupt()
            assert terminal.wait_for_end() == 130
        assert b"Traceback" not in terminal.written
        assert ALTERNATE_SCREEN not in display.modes
        assert CURSOR_SHOWN in display.modes
        assert terminal.settings == before
    saved = answers(data_dir)
    assert saved[ITEMS[0].id] == "in_place"
    assert saved.get(ITEMS[1].id) == ("missing" if how == "ctrl+c" else None)


# What is on the screen is on disk


@pytest.mark.smoke
def test_a_visible_answer_survives_kill_9(data_dir: Path) -> None:
    visible: dict[str, str] = {}
    for number, (key, (mark, answer)) in enumerate(ANSWERS.items()):
        with Terminal() as terminal:
            if number == 0:
                at_the_checklist(terminal)
            else:
                terminal.wait_for(f"☑ {ITEMS[0].text[:40]}")
                terminal.press("home", *["down"] * number)
            terminal.press(key)
            terminal.wait_for(f"{mark} {ITEMS[number].text[:40]}")
            terminal.kill()
        visible[ITEMS[number].id] = answer
        assert answers(data_dir) == visible
    with Terminal() as terminal:
        for number, (mark, _) in enumerate(ANSWERS.values()):
            terminal.wait_for(f"{mark} {ITEMS[number].text[:40]}")


def test_visible_answers_given_fast_survive_kill_9(data_dir: Path) -> None:
    with Terminal(size=(120, 40)) as terminal:
        at_the_checklist(terminal)
        terminal.press(*["space", "down"] * 9)
        display = terminal.wait_for(f"☑ {ITEMS[4].text[:40]}")
        terminal.kill()
        visible = {item.id: "in_place" for item in ITEMS if f"☑ {item.text[:40]}" in display}
    assert len(visible) >= 1
    assert visible.items() <= answers(data_dir).items()


def test_an_answer_given_by_a_command_appears_in_an_open_window(stoette: CommandLine) -> None:
    with Terminal() as terminal:
        at_the_checklist(terminal)
        assert stoette("answer", ITEMS[2].id, "not-relevant").status == 0
        terminal.wait_for(f"⊘ {ITEMS[2].text}")


def test_eight_concurrent_commands_and_an_open_window_lose_nothing(
    stoette: CommandLine, data_dir: Path
) -> None:
    def answer(item: str) -> list[int]:
        values = ("in-place", "missing", "not-relevant")
        return [stoette("answer", item, each).status for each in values]

    others = [item.id for item in ITEMS[1:9]]
    with Terminal() as terminal, ThreadPoolExecutor(len(others)) as pool:
        at_the_checklist(terminal)
        running = [pool.submit(answer, item) for item in others]
        for number in range(9):
            terminal.press("space")
            terminal.wait_for(f"{'☑☐'[number % 2]} {ITEMS[0].text}")
        assert [each.result() for each in running] == [[0, 0, 0]] * 8
        for item in others[:3]:
            terminal.wait_for(f"⊘ {next(each.text for each in ITEMS if each.id == item)[:40]}")
        terminal.kill()
    assert answers(data_dir) == {ITEMS[0].id: "in_place", **dict.fromkeys(others, "not_relevant")}
    store = Store(data_dir)
    (summary,) = store.rounds()
    written = Counter(change.item for change in store.log(summary.round.id) if change.item)
    assert written == {ITEMS[0].id: 9, **dict.fromkeys(others, 3)}


# Mouse and clipboard


def test_the_mouse_scrolls_changes_tab_and_answers(data_dir: Path) -> None:
    with Terminal() as terminal:
        display = terminal.wait_for(FIRST_SCREEN)
        assert MOUSE in display.modes
        place = display.find(FIRST_SCREEN)
        terminal.turn_wheel(Place(20, 12))
        terminal.wait_for(
            lambda screen: FIRST_SCREEN in screen and screen.find(FIRST_SCREEN) < place
        )
        terminal.click(display.find(UI.tabs.checklist))
        terminal.wait_for(ITEMS[1].text)
        terminal.click(display.find(f"☐ {ITEMS[1].text[:40]}"))
        terminal.wait_for(lambda screen: len(screen.find_all(ITEMS[1].text)) == 2)
        terminal.wait_for(f"☑ {ITEMS[1].text[:40]}")
        terminal.click(display.find(f"⊘ {UI.answers.not_relevant}"))
        terminal.wait_for(f"⊘ {ITEMS[1].text}")
    assert answers(data_dir) == {ITEMS[1].id: "not_relevant"}


def drag(terminal: Terminal, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Selects the text from one cell to another, counted from 1 as terminals do."""
    (x, y), (to_x, to_y) = start, end
    terminal.press(f"\x1b[<0;{x};{y}M", f"\x1b[<32;{(x + to_x) // 2};{to_y}M")
    terminal.press(f"\x1b[<32;{to_x};{to_y}M", f"\x1b[<0;{to_x};{to_y}m")


def test_selected_text_can_be_replaced_by_shorter_text() -> None:
    items = list(contents.load(FOLDER / "en").checklist.items)
    with Terminal(typed_ahead="3", env={"STOETTE_TUI_LANG": "en"}) as terminal:
        terminal.wait_for(items[1].text)
        terminal.press("down")
        question = terminal.wait_for(items[1].question[:20]).find("Talk about")
        background = terminal.display.cell(question).background
        drag(terminal, (65, question.y), (32, question.y + 1))
        terminal.wait_for(lambda screen: screen.cell(question).background != background)
        for item in items[2:5]:
            terminal.press("down")
            terminal.wait_for(item.question[:20])
        terminal.resize((46, 24))
        terminal.wait_for(items[4].text[:20])


def test_ending_a_selection_on_a_mark_answers_nothing(data_dir: Path) -> None:
    with Terminal(typed_ahead="3") as terminal:
        mark = terminal.wait_for(f"☐ {ITEMS[1].text}").find(f"☐ {ITEMS[1].text}")
        background = terminal.display.cell(mark).background
        drag(terminal, (mark.x + 20, mark.y + 1), (mark.x + 1, mark.y + 1))
        terminal.wait_for(lambda screen: screen.cell(mark).background != background)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    assert answers(data_dir) == {}


def test_ctrl_c_copies_selected_text_only_while_it_is_on_the_screen() -> None:
    with Terminal(typed_ahead="3") as terminal:
        terminal.wait_for("☐ Nye kolleger")
        terminal.press("down")
        question = f"{UI.checklist.question} {ITEMS[1].question[:20]}"
        place = terminal.wait_for(question).find(question)
        background = terminal.display.cell(place).background
        drag(terminal, (place.x + 1, place.y + 1), (place.x + 6, place.y + 1))
        terminal.wait_for(lambda screen: screen.cell(place).background != background)
        cell = terminal.display.cell(place)
        assert cell.foreground != cell.background
        terminal.press("\x03")
        terminal.wait_for(lambda screen: screen.clipboard)
        assert terminal.display.clipboard == ["Tal om"]
        terminal.press("down", "\x03")
        terminal.wait_for(UI.messages.how_to_quit.partition("{")[0])
        assert terminal.display.clipboard == ["Tal om"]


def test_y_copies_a_link_to_the_terminals_clipboard() -> None:
    with Terminal() as terminal:
        terminal.wait_for(FIRST_SCREEN)
        terminal.press("4")
        terminal.wait_for(LINKS[0].host)
        terminal.press("y")
        display = terminal.wait_for(lambda screen: screen.clipboard)
        assert display.clipboard == [LINKS[0].address]
        terminal.press("down", "y")
        terminal.wait_for(lambda screen: len(screen.clipboard) == 2)
        assert display.clipboard[1] == LINKS[1].address


def test_enter_opens_a_link_in_the_users_browser(tmp_path: Path) -> None:
    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{opened}"\n')
    browser.chmod(0o700)
    with Terminal(env={"BROWSER": f"{browser} %s"}, size=(120, 30)) as terminal:
        terminal.wait_for(FIRST_SCREEN)
        terminal.press("4")
        terminal.wait_for(LINKS[0].host)
        for number, link in enumerate(LINKS[:3], 1):
            terminal.press("enter")
            terminal.wait_for(UI.messages.opened.replace("{address}", link.address))
            assert len(opened.read_text().splitlines()) == number
            terminal.press("down")
    assert opened.read_text().splitlines() == [link.address for link in LINKS[:3]]


# The window title


TITLES = re.compile(rb"\x1b\]([012];[^\x07\x1b]*)\x07|\x1b\[(2[23];2t)")


def test_the_window_title_names_the_round(stoette: CommandLine) -> None:
    named = UI.window_title.replace("{round}", UI.round_name(date.today()))
    with Terminal() as terminal:
        terminal.wait_for(lambda screen: screen.title == UI.title)
        at_the_checklist(terminal)
        terminal.press("x")
        terminal.wait_for(lambda screen: screen.title == named)
        stoette("rounds", "new", "a\x1b]0;b\x07\x9b\u202ec" + "d" * 70)
        hostile = UI.window_title.replace("{round}", "a�]0;b���cd")
        terminal.wait_for(lambda screen: screen.title.startswith(hostile))
        assert terminal.display.title.endswith("ddd")
        assert len(terminal.display.title) <= 80
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        *_, cleared, restored = TITLES.findall(terminal.written)
        assert (cleared, restored) == ((b"2;", b""), (b"", b"23;2t"))
        assert terminal.written.count(b"\x1b[22;2t") == 1


@pytest.mark.parametrize("name", ["linux", "vt220"])
def test_a_terminal_without_titles_is_sent_none(name: str) -> None:
    with Terminal(env={"TERM": name}) as terminal:
        at_the_checklist(terminal)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert not TITLES.search(terminal.written)


# Limited and small terminals


def in_ascii(text: str) -> str:
    """A text of the interface as it is spelt without Danish letters."""
    for letter, letters in zip("æøåÆØÅé", ["ae", "oe", "aa", "Ae", "Oe", "Aa", "e"], strict=True):
        text = text.replace(letter, letters)
    return text


ASCII_TERMINALS = [{"LANG": "POSIX"}, {"PYTHONIOENCODING": "ascii"}]


@pytest.mark.parametrize("env", ASCII_TERMINALS, ids=str)
def test_everything_is_ascii_on_an_ascii_terminal(
    stoette: CommandLine, env: dict[str, str]
) -> None:
    statement = in_ascii(ITEMS[0].text)
    with Terminal(env=env, size=(120, 40)) as terminal:
        terminal.wait_for(in_ascii(UI.commands["help"].label))
        terminal.press("3")
        terminal.wait_for(lambda screen: len(screen.find_all("[ ] ")) >= 12)
        terminal.wait_for(  # the focus is visible, too
            lambda screen: any(line.strip().startswith("|[ ]") for line in screen.lines)
        )
        for mark, key in (("[x]", "space"), ("[-]", "i"), ("[!]", "x")):
            terminal.press(key)
            terminal.wait_for(f"{mark} {statement[:40]}")
        terminal.press("enter")
        terminal.wait_for(in_ascii(UI.plan.action))
        terminal.press("blåbærgrød €")
        terminal.wait_for("blabargrod ?")  # in a field, each letter keeps one cell
        terminal.press("ctrl+s")
        terminal.wait_for("blaabaergroed ?")
        terminal.press("r")
        terminal.wait_for(in_ascii(UI.rounds.intro[:30]))
        terminal.press("escape")
        terminal.wait_for(lambda screen: in_ascii(UI.rounds.intro[:30]) not in screen)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.written.isascii()
    # What is saved, and what programs read, is not changed to ASCII.
    status = json.loads(stoette("status", "--json", env=env).out)
    assert status["items"][0]["note"] == "blåbærgrød €"
    assert status["round"]["name"] == UI.round_name(date.today())


def words_of(text: str) -> Counter[str]:
    return Counter(re.findall(r"[a-z]{2,}", in_ascii(text).lower()))


def shows_words(words: Counter[str], display: Display) -> bool:
    return words_of(display.text) >= words


def test_no_word_is_lost_in_ascii() -> None:
    overview, links = CONTENT.guldkorn, CONTENT.links
    to_read: dict[str, list[Text | str]] = {
        "1": [*reading_pages.fact_sheet(CONTENT, UI, MAX_WIDTH)],
        "2": [
            *markdown(f"{overview.intro}\n\n{overview.sources}", MAX_WIDTH),
            *(
                text
                for card in (*overview.diamonds.cards, *overview.guldkorn.cards)
                for text in (card.title, card.summary)
            ),
        ],
        "3": [*(group.title for group in CONTENT.checklist.groups), *(each.text for each in ITEMS)],
        "4": [*markdown(links.intro, MAX_WIDTH), *(link.label for link in LINKS)],
    }
    with Terminal(env={"LC_ALL": "C"}, size=(40, 350)) as terminal:
        terminal.wait_for(UI.tabs.checklist)
        for tab, lines in to_read.items():
            terminal.press(tab)
            terminal.wait_for(partial(shows_words, words_of("\n".join(map(str, lines)))))


def test_no_color_turns_off_all_colours() -> None:
    with Terminal(env={"NO_COLOR": "1"}) as terminal:
        for display in (terminal.wait_for(FIRST_SCREEN), at_the_checklist(terminal)):
            cells = [cell for y in range(24) for cell in display.row(y)]
            colours = {cell.foreground for cell in cells} | {cell.background for cell in cells}
            assert not {colour for colour in colours if not is_grey(colour)}


@pytest.mark.parametrize(
    ("env", "on", "off"),
    [({}, "●", "○"), ({"TERM": "linux", "COLORTERM": "", "LC_ALL": "C"}, "(*)", "( )")],
)
def test_the_state_of_a_box_shows_in_its_shape(env: dict[str, str], on: str, off: str) -> None:
    """Without colours, and in ASCII on a terminal that has nothing else."""

    def box(display: Display, label: str) -> str:
        """The sign before a label."""
        place = display.find(label)
        return re.split("[│|]", display.lines[place.y][: place.x])[-1].strip()

    carry, page, word = UI.rounds.carry, UI.export.html, UI.export.docx
    carry, page, word = (each.split()[0] for each in (carry, page, word))
    with Terminal(env={"NO_COLOR": "1", **env}) as terminal:
        terminal.wait_for(UI.tabs.checklist)
        terminal.press("3")
        terminal.wait_for(ITEMS[1].text[:12])
        terminal.press("x")
        terminal.wait_for(lambda screen: UI.progress.no_round not in screen)
        terminal.press("e")
        terminal.wait_for(lambda screen: page in screen and box(screen, page) == on)
        assert box(terminal.display, word) == off
        terminal.press("down")
        terminal.wait_for(lambda screen: (box(screen, word), box(screen, page)) == (on, off))
        terminal.press("escape")
        terminal.wait_for(lambda screen: page not in screen)
        terminal.press("r")
        terminal.wait_for(UI.rounds.intro[:14])
        terminal.press("n")
        terminal.wait_for(lambda screen: carry in screen and box(screen, carry) in ("☑", "[x]"))
        terminal.press("tab", "space")
        terminal.wait_for(lambda screen: box(screen, carry) in ("☐", "[ ]"))
        if "LC_ALL" in env:
            assert terminal.written.isascii()


def is_grey(colour: str) -> bool:
    if colour in ("default", "black", "white"):
        return True
    return len(colour) == 6 and colour[:2] == colour[2:4] == colour[4:]


def colours_of(display: Display, text: str) -> set[str]:
    """The colours of the text, wherever it is on the screen."""
    return {display.cell(place).foreground for place in display.find_all(text)}


@pytest.mark.parametrize("name", ["linux", "screen"])
def test_a_16_colour_terminal_shows_its_own_colours(name: str) -> None:
    with Terminal(env={"TERM": name, "COLORTERM": ""}, size=(100, 30)) as terminal:
        # The same title in the outline has the colour of plain text.
        terminal.wait_for(lambda screen: "brown" in colours_of(screen, FIRST_SCREEN))  # dark yellow
        display = at_the_checklist(terminal)
        terminal.press("space", "down", "x", "down")
        for mark, item in zip("☑☒", ITEMS, strict=False):
            terminal.wait_for(f"{mark} {item.text[:40]}")
        terminal.wait_for(lambda screen: has_cursor_on(screen, ITEMS[2].text))
        mark, heading = (
            display.cell(display.find(text)).foreground
            for text in (f"☑ {ITEMS[0].text[:40]}", CONTENT.checklist.groups[0].title)
        )
        assert (mark, heading) == ("green", "brown")
        assert "red" in display.cell(display.find(f"☒ {ITEMS[1].text[:40]}")).foreground
        statement = display.cell(display.find(ITEMS[4].text))
        assert (statement.foreground, statement.background) == ("white", "black")
        terminal.press("enter")
        terminal.wait_for(UI.plan.note)
        # Only the focused field has a white background.
        terminal.wait_for(lambda screen: "white" in {c.background for r in screen.rows for c in r})
        assert not re.search(rb"\x1b\[[0-9;]*[34]8;", terminal.written)


@pytest.mark.parametrize("reply", ["\x1b[?1u", "\x1b[?62;22c", "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\"])
def test_a_late_reply_of_the_terminal_is_not_taken_for_keys(data_dir: Path, reply: str) -> None:
    with Terminal() as terminal:
        at_the_checklist(terminal)
        terminal.type_bytes(f"{reply}x".encode())
        terminal.wait_for(f"☒ {ITEMS[0].text[:40]}")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    assert answers(data_dir) == {ITEMS[0].id: "missing"}


def test_the_bar_of_the_focused_round_is_solid_green_in_16_colours() -> None:
    with Terminal(env={"TERM": "linux", "COLORTERM": ""}) as terminal:
        at_the_checklist(terminal)
        terminal.press("space", "r")
        # One bar is above the tabs, dimmed; the other is that of the round.
        display = terminal.wait_for(lambda screen: len({y for _, y in screen.find_all("█")}) == 2)
        bar = display.cell(max(display.find_all("█"), key=lambda place: place.y))
        assert bar.foreground == "green"
        assert not bar.reverse


@pytest.mark.parametrize("name", ["ansi", "guldkorn"])
def test_a_theme_can_be_chosen_by_a_prefix_of_its_name(name: str) -> None:
    with Terminal("--theme", name) as terminal:
        terminal.wait_for(UI.tabs.fact_sheet)
        terminal.press("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.parametrize(
    ("theme", "no_color"),
    [("guldkorn-dark", "1"), ("guldkorn-light", "1"), ("guldkorn-light", "")],
)
def test_the_cursor_is_visible_in_16_colours_and_without_colours(theme: str, no_color: str) -> None:
    env = {"TERM": "xterm", "COLORTERM": "", **({"NO_COLOR": no_color} if no_color else {})}
    with Terminal("--theme", theme, env=env) as terminal:
        at_the_checklist(terminal)
        terminal.wait_for(lambda screen: has_cursor_on(screen, ITEMS[0].text))


def has_cursor_on(display: Display, text: str) -> bool:
    """Whether this item is the only one of the checklist in reverse video."""
    shown = [item.text[:30] for item in ITEMS if item.text[:30] in display]
    reversed_ = [each for each in shown if display.cell(display.find(each)).reverse]
    return reversed_ == [text[:30]]


@pytest.mark.parametrize("theme", ["guldkorn-dark", "guldkorn-light"])
def test_all_text_is_legible_in_256_colours(theme: str) -> None:
    env = {"TERM": "xterm-256color", "COLORTERM": ""}
    with Terminal("--theme", theme, env=env, size=(120, 40)) as terminal:
        at_the_checklist(terminal)
        terminal.press("space", "down", "x", "down", "i", "up")
        terminal.wait_for(f"⊘ {ITEMS[2].text}")
        for tab, text in (("4", LINKS[0].host), ("2", CONTENT.guldkorn.diamonds.cards[0].title)):
            assert not faint(terminal.display)
            terminal.press(tab)
            terminal.wait_for(text)
        assert not faint(terminal.display)


def is_whole(display: Display) -> bool:
    """Whether the title, the keys and the item with the cursor are on the screen."""
    title, *_, keys = display.lines
    return UI.title in title and UI.commands["help"].label in keys and ITEMS[12].text[:9] in display


def test_a_resized_window_is_redrawn() -> None:
    with Terminal(size=(120, 40)) as terminal:
        at_the_checklist(terminal)
        terminal.press(*["down"] * 12)
        for size in ((80, 24), (40, 12), (200, 60), (20, 6), (60, 15), (100, 30)):
            terminal.resize(size)
            terminal.wait_for(is_whole)
        terminal.press("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.parametrize("size", [(2, 3), (200, 60)])
def test_the_app_opens_and_closes_at_any_size(size: tuple[int, int]) -> None:
    with Terminal(size=size) as terminal:
        terminal.wait_for(lambda screen: screen.text.strip())
        terminal.press("3", "\t", "x", "2", "\t", "4", "\t", "q")
        assert terminal.wait_for_end() == 0
        assert b"Traceback" not in terminal.written


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("ctrl+p", ""),
        ("ctrl+p", UI.commands["previous_open"].help),
        ("r", f"({UI.rounds.current})"),
    ],
)
def test_rapid_clicks_close_a_dialog_once(key: str, text: str) -> None:
    with Terminal() as terminal:
        at_the_checklist(terminal)
        terminal.press("x")
        terminal.wait_for(f"☒ {ITEMS[0].text[:40]}")
        terminal.press(key)
        terminal.wait_for(lambda screen: "╭" in screen.text)
        place = terminal.wait_for(text).find(text) if text else Place(0, 0)
        terminal.press(*[f"\x1b[<0;{place.x + 1};{place.y + 1}{end}" for end in "MmMmMm"])
        terminal.wait_for(lambda screen: "╭" not in screen.text)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert b"Traceback" not in terminal.written


def test_the_outline_works_in_a_window_without_room_for_it() -> None:
    with Terminal(size=(30, 8)) as terminal:
        terminal.wait_for(UI.tabs.fact_sheet)
        terminal.press("o", "pagedown", "pageup", "end", "pagedown", "q")
        assert terminal.wait_for_end() == 0
        assert b"Traceback" not in terminal.written


# Files


@pytest.mark.smoke
def test_files_are_written_only_in_the_data_folder(
    data_dir: Path,
    tmp_path: Path,
) -> None:
    elsewhere = tmp_path / "all" / "the" / "rest"
    elsewhere.mkdir(parents=True)
    homes = {name: str(elsewhere) for name in ("HOME", "TMPDIR")}
    homes |= {f"XDG_{kind}_HOME": str(elsewhere) for kind in ("DATA", "CONFIG", "STATE", "CACHE")}
    with Terminal(env=homes, cwd=elsewhere) as terminal:
        at_the_checklist(terminal)
        terminal.press("space")
        terminal.wait_for(f"☑ {ITEMS[0].text[:40]}")
        terminal.press("2", "4", "y", "question_mark")
        terminal.wait_for(UI.help.title)
        terminal.press("q", "q")
        assert terminal.wait_for_end() == 0
    assert list(elsewhere.iterdir()) == []
    assert data_dir.stat().st_mode & 0o777 == 0o700
    files = {file.name: file.stat().st_mode & 0o777 for file in data_dir.rglob("*")}
    backup = f"progress-0001-{date.today().isoformat()}.sqlite3"
    private = dict.fromkeys(("progress.sqlite3", "view.json", backup), 0o600)
    assert files == {"backups": 0o700, **private}
    assert answers(data_dir) == {ITEMS[0].id: "in_place"}


def test_an_answer_that_cannot_be_saved_is_reported_and_not_shown(data_dir: Path) -> None:
    data_dir.write_text("in the way")
    with Terminal(size=(100, 30)) as terminal:
        at_the_checklist(terminal)
        for key, (mark, _) in ANSWERS.items():
            terminal.press(key)
            display = terminal.wait_for(UI.messages.not_saved.partition("{")[0].strip())
            assert f"{mark} {ITEMS[0].text[:40]}" not in display
            assert f"☐ {ITEMS[0].text[:40]}" in display
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    assert data_dir.read_text() == "in the way"
