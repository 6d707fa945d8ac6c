"""Problems in content, each with its file and line.

msgspec stops at the first error and does not know its line; so jsonschema reads what msgspec has
refused. What no schema can express, ids and the references to them, is checked here.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, get_type_hints

from msgspec import Struct

from stoette_tui.base.problems import Problem
from stoette_tui.content.declarations import PLACEHOLDER
from stoette_tui.content.yaml_reader import MAX_PROBLEMS, line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from jsonschema import ValidationError

    from stoette_tui.content.model import Checklist, FactSheet, Guldkorn, Links

Location = tuple[str | int, ...]
"""The place of a value in a file: the keys and indexes that lead to it."""

# A Markdown parser would take longer to import than the content to load.
_LINK = re.compile(r"\]\(\s*<?([^)>\s]*)")
TYPE_NAMES = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    list: "array",
    dict: "object",
    type(None): "null",
}
"""The kinds of values in YAML; any other is a date."""


def schema_problems(file: Path, data: Any, schema: dict[str, Any]) -> list[Problem]:
    """The places where the data does not follow its JSON Schema."""
    from jsonschema import Draft202012Validator

    errors = Draft202012Validator(schema).iter_errors(data)
    found = (each for error in errors for each in _from_error(file, error))
    return list({repr(each): each for each in islice(found, MAX_PROBLEMS)}.values())


def _problem(file: Path, code: str, at: Location, **details: str) -> Problem:
    return Problem(code, f"{file}:{line_of(file, at)}", details)


def _from_error(file: Path, error: ValidationError) -> Iterator[Problem]:
    """The problems in a validation error: one for each field or placeholder that it is about."""
    path: Location = tuple(error.absolute_path)
    instance: Any = error.instance
    rule: Any = error.validator_value
    schema: Any = error.schema

    def problem(code: str, at: Location = path, **details: str) -> Problem:
        return _problem(file, code, at, field=_field_name(at), **details)

    match error.validator:
        case "anyOf":
            # An optional field: the error that matters is that of the type it has when given.
            for cause in error.context or []:
                if cause.schema != {"type": "null"}:
                    yield from _from_error(file, cause)
        case "required":
            for name in rule:
                if name not in instance:
                    expected = _kind(schema["properties"][name])
                    yield problem("field_missing", (*path, name), expected=expected)
        case "additionalProperties":
            for name in instance:
                if name not in schema["properties"]:
                    known = ", ".join(schema["properties"])
                    yield problem("field_unknown", (*path, name), known=known)
        case "type":
            yield problem("field_type", expected=_kind(schema), found=_type_name(instance))
        case "enum":
            yield problem("field_choice", choices=_kind(schema))
        case "minLength" | "minItems" if not instance:
            yield problem("field_empty", expected=_kind(schema))
        case "minItems" | "maxItems":
            yield problem("field_count", expected=str(rule), found=str(len(instance)))
        case "maxLength":
            yield problem("field_too_long", longest=str(rule))
        case "pattern" if "placeholders" in schema:
            known = ", ".join(schema["placeholders"]) or "–"
            for name in dict.fromkeys(PLACEHOLDER.findall(instance)):
                if name not in schema["placeholders"]:
                    yield problem("placeholder_unknown", name=name, known=known)
        case _:
            yield problem("field_format", expected=_kind(schema), found=str(instance)[:80])


def _kind(schema: dict[str, Any]) -> str:
    """The name of a schema under `kinds` in `ui.yaml`, or the choices it leaves."""
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    kind = str(schema.get("type", "object"))  # without a type it is a reference to a record
    return kind if kind in ("object", "array") else str(schema.get("title", kind))


def _field_name(path: Location) -> str:
    """The location for people, counted from one: `sections 2, title`."""
    words = [f" {step + 1}" if isinstance(step, int) else f", {step}" for step in path]
    return "".join(words).removeprefix(", ").strip() or "–"


def _type_name(value: Any) -> str:
    return TYPE_NAMES.get(type(value), "date")


def duplicate_ids(file: Path, data: Any) -> list[Problem]:
    """A problem for each id used before in lists of that name: sections, cards, groups, …"""
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()

    def visit(value: Any, path: Location) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                visit(inner, (*path, name))
        elif isinstance(value, list):
            for index, entry in enumerate(value):
                if isinstance(entry, dict) and isinstance(entry.get("id"), str):
                    key = (str(path[-1:]), entry["id"])
                    if key in seen and len(problems) < MAX_PROBLEMS:
                        at = (*path, index, "id")
                        problems.append(_problem(file, "duplicate_id", at, id=entry["id"]))
                    seen.add(key)
                visit(entry, (*path, index))

    visit(data, ())
    return problems


def reference_problems(folder: Path, parts: Mapping[str, Any]) -> Iterator[Problem]:
    """The references without a target, among the parts of a language that could be loaded.

    These are `explains`, `ideas`, `checklist`, `cards`, `link`, `section`, and in Markdown the
    targets of links.
    """
    fact_sheet: FactSheet | None = parts.get("fact_sheet")
    guldkorn: Guldkorn | None = parts.get("guldkorn")
    checklist: Checklist | None = parts.get("checklist")
    links: Links | None = parts.get("links")
    known: dict[str, list[str]] = {}
    if fact_sheet:
        known["section"] = [section.id for section in fact_sheet.sections]
    if checklist:
        known["group"] = [*(group.id for group in checklist.groups), checklist.map.id]
        known["idea"] = [idea.id for idea in checklist.ideas]
    if guldkorn:
        known["card"] = [
            card.id for each in (guldkorn.diamonds, guldkorn.guldkorn) for card in each.cards
        ]
    if links:
        known["link"] = [link.id for group in links.groups for link in group.links]

    def missing(name: str, at: Location, kind: str, target: str | None) -> Iterator[Problem]:
        if target is not None and kind in known and target not in known[kind]:
            details = {"id": target, "kind": kind, "known": ", ".join(known[kind])}
            yield _problem(folder / f"{name}.yaml", "reference_unknown", at, **details)

    for name, part in parts.items():
        for at, text in _markdown_texts(part, ()):
            for target in _LINK.findall(text):
                if target.startswith("#"):
                    yield from missing(name, at, "section", target[1:])
                elif not target.startswith(("http://", "https://")):
                    file, field = folder / f"{name}.yaml", _field_name((*at, "link"))
                    details = {"field": field, "expected": "address", "found": target}
                    yield _problem(file, "field_format", at, **details)
    for index, section in enumerate(fact_sheet.sections if fact_sheet else ()):
        at = ("sections", index, "checklist")
        yield from missing("fact_sheet", at, "group", section.checklist)
        for number, card_id in enumerate(section.cards):
            yield from missing("fact_sheet", (*at[:2], "cards", number), "card", card_id)
    for name in ("diamonds", "guldkorn") if guldkorn else ():
        for index, card in enumerate(getattr(guldkorn, name).cards):
            at = (name, "cards", index)
            yield from missing("guldkorn", (*at, "link"), "link", card.link)
            yield from missing("guldkorn", (*at, "section"), "section", card.section)
            if (card.link is None) == (card.section is None):
                file = folder / "guldkorn.yaml"
                yield _problem(file, "card_target_count", at, id=card.id)
    for number, group in enumerate(checklist.groups if checklist else ()):
        for index, item in enumerate(group.items):
            at = ("groups", number, "items", index)
            yield from missing("checklist", (*at, "explains"), "section", item.explains)
            for place, idea in enumerate(item.ideas):
                yield from missing("checklist", (*at, "ideas", place), "idea", idea)


def _markdown_texts(record: Struct, at: Location) -> Iterator[tuple[Location, str]]:
    """The Markdown in a record and in those within it, with its location."""
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if isinstance(value, str) and name in _markdown_fields(type(record)):
            yield (*at, name), value
        elif isinstance(value, Struct):
            yield from _markdown_texts(value, (*at, name))
        elif isinstance(value, tuple):
            for index, entry in enumerate(value):
                if isinstance(entry, Struct):
                    yield from _markdown_texts(entry, (*at, name, index))


@cache
def _markdown_fields(record: type[Struct]) -> set[str]:
    hints = get_type_hints(record, include_extras=True)
    metas = {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}
    return {name for name in metas if any(meta.title == "markdown" for meta in metas[name])}
