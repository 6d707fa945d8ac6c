"""Loads the content of a language, and finds the folder it lies in."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from stoette_tui.base.problems import Problem, ProblemError
from stoette_tui.content import validation, yaml_reader
from stoette_tui.content.model import Checklist, Content, FactSheet, Guldkorn, Links

PARTS: dict[str, type[Struct]] = {
    "fact_sheet": FactSheet,
    "guldkorn": Guldkorn,
    "checklist": Checklist,
    "links": Links,
}
"""The files of a language folder, by name without `.yaml`, beside `ui.yaml`."""

RecordType = TypeVar("RecordType", bound=Struct)


def bundled_folder() -> Path:
    """The content the program comes with: inside the wheel, or at the top of the clone."""
    room = Path(__file__).parent
    return room if any(room.glob("*/ui.yaml")) else room.parent.parent / "content"


def languages(folder: Path) -> list[str]:
    """The languages a content folder holds, sorted: its sub-folders with YAML files in them.

    Raises `ProblemError` if it cannot be read.
    """
    try:
        return sorted({file.parent.name for file in folder.glob("*/*.yaml")})
    except OSError as error:
        raise ProblemError.of(
            "file_unreadable", str(folder), reason=error.strerror or str(error)
        ) from None


def language_folder(folder: Path, language: str) -> Path:
    """The folder of one language. Raises `ProblemError` that names the languages there are."""
    if not folder.is_dir():
        raise ProblemError.of("content_missing", str(folder))
    known = languages(folder)
    if language not in known:
        raise ProblemError.of(
            "language_unknown", str(folder), language=language, languages=", ".join(known) or "–"
        )
    return folder / language


def load(language_folder: Path) -> Content:
    """Loads the four files of a language. Raises `ProblemError` with the problems in them."""
    problems: list[Problem] = []
    parts: dict[str, Any] = {}
    for name, record in PARTS.items():
        try:
            parts[name] = load_record(language_folder / f"{name}.yaml", record)
        except ProblemError as error:
            problems.extend(error.problems)
    references = validation.references(language_folder, parts)
    problems.extend(islice(references, validation.MOST))
    if problems:
        raise ProblemError(problems)
    return Content(**parts)


def load_record(file: Path, record: type[RecordType]) -> RecordType:
    """Loads one file as the type given. Raises `ProblemError` with the problems in it."""
    data = yaml_reader.read(file)
    twice = validation.double_ids(file, data)
    try:
        value = msgspec.convert(data, record)
    except msgspec.ValidationError as error:
        problems = validation.against_schema(file, data, schema(record))
        raise ProblemError(
            [*problems, *twice] or [Problem("content_invalid", str(file), {"reason": str(error)})]
        ) from None
    if twice:
        raise ProblemError(twice)
    return value


def schema(record: type[Struct]) -> dict[str, Any]:
    """The JSON Schema of a content file."""
    return msgspec.json.schema(record)
