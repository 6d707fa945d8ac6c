"""What is measured: each function yields one or more rows of the table."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from statistics import median, quantiles
from typing import TYPE_CHECKING

from stoette_tui.content import ui_text
from stoette_tui.content.loader import bundled_folder

from .lab import EMPTY_APP, EMPTY_TEXT, Lab, Result, ratio
from .program import NotSeenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .program import Program

IDLE_SECONDS = 20
TICKS_IN_RUN = 8
LETTERS = "shvtq"
BETWEEN_KEYS = 0.15
"""Seconds between the effect of one key and the next key: the pace of a fast typist."""


def start(lab: Lab) -> Iterator[Result]:
    """Time from the command to the fact sheet, and memory, against the empty app."""
    yield from _against_empty(lab, "", (*lab.command,), lab.heading, 1.15, 1.25, own=True)


def peer(lab: Lab, command: Sequence[str], text: str) -> Iterator[Result]:
    """The same for any other program, without limits."""
    yield from _against_empty(lab, f"{command[0]}: ", command, text, None, None)


def _against_empty(
    lab: Lab,
    name: str,
    command: Sequence[str],
    text: str,
    screen_limit: float | None,
    memory_limit: float | None,
    *,
    own: bool = False,
) -> Iterator[Result]:
    seconds, memory = _in_pairs(
        lab,
        lambda: lab.first_screen(lab.ours() if own else command, text),
        lambda: lab.first_screen(EMPTY_APP, EMPTY_TEXT),
    )
    yield ratio(f"{name}first screen", seconds, screen_limit)
    yield ratio(f"{name}memory", memory, memory_limit, "MiB")


def _in_pairs(
    lab: Lab, *experiments: Callable[[], tuple[float, float]]
) -> tuple[list[list[float]], list[list[float]]]:
    """Like `Lab.in_turns`, for experiments with two figures, which are returned separately."""
    for experiment in experiments:
        experiment()
    rounds = [[experiment() for experiment in experiments] for _ in range(lab.runs)]
    series = list(zip(*rounds, strict=True))
    return [[a for a, _ in each] for each in series], [[b for _, b in each] for each in series]


def idle(lab: Lab) -> Iterator[Result]:
    """Processor time while untouched, of two windows on one store with something in it."""
    data = lab.new_data()
    lab.whole_process(*lab.ours(data=data), "answer", _items(lab)[0][0], "in-place")
    with ExitStack() as stack:
        windows = [stack.enter_context(lab.open(lab.ours(data=data))) for _ in range(2)]
        for window in windows:
            window.wait_for(lab.heading)
        time.sleep(5)
        before = [window.processor_time for window in windows]
        started = time.perf_counter()
        for window in windows:
            window.rest(IDLE_SECONDS / 2, IDLE_SECONDS / 2)
        used = [window.processor_time - was for window, was in zip(windows, before, strict=True)]
        share = max(used) / (time.perf_counter() - started) * 100
    yield Result("processor, untouched, two windows", share, "%", 0.5, "of a core, the busier one")


def tick(lab: Lab) -> Iterator[Result]:
    """Time from the key to the mark on the screen; only ours is on disk by then."""
    series: list[list[float]] = [[], [], []]
    with (
        lab.open(lab.ours()) as program,
        lab.open((*EMPTY_APP, "toggle")) as toggle,
        lab.open((*EMPTY_APP, "tick")) as empty,
    ):
        toggle.wait_for("Item 1")
        empty.wait_for(EMPTY_TEXT)
        _open_checklist(lab, program)
        timed = (
            _ticks(lab, program, _items(lab)[0][1]),
            _toggles(lab, toggle),
            _ticks(lab, empty, EMPTY_TEXT),
        )
        for each in zip(*timed, strict=True):
            for kind, seconds in zip(series, each, strict=True):
                kind.append(seconds)
    ours, toggles, ticks = series
    p95 = [[_p95(each)] for each in series]
    yield ratio("tick, against a toggle in SelectionList, median", (ours, toggles), 1)
    yield ratio("tick, against that, 95th percentile", p95[:2], 1)
    yield ratio("tick, against one saved nowhere, median", (ours, ticks), None)


def _toggles(lab: Lab, program: Program) -> Iterator[float]:
    """Seconds from the key to the redrawn line of the mark."""
    program.rest()
    for _ in range(lab.runs * TICKS_IN_RUN):
        program.rest(BETWEEN_KEYS)
        pressed = program.press(" ")
        yield program.wait_for("Item 1") - pressed


def _p95(series: Sequence[float]) -> float:
    return quantiles(series, n=20)[-1]


def _items(lab: Lab) -> list[tuple[str, str]]:
    """The ids of the items we ship, and the beginnings of their texts."""
    return [(item.id, item.text[:25].rstrip()) for item in lab.content.checklist.items]


def _open_checklist(lab: Lab, program: Program) -> float:
    """Seconds from the key to the list."""
    program.wait_for(lab.heading)
    program.rest()
    pressed = program.press("3")
    return program.wait_for(_items(lab)[0][1]) - pressed


def _ticks(lab: Lab, program: Program, text: str) -> Iterator[float]:
    """Seconds from the key to the mark before the text, for each tick set or cleared."""
    program.rest()
    before = program.press(" ")
    signs = ("☐", "☑")
    try:  # the first tick is not measured
        program.wait_for(f"☑ {text}")
    except NotSeenError:
        raise NotSeenError(f"no tick within {time.perf_counter() - before:.0f} s") from None
    for number in range(lab.runs * TICKS_IN_RUN):
        program.rest(BETWEEN_KEYS)
        pressed = program.press(" ")
        yield program.wait_for(f"{signs[number % 2]} {text}") - pressed


def commands(lab: Lab) -> Iterator[Result]:
    """Time of commands, as whole processes."""
    data = lab.new_data()
    lab.whole_process(*lab.ours(data=data), "answer", _items(lab)[0][0], "in-place")
    status, version, help_, python, empty = lab.in_turns(
        lambda: lab.whole_process(*lab.ours(data=data), "status", "--json"),
        lambda: lab.whole_process(*lab.command, "--version"),
        lambda: lab.whole_process(*lab.command, "--help"),
        lambda: lab.whole_process(sys.executable, "-c", "pass"),
        lambda: lab.first_screen(EMPTY_APP, EMPTY_TEXT)[0],
    )
    yield ratio("status --json, against the empty app", (status, empty), 0.40)
    yield ratio("--version, against python -c pass", (version, python), 4)
    yield ratio("--help, against python -c pass", (help_, python), 10)


def content(lab: Lab) -> Iterator[Result]:
    """A lot of content, against what we ship."""
    big = lab.big_content
    seconds, memory = _in_pairs(
        lab,
        lambda: lab.first_screen(lab.ours(content=big), lab.heading),
        lambda: lab.first_screen(lab.ours(), lab.heading),
    )
    yield ratio("1,800 items, 200 sections: first screen", seconds, 1.3)
    series: list[list[float]] = [[], [], [], []]
    for _ in range(lab.runs):
        for at, where in ((0, big), (1, None)):
            with lab.open(lab.ours(content=where)) as program:
                series[at].append(_open_checklist(lab, program))
    with (
        lab.open(lab.ours(content=big)) as program,
        lab.open(lab.ours()) as other,
    ):
        _both_tick(lab, program, other, series[2:])
    yield ratio("1,800 items, 200 sections: to the list", series[:2], 2)
    yield ratio("1,800 items, 200 sections: tick", series[2:], 2)
    yield ratio("1,800 items, 200 sections: memory", memory, 1.5, "MiB")


def _both_tick(lab: Lab, one: Program, other: Program, series: Sequence[list[float]]) -> None:
    for program in (one, other):
        _open_checklist(lab, program)
    text = _items(lab)[0][1]
    for pair in zip(_ticks(lab, one, text), _ticks(lab, other, text), strict=True):
        for each, seconds in zip(series, pair, strict=True):
            each.append(seconds)


def store(lab: Lab) -> Iterator[Result]:
    """A lot of changes in the store, against none."""
    big, empty = lab.big_store, lab.new_data()
    screens = lab.in_turns(
        lambda: lab.first_screen(lab.ours(data=big), lab.heading)[0],
        lambda: lab.first_screen(lab.ours(data=empty), lab.heading)[0],
    )
    yield ratio("200 rounds, 100,000 changes: first screen", screens, 1.2)
    status = lab.in_turns(
        lambda: lab.whole_process(*lab.ours(data=big), "status", "--json"),
        lambda: lab.whole_process(*lab.ours(data=empty), "status", "--json"),
    )
    series: list[list[float]] = [[], []]
    # The focused item must be unanswered before the first tick.
    lab.whole_process(*lab.ours(data=big), "answer", _items(lab)[0][0], "unanswered")
    with (
        lab.open(lab.ours(data=big)) as program,
        lab.open(lab.ours(data=empty)) as other,
    ):
        _both_tick(lab, program, other, series)
    yield ratio("200 rounds, 100,000 changes: tick", series, 1.2)
    yield ratio("200 rounds, 100,000 changes: status", status, 1.5)


def search(lab: Lab) -> Iterator[Result]:
    """Time from a key to the results, in 1,800 items and 200 sections."""
    series = []
    with lab.open(lab.ours(content=lab.big_content)) as program:
        program.wait_for(lab.heading)
        program.rest()
        program.press("/")
        program.rest()
        words = ui_text.load(bundled_folder(), "da")
        # Shown at the edge of the search as soon as something is found, and nowhere else.
        results = words.count(words.search.found, 2).removeprefix("2")
        for _ in range(lab.runs):
            for letter in LETTERS:
                pressed = program.press(letter)
                series.append((program.wait_for(results) - pressed) * 1000)
                program.rest(BETWEEN_KEYS)
                program.press("\x7f")
                program.rest(BETWEEN_KEYS)
    detail = f"slowest {max(series):.0f} ms"
    yield Result("search in 1,800 items, key to results", median(series), "ms", 50, detail)


ROWS: dict[str, Callable[[Lab], Iterator[Result]]] = {
    "start": start,
    "idle": idle,
    "tick": tick,
    "commands": commands,
    "content": content,
    "store": store,
    "search": search,
}
"""Named as `--only` takes them."""
