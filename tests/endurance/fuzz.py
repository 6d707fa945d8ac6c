"""Hostile content, imports, dates and names: taken, or refused in one clear line, and in time.

The bounds: no input takes longer than `LONGEST` seconds, and the process, which has the interpreter
and all inputs in it besides, never takes more than `LARGEST` bytes.
"""

from __future__ import annotations

import datetime
import random
import resource
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from stoette_tui.base.files import read_file
from stoette_tui.base.problems import ProblemError
from stoette_tui.content import loader as content
from stoette_tui.content import ui_text
from stoette_tui.content.dates import read_date
from stoette_tui.report import transfer
from stoette_tui.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path
    from types import FrameType

LONGEST = 30.0
LARGEST = 600 * 2**20

DATES = ui_text.load(content.bundled_folder(), "da").dates
KINDS = ("content", "import", "date", "name")
HOSTILE = [
    *(
        b"&a [*a]",
        b"*a",
        b"<<: *a",
        b"!!python/object/apply:os.system [id]",
        b"!!binary AA==",
        b"? ",
    ),
    *(
        b"---\n",
        b"%YAML 9.9\n",
        b"|2-\n",
        b"[" * 500,
        b"{" * 500,
        b"- " * 500,
        b"'",
        b'"',
        b"\t",
        b"#",
    ),
    *(
        b"\x00",
        b"\x1b[2J",
        b"\x9b",
        b"\xc2\x9b",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xe2\x80\xae",
        b"\r",
    ),
    *(
        b"null",
        b"true",
        b"1e999",
        b"-1",
        b"9" * 400,
        b"1:1:1:1",
        b"2027-02-30",
        b"0x",
        b".nan",
        b"~",
    ),
    *(
        b"\\ud800",
        b"\\u0000",
        b"[[u]",
        b"](javascript:x)",
        b"[/]",
        b"=cmd|x",
        b"{folder}",
        b"{",
        b"}",
    ),
]
MULTIPLIED = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (letter, letter, b",".join([b"*%c" % (letter - 1)] * 9))
    for letter in range(ord("b"), ord("k"))
)
HUGE: dict[str, Callable[[], bytes]] = {
    "aliases that multiply": lambda: MULTIPLIED,
    "depth": lambda: b"[" * 1_000_000,
    "depth in YAML": lambda: b"".join(b" " * n + b"a:\n" for n in range(2000)),
    "depth in JSON": lambda: b'{"format": ' * 1_000_000,
    "long list": lambda: b"- a\n" * 500_000,
    "long list in JSON": lambda: b"[" + b"{}," * 6_000_000 + b"{}]",
    "changes": lambda: (
        b'{"format": "stoette-tui-round", "version": 1, "changes": [' + b"{}," * 6_000_000
    ),
    "long key": lambda: b"a" * 2_000_000 + b": 1\n",
    "many keys": lambda: b"".join(b"k%d: 1\n" % n for n in range(180_000)),
    "ids that stand twice": lambda: b"groups:\n" + b"- id: a\n" * 230_000,
    "links that lead nowhere": lambda: (
        b"title: t\nfacts: f\nsections:\n- id: a\n  title: t\n  text: '"
        + b"[a](#b)" * 250_000
        + b"'"
    ),
    "long number": lambda: b"a: " + b"9" * 2_000_000,
    "100 MB of text": lambda: b"x" * 100 * 2**20,
    "100 MB of nothing": lambda: bytes(100 * 2**20),
}
SLOW = ("long list", "many keys", "ids that stand twice")
"""Those that are refused only after seconds."""


def run(folder: Path, inputs: int, seed: int, huge: Collection[str]) -> int:
    """Tries that many inputs and those huge ones; 0 when each was taken or refused as it should be.

    `huge` are names in `HUGE`.
    """
    before = _peak()
    told: Counter[str] = Counter()
    amiss, slowest = 0, 0.0
    ui = ui_text.load(content.bundled_folder(), "da")

    def too_long(signal_number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, too_long)
    for name, attempt in attempts(folder, inputs, random.Random(seed), huge):
        signal.setitimer(signal.ITIMER_REAL, LONGEST)
        began = time.monotonic()
        try:
            attempt()
            how = "taken"
        except ProblemError as error:
            how = "refused"
            lines = [ui.say(problem) for problem in error.problems]
            if not lines or not all(line.isprintable() and line.strip() for line in lines):
                amiss += 1
                print(f"{name}: no clear line: {lines}", file=sys.stderr)
        except Exception:  # all that must never come
            how = "amiss"
            amiss += 1
            print(f"{name}:\n{traceback.format_exc(limit=-4)}", file=sys.stderr)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        slowest = max(slowest, time.monotonic() - began)
        told[f"{name.partition(':')[0]} {how}"] += 1
    peak = _peak()
    for what, count in sorted(told.items()):
        print(f"{what:40} {count:6}")
    print(f"{'slowest, seconds':40} {slowest:6.2f}   (bound {LONGEST:.0f})")
    print(f"{'peak of memory, MB':40} {peak >> 20:6}   (bound {LARGEST >> 20})")
    print(f"{'of that before the first input, MB':40} {before >> 20:6}")
    print(f"{'amiss':40} {amiss:6}")
    return 1 if amiss or peak > LARGEST else 0


def attempts(
    folder: Path, inputs: int, chance: random.Random, huge: Collection[str]
) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is tried, with a name that tells it again: its kind, and what it is."""
    language = shutil.copytree(content.bundled_folder() / "da", folder / "content" / "da")
    parts = {part: (language / f"{part}.yaml").read_bytes() for part in (*content.PARTS, "ui")}
    store = Store(folder / "theirs")
    round_id = store.new_round("Forår")
    for number in range(9):
        store.record(round_id, {("timing", "note"): "æ" * number, ("form", "action"): "b"}, "x")
    store.undo(round_id)
    exported = transfer.encode(store.log(round_id))
    ours = Store(folder / "ours")
    file = folder / "file"

    def load(part: str, data: bytes) -> None:
        (language / f"{part}.yaml").write_bytes(data)
        try:
            if part == "ui":
                ui_text.load(language.parent, "da")
            else:
                content.load(language)
        finally:
            (language / f"{part}.yaml").write_bytes(parts[part])

    def bring_in(data: bytes) -> None:
        file.write_bytes(data)
        ours.import_rounds(transfer.decode(read_file(file, transfer.MAX_BYTES), str(file)))

    def date(data: bytes) -> None:
        text = data.decode(errors="surrogateescape")
        read_date(text, "da", DATES, datetime.date.today())

    def rename(data: bytes) -> None:
        store.rename_round(round_id, data.decode(errors="surrogateescape"))

    for what in huge:
        yield f"content: {what}", partial(load, "links", HUGE[what]())
        yield f"import: {what}", partial(bring_in, HUGE[what]())
    for number in range(inputs):
        part = chance.choice(list(parts))
        tried: tuple[tuple[bytes, Callable[[bytes], None]], ...] = (
            (parts[part], partial(load, part)),
            (exported, bring_in),
            (
                chance.choice([b"2027-03-01", b"1/3-2027", b"1. marts", b"om 2 uger"]),
                date,
            ),
            ("Forår 2027".encode(), rename),
        )
        text, use = tried[number % 4]
        yield f"{KINDS[number % 4]}: {number}", partial(use, mutated(chance, text))


def mutated(chance: random.Random, data: bytes) -> bytes:
    """The data after some mishaps."""
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        start = chance.randint(0, len(data))
        end = start + int(chance.expovariate(1 / 20))
        piece = data[start:end]
        match chance.randrange(6):
            case 0 if data:
                at = chance.randrange(len(data))
                data = data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
            case 1:
                data = data[:start] + data[end:]
            case 2:
                data = data[:start] + piece * chance.choice([2, 3, 200]) + data[end:]
            case 3:
                data = data[:start] + chance.choice(HOSTILE) + data[start:]
            case 4:
                data = data[:start] + chance.choice(HOSTILE) + data[end:]
            case _:
                other = chance.randint(0, len(data))
                data = data[:other] + piece + data[other:]
    return data


def _peak() -> int:
    """The most memory this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
