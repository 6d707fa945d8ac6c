"""Content and a store that have grown large."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import yaml

from stoette_tui.content.loader import bundled_folder, load_record
from stoette_tui.content.model import Checklist
from stoette_tui.review.progress import Change
from stoette_tui.store import Store, queries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECTIONS, ITEMS, ITEMS_IN_GROUP = 200, 1_800, 30
ROUNDS, CHANGES = 200, 100_000


def big_content(folder: Path) -> Path:
    """A content folder with what we ship, and much more of the same."""
    shutil.copytree(bundled_folder(), folder)
    language = folder / "da"

    fact_sheet = yaml.safe_load((language / "fact_sheet.yaml").read_text("utf-8"))
    sections = fact_sheet["sections"]
    for number, template in enumerate(islice(cycle(list(sections)), SECTIONS - len(sections)), 1):
        title = f"Kapitel {number}: {template['title']}"
        sections.append({**template, "id": f"chapter-{number}", "title": title})
    _write(language / "fact_sheet.yaml", fact_sheet)

    checklist = yaml.safe_load((language / "checklist.yaml").read_text("utf-8"))
    groups = checklist["groups"]
    items = _items([section["id"] for section in sections])
    remaining = ITEMS - sum(len(group["items"]) for group in groups)
    number = 0
    while remaining:
        number += 1
        chosen = list(islice(items, min(ITEMS_IN_GROUP, remaining)))
        remaining -= len(chosen)
        texts = {"title": f"Gruppe {number}", "intro": "Flere udsagn af samme slags."}
        groups.append({"id": f"group-{number}", **texts, "items": chosen})
    _write(language / "checklist.yaml", checklist)
    return folder


def _items(section_ids: list[str]) -> Iterator[dict[str, str]]:
    words = ["planen", "ordet", "hinanden", "tiden", "rummet", "quizzen", "xylofonen", "cyklen"]
    for number, section in enumerate(cycle(section_ids), 1):
        word = words[number % len(words)]
        text = f"Udsagn {number} om, at vi har talt om {word}, også når dagen er lang."
        details = {"why": f"Det er {word}, det drejer sig om.", "question": f"Hvor er {word}?"}
        yield {"id": f"statement-{number}", "text": text, **details, "explains": section}


class _PlainDumper(yaml.SafeDumper):
    """Writes repeated values in full, as content must not contain aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Always true."""
        return True


def _write(file: Path, data: Any) -> None:
    text = yaml.dump(data, Dumper=_PlainDumper, allow_unicode=True, sort_keys=False)
    file.write_text(text, "utf-8")


def big_store(folder: Path) -> Path:
    """A data folder with a lot of rounds and changes; the round opened last is the current one."""
    checklist = load_record(bundled_folder() / "da" / "checklist.yaml", Checklist)
    items = [item.id for item in checklist.items]
    store = Store(folder)
    first = store.new_round("Runde 1")
    rows = islice(_rows(first, items), CHANGES - len(store.log(first)))
    with closing(sqlite3.connect(store.path)) as db, db:
        queries.insert(db, (Change(number, *row, act=number) for number, row in enumerate(rows, 3)))
    return folder


def _rows(first: str, items: list[str]) -> Iterator[tuple[datetime, str, str, str, str]]:
    answers = cycle(["in_place", "not_relevant", "unanswered"])
    at = datetime(2010, 1, 1, tzinfo=UTC)
    for number in range(1, ROUNDS + 1):
        round_id = first if number == 1 else f"{number:016x}"
        if number > 1:
            yield at, round_id, "", "name", f"Runde {number}"
            yield at, round_id, "", "opened", "1"
        for change in range(CHANGES // ROUNDS - 2):
            at += timedelta(minutes=30)
            item = items[change % len(items)]
            if change % 3:
                yield at, round_id, item, "answer", next(answers)
            else:
                yield at, round_id, item, "note", f"Note {change} fra runde {number}"
