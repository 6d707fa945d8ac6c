"""Finds the content of a language and loads it from YAML into validated, typed values."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from stoette_tui.base.problems import Problem, ProblemError, reason_of
from stoette_tui.content import validation, yaml_reader
from stoette_tui.content.model import Checklist, Content, FactSheet, Guldkorn, Links

PARTS: dict[str, type[Struct]] = {
    "fact_sheet": FactSheet,
    "guldkorn": Guldkorn,
    "checklist": Checklist,
    "links": Links,
}
"""The files of a language folder except `ui.yaml`, by name without `.yaml`."""

RecordType = TypeVar("RecordType", bound=Struct)


def bundled_folder() -> Path:
    """The content we ship: inside the package in a wheel, at the top level in a clone."""
    package = Path(__file__).parent
    return package if any(package.glob("*/ui.yaml")) else package.parent.parent / "content"


def languages(folder: Path) -> list[str]:
    """The languages of a content folder, sorted: its subfolders that contain YAML files.

    Raises `ProblemError` if the folder cannot be read, or is itself the folder of a language.
    """
    try:
        found = sorted({file.parent.name for file in folder.glob("*/*.yaml")})
        if not found and any(folder.glob("*.yaml")):
            around = str(folder.resolve().parent)
            raise ProblemError.of("content_of_one_language", str(folder), folder=around)
        return found
    except OSError as error:
        raise ProblemError.of("file_unreadable", str(folder), reason=reason_of(error)) from None


def language_folder(folder: Path, language: str) -> Path:
    """The folder of one language. Raises `ProblemError` if there is none."""
    if not folder.is_dir():
        raise ProblemError.of("content_missing", str(folder))
    known = languages(folder)
    if language not in known:
        raise ProblemError.of(
            "language_unknown", str(folder), language=language, languages=", ".join(known) or "–"
        )
    return folder / language


def load(folder: Path) -> Content:
    """Loads the content in the folder of a language.

    Raises `ProblemError` with every problem in its files and between them.
    """
    problems: list[Problem] = []
    parts: dict[str, Any] = {}
    for name, record in PARTS.items():
        try:
            parts[name] = load_record(folder / f"{name}.yaml", record)
        except ProblemError as error:
            problems.extend(error.problems)
    references = validation.reference_problems(folder, parts)
    problems.extend(islice(references, yaml_reader.MAX_PROBLEMS))
    if problems:
        raise ProblemError(problems)
    return Content(**parts)


def load_record(
    file: Path, record: type[RecordType], *, with_placeholders: bool = False
) -> RecordType:
    """Loads a file as a value of that type. Raises `ProblemError` with every problem in it.

    The check for placeholders that are never filled is optional, as it is slow.
    """
    data, found = yaml_reader.read(file)
    try:
        value, reason = msgspec.convert(data, record), ""
    except msgspec.ValidationError as error:
        value, reason = None, str(error)
    if found or reason or with_placeholders:
        found += validation.schema_problems(file, data, msgspec.json.schema(record))
    found += validation.duplicate_ids(file, data)
    if found:
        raise ProblemError(sorted(found, key=lambda each: int(each.where.rpartition(":")[2])))
    if value is None:
        raise ProblemError.of("content_invalid", str(file), reason=reason)
    return value
