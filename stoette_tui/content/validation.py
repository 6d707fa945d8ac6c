"""Finds problems in content, each with its file and line.

msgspec stops at the first error and does not know its line, so jsonschema examines what msgspec
rejects. Ids and references, which no schema can express, are checked here.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from msgspec import Meta, Struct

from stoette_tui.base.problems import Problem
from stoette_tui.content.declarations import PLACEHOLDER
from stoette_tui.content.model import Card, Idea, ItemGroup, Link, Section, SupportMap
from stoette_tui.content.yaml_reader import MAX_PROBLEMS, line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from jsonschema import ValidationError

Location = tuple[str | int, ...]
"""The location of a value in a file: the keys and indexes that lead to it."""

# Importing a Markdown parser would take longer than loading the content.
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
"""The kinds of YAML values; any other is a date."""
_TARGETS: dict[str, tuple[str, tuple[type[Any], ...]]] = {
    "section": ("fact_sheet", (Section,)),
    "card": ("guldkorn", (Card,)),
    "group": ("checklist", (ItemGroup, SupportMap)),
    "idea": ("checklist", (Idea,)),
    "link": ("links", (Link,)),
}
"""What can be referenced: the file, and the types of records."""


def schema_problems(file: Path, data: Any, schema: dict[str, Any]) -> list[Problem]:
    """The places where the data does not follow its JSON Schema."""
    from jsonschema import Draft202012Validator

    errors = Draft202012Validator(schema).iter_errors(data)
    found = (each for error in errors for each in _from_error(file, error))
    return list({repr(each): each for each in islice(found, MAX_PROBLEMS)}.values())


def _problem(file: Path, code: str, at: Location, **details: str) -> Problem:
    return Problem(code, f"{file}:{line_of(file, at)}", details)


def _from_error(file: Path, error: ValidationError) -> Iterator[Problem]:
    """The problems in a validation error: one for each field or placeholder it concerns."""
    path: Location = tuple(error.absolute_path)
    instance: Any = error.instance
    rule: Any = error.validator_value
    schema: Any = error.schema

    def problem(code: str, at: Location = path, **details: str) -> Problem:
        return _problem(file, code, at, field=_field_name(at), **details)

    match error.validator:
        case "anyOf":
            # An optional field: the relevant error is that of its type when present.
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
            yield problem(
                "field_type", expected=_kind(schema), found=TYPE_NAMES.get(type(instance), "date")
            )
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
    """The name of a schema under `kinds` in `ui.yaml`, or the choices it allows."""
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    kind = str(schema.get("type", "object"))  # without a type it is a reference to a record
    return kind if kind in ("object", "array") else str(schema.get("title", kind))


def _field_name(path: Location) -> str:
    """The location for people, counting from one: `sections 2, title`."""
    words = [f" {step + 1}" if isinstance(step, int) else f", {step}" for step in path]
    return "".join(words).removeprefix(", ").strip() or "–"


def ids(data: Any, at: Location = ()) -> Iterator[tuple[str, str, Location]]:
    """Each id in a file, with the name of the list or field that holds it, and its location."""
    if isinstance(data, dict):
        if isinstance(data.get("id"), str):
            kind = next((step for step in reversed(at) if isinstance(step, str)), "")
            yield kind, data["id"], (*at, "id")
        for name, value in data.items():
            yield from ids(value, (*at, name))
    elif isinstance(data, (list, tuple)):
        for index, value in enumerate(data):
            yield from ids(value, (*at, index))


def duplicate_ids(file: Path, data: Any) -> list[Problem]:
    """A problem for each duplicate id in lists of the same name: sections, cards, groups, …

    The map stands among the groups and the items, and has an id unlike any of theirs.
    """
    seen: set[tuple[str, str]] = set()
    again: list[tuple[str, Location]] = []
    for kind, id_, at in ids(data):
        names = {(each, id_) for each in (("groups", "items") if kind == "map" else (kind,))}
        if names & seen:
            again.append((id_, at))
        seen |= names
    return [_problem(file, "duplicate_id", at, id=id_) for id_, at in again[:MAX_PROBLEMS]]


def reference_problems(folder: Path, parts: Mapping[str, Struct]) -> Iterator[Problem]:
    """The dangling references among the parts of a language that could be loaded."""
    records = {name: list(_records(part, ())) for name, part in parts.items()}
    known = {
        kind: [record.id for _, record in records[name] if isinstance(record, types)]
        for kind, (name, types) in _TARGETS.items()
        if name in records
    }
    for name, found in records.items():
        file = folder / f"{name}.yaml"
        for at, record in found:
            for place, kind, target in _references(record, at):
                if kind == "address":
                    field = _field_name((*place, "link"))
                    details = {"field": field, "expected": kind, "found": target}
                    yield _problem(file, "field_format", place, **details)
                elif target not in known.get(kind, (target,)):
                    details = {"id": target, "kind": kind, "known": ", ".join(known[kind])}
                    yield _problem(file, "reference_unknown", place, **details)
            if isinstance(record, Card) and (record.link is None) == (record.section is None):
                yield _problem(file, "card_target_count", at, id=record.id)


def _references(record: Struct, at: Location) -> Iterator[tuple[Location, str, str]]:
    """The location, kind and id of each reference in a record, including links in Markdown.

    A link that leads neither to a section nor to the web has the kind `address`.
    """
    for name, kind in _referring_fields(type(record)).items():
        value, place = getattr(record, name), (*at, name)
        if kind == "markdown":
            for target in _LINK.findall(value):
                if target.startswith("#"):
                    yield place, "section", target[1:]
                elif not target.startswith(("http://", "https://")):
                    yield place, "address", target
        elif isinstance(value, tuple):
            yield from (((*place, number), kind, target) for number, target in enumerate(value))
        elif value is not None:
            yield place, kind, value


def _records(record: Struct, at: Location) -> Iterator[tuple[Location, Any]]:
    """The record and the records nested in it, each with its location."""
    yield at, record
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if isinstance(value, Struct):
            yield from _records(value, (*at, name))
        elif isinstance(value, tuple):
            for index, entry in enumerate(value):
                if isinstance(entry, Struct):
                    yield from _records(entry, (*at, name, index))


@cache
def _referring_fields(record: type[Struct]) -> dict[str, str]:
    """The fields that hold ids, with the kind of record each refers to, as its type says."""
    hints = get_type_hints(record, include_extras=True)
    metas = ((name, meta) for name, hint in hints.items() for meta in _metas(hint))
    return {name: meta.extra["of"] for name, meta in metas if meta.extra}


def _metas(hint: Any) -> Iterator[Meta]:
    if isinstance(hint, Meta):
        yield hint
    for each in get_args(hint):
        yield from _metas(each)
