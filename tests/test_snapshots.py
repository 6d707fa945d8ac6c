"""What every screen looks like, at three sizes, dark or light; the README shows some of it.

CONTRIBUTING.md says how to review a picture that has changed.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Protocol

import pytest
from app_driver import Reader
from terminal import Display
from test_cli import SHIPPED, UI
from textual.widgets import Input, TextArea

from stoette_tui.review import compare
from stoette_tui.review.progress import Change
from stoette_tui.store import Store
from stoette_tui.tui.app import StoetteApp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from textual.pilot import Pilot

    class Compare(Protocol):
        """The fixture of pytest-textual-snapshot."""

        def __call__(
            self,
            app: StoetteApp,
            terminal_size: tuple[int, int],
            run_before: Callable[[Pilot[None]], Awaitable[None]],
        ) -> bool: ...


SIZES = {"80x24": (80, 24), "120x40": (120, 40), "40x12": (40, 12)}
THEMES = {"dark": "guldkorn-dark", "light": "guldkorn-light"}
TABS = {"fact-sheet": "1", "guldkorn": "2", "checklist": "3", "links": "4"}
DIALOGS = {
    "help": ("question_mark",),
    "plan": ("enter",),
    "confirm": ("enter", "x", "escape"),
    "rounds": ("r",),
    "name": ("r", "n"),
    "compare": ("c",),
    "export": ("e",),
    "search": ("slash", *"stotte"),
    "commands": ("ctrl+p",),
}
"""The keys that open each dialog from the checklist."""
ANSWERS = {
    "before": {
        "good-relations": "in_place",
        "welcome-newcomers": "missing",
        "speak-freely": "missing",
        "help-each-other": "in_place",
        "mentoring": "not_relevant",
        "timing": "missing",
    },
    "now": {
        "good-relations": "in_place",
        "welcome-newcomers": "missing",
        "speak-freely": "in_place",
        "talk-about-problems": "in_place",
        "help-each-other": "in_place",
        "meeting-structure": "in_place",
        "information-flow": "missing",
        "mentoring": "not_relevant",
        "timing": "in_place",
    },
}
PLANS = {
    ("welcome-newcomers", "note"): "Nye kolleger får ingen rundvisning.",
    ("welcome-newcomers", "action"): "Fast følordning de første to uger",
    ("welcome-newcomers", "responsible"): "Mette, teknikken",
    ("welcome-newcomers", "due"): "2026-03-01",
    ("welcome-newcomers", "priority"): "1",
    ("information-flow", "action"): "Tavle ved sceneindgangen",
    ("information-flow", "responsible"): "Produktionslederen",
    ("information-flow", "due"): "2026-02-02",
}


def a_round(name: str, at: datetime, answers: dict[str, str]) -> list[Change]:
    """The log of a round, with every change at the same time."""
    edits = {("", "name"): name, **{(item, "answer"): given for item, given in answers.items()}}
    plans = {key: text for key, text in PLANS.items() if answers.get(key[0]) == "missing"}
    return [
        Change(id=n, at=at, act=n, undoes=None, round="a", item=item, field=field, value=value)
        for n, ((item, field), value) in enumerate((edits | plans).items(), 1)
    ]


@pytest.fixture
def store(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two rounds half a year apart, the later one open and, whatever the date, still recent."""
    monkeypatch.setattr(compare, "DAYS_BETWEEN_ROUNDS", sys.maxsize)
    store = Store(data_dir)
    store.import_rounds(
        a_round("Efterår 2025", datetime(2025, 9, 8, 10, tzinfo=UTC), ANSWERS["before"])
    )
    now = store.import_rounds(
        a_round("Forår 2026", datetime(2026, 3, 9, 10, tzinfo=UTC), ANSWERS["now"])
    )[0]
    assert now.round is not None
    store.open_round(now.round.id)
    return store


def app(store: Store, theme: str) -> StoetteApp:
    """The app on the shipped content."""
    made = StoetteApp(SHIPPED, UI, store, store.progress(), theme=THEMES[theme])
    made.animation_level = "none"
    return made


def pressed(store: Store, *keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Presses the keys, each once the app is idle, and waits until it is idle again."""

    async def press(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, StoetteApp)
        reader = Reader(pilot.app, pilot, Display((1, 1)), store, SHIPPED, UI)
        for key in keys:
            await reader.press(key)
        for field in (*pilot.app.screen.query(Input), *pilot.app.screen.query(TextArea)):
            field.cursor_blink = False  # a picture must not depend on timing
        await pilot.pause()  # until the process is idle
        await reader.rests()

    return press


@pytest.mark.parametrize(
    ("tab", "size", "theme"),
    [
        *[("fact-sheet", "80x24", "dark"), ("fact-sheet", "120x40", "light")],
        *[("guldkorn", "80x24", "light"), ("guldkorn", "120x40", "dark")],
        *[("checklist", "80x24", "light"), ("checklist", "120x40", "dark")],
        *[("links", "80x24", "dark"), ("links", "120x40", "light")],
        *[(tab, "40x12", ["dark", "light"][number % 2]) for number, tab in enumerate(TABS)],
    ],
)
def test_tab(snap_compare: Compare, store: Store, tab: str, size: str, theme: str) -> None:
    keys = [TABS[tab]]
    if size == "40x12" and tab in ("checklist", "links"):
        keys += ["end", "home"]  # the highlighted row may be a line higher at first
    run = pressed(store, *keys)
    assert snap_compare(app(store, theme), terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize(
    ("dialog", "size", "theme"),
    [
        *((dialog, "80x24", "dark") for dialog in DIALOGS),
        *((dialog, "40x12", "light") for dialog in DIALOGS),
        *[("help", "120x40", "dark"), ("plan", "120x40", "light")],
        *[("rounds", "120x40", "light"), ("compare", "120x40", "light")],
    ],
)
def test_dialog(
    snap_compare: Compare,
    store: Store,
    dialog: str,
    size: str,
    theme: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Today(date):
        @classmethod
        def today(cls) -> Today:
            return cls(2026, 3, 9)

    for module in ("tui.app", "tui.dialogs.plan", "tui.progress_service"):
        monkeypatch.setattr(f"stoette_tui.{module}.date", Today)
    monkeypatch.chdir("/")  # the export suggests a file in the current folder
    run = pressed(store, "3", *DIALOGS[dialog])
    assert snap_compare(app(store, theme), terminal_size=SIZES[size], run_before=run)
