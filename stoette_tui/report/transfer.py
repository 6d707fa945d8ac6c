"""A round as JSON, everything in its log: `encode` writes it, `decode` reads it back.

    {"format": "stoette-tui-round", "version": 1,
     "round": {"id": …, "name": …, "started": …, "archived": …},
     "changes": [{"id": …, "at": …, "act": …, "undoes": …, "item": …, "field": …, "value": …}, …]}

`round` is what the changes come to, for whoever reads the file; `changes` are the rows of the log
as `progress.Change` has them, oldest first. What `encode` writes, `decode` takes, whatever damage
the log has suffered. `decode` takes nothing else: it is what stands between files from others and
the log. It raises `ProblemError`; the codes are `import_not_json`, `import_foreign`,
`import_newer` (details `version`, `known`) and `import_invalid` (detail `at`, a place in the file).
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from stoette_tui.base.problems import ProblemError
from stoette_tui.review.history import renumber_acts
from stoette_tui.review.progress import Change, Progress, clean_name, is_valid_value, replay

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FORMAT: Final = "stoette-tui-round"
VERSION: Final = 1
LARGEST: Final = 20 * 1024 * 1024
"""Bytes; a file above it is no round. One of that size takes some ten times as much memory."""
LONGEST_ID: Final = 60
"""Characters, as in the content."""

_Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
_Time = Annotated[datetime, Meta(tz=True)]
_PLACE: Final = re.compile(r"at `\$\.?([\w.\[\]]+)`$")


class _Record(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class _Row(_Record, frozen=True):
    id: _Id
    at: _Time
    act: _Id
    undoes: _Id | None
    item: Annotated[str, Meta(max_length=LONGEST_ID)]
    field: str
    value: str


class _Round(_Record, frozen=True):
    id: str
    name: str
    started: _Time
    archived: bool


class _File(_Record, frozen=True):
    format: str
    version: int
    round: _Round
    changes: list[_Row]


class _Head(Struct, frozen=True):
    """What tells whether the rest can be read; a newer version may have other fields."""

    format: str
    version: int


def encode(changes: Sequence[Change]) -> bytes:
    """The log of one round, as `Store.log` gives it; rows that damage has made senseless stay out.

    ValueError when no row is left that names the round.
    """
    kept = list(renumber_acts(change for change in changes if is_valid_row(change)))
    head = _head(kept)
    if head is None:
        raise ValueError(changes)
    rows = [_Row(c.id, c.at, c.act, c.undoes, c.item, c.field, c.value) for c in kept]
    return f"{as_json(_File(FORMAT, VERSION, head, rows))}\n".encode()


def as_json(value: Any) -> str:
    """Any value as JSON on several lines; what could steer a terminal is written as an escape."""
    text = msgspec.json.format(msgspec.json.encode(value).decode(), indent=2)
    odd = {char for char in set(text) if not char.isprintable()} - {"\n"}
    return text.translate({ord(char): json.dumps(char)[1:-1] for char in odd})


def decode(encoded: bytes, where: str = "") -> list[Change]:
    """The changes in a file, their ids still those of the file.

    Raises `ProblemError` with the name of the file as its place, where that is given.
    """
    try:
        return _decode(encoded)
    except ProblemError as error:
        raise ProblemError(replace(problem, where=where) for problem in error.problems) from None


def _decode(encoded: bytes) -> list[Change]:
    encoded = encoded.removeprefix(b"\xef\xbb\xbf")
    try:
        head = msgspec.json.decode(encoded, type=_Head)
        if head.format != FORMAT:
            raise ProblemError.of("import_foreign")
        if head.version > VERSION:
            version, known = str(head.version)[:9], str(VERSION)
            raise ProblemError.of("import_newer", version=version, known=known)
    except (msgspec.ValidationError, RecursionError):
        raise ProblemError.of("import_foreign") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ProblemError.of("import_not_json") from None
    try:
        file = msgspec.json.decode(encoded, type=_File)
        changes = list(_checked(file.changes, file.round.id))
    except msgspec.ValidationError as error:
        place = _PLACE.search(str(error))
        raise _invalid(place[1] if place else FORMAT) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ProblemError.of("import_not_json") from None
    if file.version != VERSION:
        raise _invalid("version")
    if file.round != _head(changes):
        raise _invalid("round")
    return changes


def _invalid(at: str) -> ProblemError:
    return ProblemError.of("import_invalid", at=at)


def _head(changes: Sequence[Change]) -> _Round | None:
    """What the changes come to; None when none of them names the round."""
    found = replay(Progress(), changes).round
    if found is None or not found.name:
        return None
    return _Round(found.id, found.name, found.started, found.archived)


def is_valid_row(change: Change) -> bool:
    """Whether the store could have written it."""
    if (change.item, change.field) == ("", "name"):
        try:
            if clean_name(change.value) != change.value:
                return False
        except ProblemError:
            return False
    return (
        change.at.tzinfo is UTC
        and len(change.item) <= LONGEST_ID
        and is_valid_value(change.item, change.field, change.value)
    )


def _checked(rows: Iterable[_Row], round_id: str) -> Iterator[Change]:
    """The rows as changes, after a check of everything that their types do not tell."""
    acts: set[int] = set()
    newest = 0
    going_on: tuple[int, int | None] | None = None
    for index, row in enumerate(rows):
        if row.id <= newest:
            raise _invalid(f"changes[{index}].id")
        newest = row.id
        if row.act != row.id and (row.act, row.undoes) != going_on:
            raise _invalid(f"changes[{index}].act")
        if row.undoes is not None and (row.undoes == row.act or row.undoes not in acts):
            raise _invalid(f"changes[{index}].undoes")
        acts.add(row.act)
        going_on = (row.act, row.undoes)
        try:
            at = row.at.astimezone(UTC)
        except OverflowError:
            raise _invalid(f"changes[{index}].at") from None
        change = Change(row.id, at, round_id, row.item, row.field, row.value, row.act, row.undoes)
        if not is_valid_row(change):
            raise _invalid(f"changes[{index}]")
        yield change
