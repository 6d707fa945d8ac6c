"""Where the languages of a content folder do not agree: what one has and another lacks.

Saved answers hang on ids, so all languages have the same ones; and a word without its placeholder
would leave out what it should say.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from stoette_tui.base.problems import Problem
from stoette_tui.content import cldr, yaml_reader
from stoette_tui.content.dates import read_date
from stoette_tui.content.declarations import PLACEHOLDER
from stoette_tui.content.loader import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from stoette_tui.content.ui_text import UiText
    from stoette_tui.content.validation import Location


def problems(folder: Path, languages: Mapping[str, UiText]) -> list[Problem]:
    """What the languages lack of each other, and which of them no date can be written in.

    Each language is without a fault of its own.
    """
    found = [each for code, ui in languages.items() for each in _locale_problems(folder / code, ui)]
    for part in PARTS:
        files = {code: folder / code / f"{part}.yaml" for code in languages}
        ids = {code: list(_ids(yaml_reader.read(file))) for code, file in files.items()}
        found += _missing_ids(files, ids)
    return found + _missing_placeholders({code: folder / code / "ui.yaml" for code in languages})


def _locale_problems(folder: Path, ui: UiText) -> Iterator[Problem]:
    file, today = folder / "ui.yaml", date(2027, 1, 1)
    where = f"{file}:{yaml_reader.line_of(file, ('locale',))}"
    if cldr.find(ui.locale) is None:
        yield Problem("locale_unknown", where, {"locale": ui.locale})
        return
    if cldr.find(folder.name.replace("_", "-")) and not cldr.is_same_language(
        folder.name.replace("_", "-"), ui.locale
    ):
        yield Problem("locale_differs", where, {"locale": ui.locale, "language": folder.name})
    for month in range(1, 13):
        written = ui.short_date(date(2027, month, 28))
        if read_date(written, ui.locale, ui.dates, today) != date(2027, month, 28):
            yield Problem("date_unreadable", where, {"locale": ui.locale, "date": written})
            return


def _ids(data: Any, kind: str = "") -> Iterator[tuple[str, str]]:
    """The ids in a file, each with the name of the list it stands in."""
    if isinstance(data, dict):
        if isinstance(data.get("id"), str):
            yield kind, data["id"]
        for name, value in data.items():
            yield from _ids(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from _ids(value, kind)


def _missing_ids(
    files: Mapping[str, Path], ids: Mapping[str, Sequence[tuple[str, str]]]
) -> Iterator[Problem]:
    """The ids that one language has and another lacks; once for each that lacks it."""
    owners: dict[tuple[str, str], str] = {}
    for code, own in ids.items():
        for each in own:
            owners.setdefault(each, code)
    for (kind, id_), owner in owners.items():
        for code, own in ids.items():
            if (kind, id_) not in own:
                details = {"id": id_, "field": kind, "language": owner}
                yield Problem("id_missing", str(files[code]), details)


def _missing_placeholders(files: Mapping[str, Path]) -> list[Problem]:
    """The words that lack a placeholder which the same words in another language have."""
    words = {code: dict(_words(yaml_reader.read(file), ())) for code, file in files.items()}
    owners: dict[tuple[Location, str], str] = {}
    for code, own in words.items():
        for at, text in own.items():
            for name in PLACEHOLDER.findall(text):
                owners.setdefault((at, name), code)
    return [
        Problem(
            "placeholder_missing",
            f"{files[code]}:{yaml_reader.line_of(files[code], at)}",
            {"name": name, "language": owner},
        )
        for (at, name), owner in owners.items()
        for code, own in words.items()
        if at in own and name not in PLACEHOLDER.findall(own[at])
    ]


def _words(data: Any, at: Location) -> Iterable[tuple[Location, str]]:
    """The texts of a file by their places; of plural forms that for all other numbers."""
    if isinstance(data, str):
        yield at, data
    elif isinstance(data, dict) and "other" in data:
        yield at, str(data["other"])
    elif isinstance(data, (dict, list)):
        entries = data.items() if isinstance(data, dict) else enumerate(data)
        for step, value in entries:
            yield from _words(value, (*at, step))
