"""Checks the content of all languages: each by itself, and each against the others.

Saved answers depend on ids, so all languages must have the same ones; and a text without its
placeholder would omit information.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from msgspec import to_builtins

from stoette_tui.base.problems import Problem, ProblemError
from stoette_tui.content import cldr, loader
from stoette_tui.content.declarations import PLACEHOLDER
from stoette_tui.content.ui_text import UiText
from stoette_tui.content.validation import Location, ids
from stoette_tui.content.yaml_reader import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_NUMBERS: Final = 200
"""The counts below this one cover every plural category a count can have."""


def check(folder: Path) -> list[str]:
    """The languages of a folder. Raises `ProblemError` with every problem in any of them.

    Languages that are valid by themselves are compared with each other.
    """
    languages = loader.languages(folder)
    if not languages:
        raise ProblemError.of("content_missing", str(folder))
    problems: list[Problem] = []
    sound: dict[str, dict[str, Any]] = {}
    for language in languages:
        own, found = folder / language, list[Problem]()
        try:
            content = loader.load(own)
        except ProblemError as error:
            found += error.problems
        try:
            ui = loader.load_record(own / "ui.yaml", UiText, with_placeholders=True)
        except ProblemError as error:
            found += error.problems
        if not found:
            sound[language] = {**to_builtins(content), "ui": to_builtins(ui)}
            problems += _locale_problems(own, ui) or _missing_forms(own, ui, sound[language])
        problems += found
    problems += [*_missing_ids(folder, sound), *_missing_placeholders(folder, sound)]
    if problems:
        raise ProblemError(problems)
    return languages


def _locale_problems(folder: Path, ui: UiText) -> list[Problem]:
    """The problems of a `locale` of another language, or one whose dates CLDR cannot write."""
    where, today = _where(folder, ("ui", "locale")), date(2027, 1, 1)
    code = folder.name.replace("_", "-")
    given, own = cldr.find(ui.locale), cldr.find(code)
    details = {"locale": ui.locale, "language": code, "example": cldr.with_country(code)}
    if given is None:
        return [Problem("locale_unknown", where, details)]
    problems = []
    if own and own.language != given.language:
        problems += [Problem("locale_differs", where, details)]
    for month in range(1, 13):
        written = ui.short_date(date(2027, month, 28))
        if ui.read_date(written, today) != date(2027, month, 28):
            details = {"locale": ui.locale, "date": written}
            return [*problems, Problem("date_unreadable", where, details)]
    return problems


def _missing_forms(folder: Path, ui: UiText, data: dict[str, Any]) -> Iterator[Problem]:
    """The plural categories of the language for which a text with plural forms has none."""
    kinds = {cldr.plural_category(ui.locale, number) for number in range(_NUMBERS)}
    for at, forms in _texts(data["ui"], ("ui",)):
        lacks = sorted(kind for kind in kinds if not forms[kind]) if isinstance(forms, dict) else ()
        if missing := ", ".join(lacks):
            details = {"missing": missing, "locale": ui.locale}
            yield Problem("plural_missing", _where(folder, at), details)


def _missing_ids(folder: Path, languages: Mapping[str, dict[str, Any]]) -> Iterator[Problem]:
    """A problem for each id that another language has, located there, per language without it."""
    found: dict[tuple[str, str, str], dict[str, Location]] = {}
    for code, data in languages.items():
        for part in loader.PARTS:
            for kind, id_, at in ids(data[part]):
                found.setdefault((part, kind, id_), {})[code] = (part, *at)
    for (_, kind, id_), places in found.items():
        owner, at = next(iter(places.items()))
        for code in languages:
            if code not in places:
                details = {"id": id_, "field": kind, "language": code}
                yield Problem("id_missing", _where(folder / owner, at), details)


def _missing_placeholders(
    folder: Path, languages: Mapping[str, dict[str, Any]]
) -> Iterator[Problem]:
    """The texts that lack a placeholder which the same text has in another language."""
    words = {code: dict(_words(data["ui"], ("ui",))) for code, data in languages.items()}
    owners: dict[tuple[Location, str], str] = {}
    for code, own in words.items():
        for at, text in own.items():
            for name in PLACEHOLDER.findall(text):
                owners.setdefault((at, name), code)
    for (at, name), owner in owners.items():
        for code, own in words.items():
            if at in own and name not in PLACEHOLDER.findall(own[at]):
                details = {"name": name, "language": owner}
                yield Problem("placeholder_missing", _where(folder / code, at), details)


def _words(data: Any, at: Location) -> Iterator[tuple[Location, str]]:
    """The texts with their locations; of plural forms only `other`."""
    for place, text in _texts(data, at):
        yield place, text if isinstance(text, str) else text["other"]


def _texts(data: Any, at: Location) -> Iterator[tuple[Location, str | dict[str, str]]]:
    """The texts, and those with plural forms as a whole, with their locations."""
    if isinstance(data, str) or (isinstance(data, dict) and "other" in data):
        yield at, data
    elif isinstance(data, (dict, list, tuple)):
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _texts(value, (*at, step))


def _where(folder: Path, at: Location) -> str:
    """The file and line of a location whose first element names the file."""
    part, *path = at
    file = folder / f"{part}.yaml"
    return f"{file}:{line_of(file, path)}"
