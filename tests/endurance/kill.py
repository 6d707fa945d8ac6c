"""Answers in a terminal, killed at any moment: what had been drawn as given is there next time."""

from __future__ import annotations

import random
import sys
import time
from typing import TYPE_CHECKING

from terminal import MODULE, Terminal

from stoette_tui.content import loader as content

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Display

ITEMS = [item.text for item in content.load(content.bundled_folder() / "da").checklist.items]
KEYS = {"space": "☑", "x": "☒", "i": "⊘"}
MARKS = "☐☑☒⊘"
SIZE = (98, 90)
"""All items are in view at once, and whole, below those to follow up and above one in focus."""
BEGINNING = 40
"""Characters of an item that stand on its first line."""
LONGEST_RUN = 0.6
"""Seconds from the first key to the kill: some ten ticks, and longer than all keys take."""

Marks = list[str | None]


def run(folder: Path, times: int, seed: int) -> int:
    """Kills the program that many times; 0 when nothing that was drawn was lost."""
    chance = random.Random(seed)
    began = time.monotonic()
    drawn = underway = lost = 0
    known: Marks = ["☐"] * len(ITEMS)
    may_be: list[set[str | None]] = [{mark} for mark in known]
    for number in range(1, times + 1):
        with Terminal(
            command=MODULE, size=SIZE, env={"STOETTE_TUI_DATA_DIR": str(folder)}, typed_ahead="3"
        ) as terminal:
            if chance.random() < 0.1:  # while it starts
                terminal.watch(chance.uniform(0, 0.5))
                terminal.kill()
                continue
            known = marks(terminal.wait_for(lambda screen: None not in marks(screen)))
            for item, mark, allowed in zip(ITEMS, known, may_be, strict=True):
                if mark not in allowed:
                    lost += 1
                    print(f"kill {number - 1}: {item!r} is {mark}, not {allowed}", file=sys.stderr)
            given = answer(chance, terminal, known)
            terminal.watch(chance.uniform(0, LONGEST_RUN))
            terminal.kill()
            terminal.watch(0)
            seen = marks(terminal.display)
        may_be = []
        for before, after, on_screen in zip(known, given, seen, strict=True):
            is_drawn = before != after and on_screen == after
            drawn += is_drawn
            underway += before != after and not is_drawn
            may_be.append({after} if is_drawn else {before, after})
    took = time.monotonic() - began
    print(f"kills                                     {times}")
    print(f"answers that were drawn before the kill   {drawn}")
    print(f"answers that were asked for but not drawn {underway}")
    print(f"answers that were drawn and lost          {lost}")
    print(f"seconds                                   {took:.0f}")
    return 1 if lost or not drawn else 0


def answer(chance: random.Random, terminal: Terminal, known: Marks) -> Marks:
    """Types an answer to each of some items in haste; returns what that comes to.

    From the last one, above the map, upwards, as above the first one stands what is due, now more
    and now less.
    """
    given = list(known)
    keys = ["end", "up"]
    for place in range(-1, -chance.randint(1, len(ITEMS)) - 1, -1):
        key = chance.choice(list(KEYS))
        given[place] = "☐" if known[place] == KEYS[key] else KEYS[key]
        keys += [key, "up"]
    terminal.press(*keys)
    return given


def marks(screen: Display) -> Marks:
    """The mark of each item as it is drawn; none where the item is not, or not wholly."""
    text = "\n".join(screen.lines)
    return [next((m for m in MARKS if f"{m} {item[:BEGINNING]}" in text), None) for item in ITEMS]
