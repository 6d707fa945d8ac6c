"""A round as JSON with its whole log: `encode` writes it, `decode` reads and validates it.

    {"format": "stoette-tui-round", "version": 1,
     "round": {"id": …, "name": …, "started": …, "archived": …},
     "changes": [{"id": …, "at": …, "act": …, "undoes": …, "item": …, "field": …, "value": …}, …]}

`changes` are the rows of the log as in `progress.Change`, oldest first; `round`, for the benefit of
other programs, is the round they replay to. `decode` accepts whatever `encode` writes, even from a
damaged log, and nothing else: it guards the log against files from elsewhere.

`round.schema.json` describes the format to other programs. It is generated from the types here and
kept beside them, as it describes what we write; `content/schema` describes what people write, in a
folder that can be replaced.
"""

from __future__ import annotations

import codecs
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from stoette_tui.base.problems import ProblemError
from stoette_tui.review.fields import BLANK_VALUES, MAX_NAME_LENGTH, clean_name, is_valid_value
from stoette_tui.review.history import renumber_acts, replay
from stoette_tui.review.progress import Change, Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FORMAT: Final = "stoette-tui-round"
VERSION: Final = 1
MAX_BYTES: Final = 20 * 1024 * 1024
"""Bytes of the largest file accepted; decoding takes about ten times as much memory."""
MAX_ID_LENGTH: Final = 60
"""Characters in the id of an item, as in the content."""

_Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
_Time = Annotated[datetime, Meta(tz=True)]
_FIELDS: Final = (*BLANK_VALUES, "name", "archived", "opened")
_PATH: Final = re.compile(r"at `\$\.?([\w.\[\]]+)`$")
"""The path in the message of a `msgspec.ValidationError`."""


class _Record(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class ChangeRecord(_Record, frozen=True):
    """One row of the log: from then on, the field of the item has the value."""

    id: Annotated[_Id, Meta(description="Higher than that of the row before.")]
    at: Annotated[_Time, Meta(description="When the change was made.")]
    act: Annotated[_Id, Meta(description="The id of the first row that was written with this one.")]
    undoes: Annotated[_Id | None, Meta(description="The act that this one takes back, if any.")]
    item: Annotated[
        str,
        Meta(max_length=MAX_ID_LENGTH, description="The id of an item; empty: the round itself."),
    ]
    field: Annotated[str, Meta(extra_json_schema={"enum": _FIELDS})]
    value: Annotated[
        str, Meta(description="A text, one of the four answers, a date in ISO 8601, or a number.")
    ]


class RoundRecord(_Record, frozen=True):
    """The round that the changes replay to."""

    id: Annotated[str, Meta(description="Where it was exported; a new one with each import.")]
    name: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_NAME_LENGTH})]
    started: Annotated[
        _Time, Meta(description="The time of the first change, by which a round is known again.")
    ]
    archived: bool


class RoundFile(_Record, frozen=True):
    """A round of stoette-tui with its whole log."""

    format: Annotated[str, Meta(extra_json_schema={"const": FORMAT})]
    version: Annotated[int, Meta(extra_json_schema={"const": VERSION})]
    round: RoundRecord
    changes: Annotated[
        list[ChangeRecord], Meta(description="Oldest first.", extra_json_schema={"minItems": 1})
    ]


class _FileHeader(Struct, frozen=True):
    """The fields that every version has, to decide whether the rest is readable."""

    format: Annotated[str, Meta(pattern=rf"^{FORMAT}\Z")]
    version: int


def encode(changes: Sequence[Change]) -> bytes:
    """The bytes of a file with the log of one round; invalid rows of a damaged log are left out.

    Raises ValueError if no valid row names the round.
    """
    valid = list(renumber_acts(change for change in changes if _is_valid(change)))
    round_ = _replayed_round(valid)
    if round_ is None:
        raise ValueError(changes)
    records = [ChangeRecord(c.id, c.at, c.act, c.undoes, c.item, c.field, c.value) for c in valid]
    return f"{format_json(RoundFile(FORMAT, VERSION, round_, records))}\n".encode()


def format_json(value: Any) -> str:
    """Any value as indented JSON, with control characters escaped."""
    text = msgspec.json.format(msgspec.json.encode(value).decode(), indent=2)
    unprintable = {char for char in set(text) if not char.isprintable()} - {"\n"}
    return text.translate({ord(char): json.dumps(char)[1:-1] for char in unprintable})


def decode(encoded: bytes, where: str = "") -> list[Change]:
    """The changes in a file, with their ids from the file.

    `where` names the file in problems. Codes: `import_not_json`, `import_unknown_format`,
    `import_newer` (details `version`, `known`), `import_invalid` (detail `at`, a path in the file).
    """
    try:
        return _decode(encoded.removeprefix(codecs.BOM_UTF8))
    except ProblemError as error:
        raise ProblemError(replace(problem, where=where) for problem in error.problems) from None


def _decode(encoded: bytes) -> list[Change]:
    try:
        _check_header(encoded)
        file = msgspec.json.decode(encoded, type=RoundFile)
        changes = list(_validated(file))
    except msgspec.ValidationError as error:
        path = _PATH.search(str(error))
        raise _invalid(path[1] if path else FORMAT) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ProblemError.of("import_not_json") from None
    if file.round != _replayed_round(changes):
        raise _invalid("round")
    return changes


def _check_header(encoded: bytes) -> None:
    try:
        header = msgspec.json.decode(encoded, type=_FileHeader)
    except (msgspec.ValidationError, RecursionError):
        raise ProblemError.of("import_unknown_format") from None
    if header.version > VERSION:
        version, known = str(header.version)[:9], str(VERSION)
        raise ProblemError.of("import_newer", version=version, known=known)
    if header.version < VERSION:
        raise _invalid("version")


def _invalid(at: str) -> ProblemError:
    return ProblemError.of("import_invalid", at=at)


def _replayed_round(changes: Sequence[Change]) -> RoundRecord | None:
    """The round that the changes replay to; None if none of them names it."""
    round_ = replay(Progress(), changes).round
    if round_ is None or not round_.name:
        return None
    return RoundRecord(round_.id, round_.name, round_.started, round_.archived)


def _is_valid(change: Change) -> bool:
    """Whether the store could have written the change."""
    if (change.item, change.field) == ("", "name"):
        try:
            if clean_name(change.value) != change.value:
                return False
        except ProblemError:
            return False
    return (
        change.at.tzinfo is UTC
        and len(change.item) <= MAX_ID_LENGTH
        and is_valid_value(change.item, change.field, change.value)
    )


def _validated(file: RoundFile) -> Iterator[Change]:
    """The changes in a file, after checking everything that their types do not guarantee."""
    changes = [
        Change(c.id, c.at, file.round.id, c.item, c.field, c.value, c.act, c.undoes)
        for c in file.changes
    ]
    newest = 0
    for index, (change, sound) in enumerate(zip(changes, renumber_acts(changes), strict=True)):
        at = f"changes[{index}]"
        if change.id <= newest:
            raise _invalid(f"{at}.id")
        if change.act != sound.act:
            raise _invalid(f"{at}.act")
        if change.undoes != sound.undoes:
            raise _invalid(f"{at}.undoes")
        newest = change.id
        try:
            utc = replace(change, at=change.at.astimezone(UTC))
        except OverflowError:
            raise _invalid(f"{at}.at") from None
        if not _is_valid(utc):
            raise _invalid(at)
        yield utc
