"""The JSON Schemas of the content, which editors use, and of what commands write.

They are generated from the types that the program loads and writes. When those change, regenerate
them:

    .venv/bin/python tests/test_schema.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from stoette_tui.content import loader as content
from stoette_tui.content import yaml_reader
from stoette_tui.content.ui_text import UiText
from stoette_tui.report import transfer
from stoette_tui.report.status import Comparison, RoundList, Status

if TYPE_CHECKING:
    from msgspec import Struct

CONTENT = Path(__file__).parent.parent / "content"
SCHEMAS = CONTENT / "schema"
RECORDS: dict[str, type[Struct]] = {**content.PARTS, "ui": UiText}
EXPORT = Path(transfer.__file__).with_name("round.schema.json")
OUTPUTS: dict[str, type[Struct]] = {
    "status": Status,
    "rounds": RoundList,
    "comparison": Comparison,
}
"""What commands write with `--json`."""
TYPES = RECORDS | OUTPUTS


def schema_file(name: str) -> Path:
    return SCHEMAS / f"{name}.schema.json"


def formatted(schema: dict[str, Any]) -> str:
    """The schema as JSON, one property per line."""
    *others, last = [_definition(*each) for each in schema["$defs"].items()]
    definitions = "".join(f"{each},\n" for each in others) + last
    return f'{{"$ref": {_json(schema["$ref"])}, "$defs": {{\n{definitions}\n}}}}\n'


def _definition(name: str, schema: dict[str, Any]) -> str:
    if "properties" not in schema:
        return f"{_json(name)}: {_json(schema)}"
    rest = {key: value for key, value in schema.items() if key != "properties"}
    lines = (f"  {_json(key)}: {_json(value)}" for key, value in schema["properties"].items())
    properties = ",\n".join(lines)
    return f'{_json(name)}: {_json(rest)[:-1]}, "properties": {{\n{properties}\n}}}}'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize("name", TYPES)
def test_the_schema_is_up_to_date(name: str) -> None:
    is_current = schema_file(name).read_text() == formatted(msgspec.json.schema(TYPES[name]))
    assert is_current, "regenerate it: .venv/bin/python tests/test_schema.py"


def test_the_export_schema_is_valid_and_up_to_date() -> None:
    is_current = EXPORT.read_text() == formatted(msgspec.json.schema(transfer.RoundFile))
    assert is_current, "regenerate it: .venv/bin/python tests/test_schema.py"
    Draft202012Validator.check_schema(json.loads(EXPORT.read_text()))


def test_no_obsolete_schema_is_left() -> None:
    assert set(SCHEMAS.iterdir()) == {schema_file(name) for name in TYPES}


@pytest.mark.parametrize("name", RECORDS)
def test_the_schema_is_valid_and_the_shipped_content_conforms(name: str) -> None:
    schema = json.loads(schema_file(name).read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(yaml_reader.read(CONTENT / "da" / f"{name}.yaml")[0])


@pytest.mark.parametrize("language", content.languages(CONTENT))
@pytest.mark.parametrize("name", RECORDS)
def test_every_content_file_names_its_schema_for_editors(language: str, name: str) -> None:
    file = CONTENT / language / f"{name}.yaml"
    first = file.read_text().split("\n", 1)[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert named == f"../schema/{name}.schema.json"
    assert (file.parent / named).resolve() == schema_file(name)


def test_the_schema_folder_is_not_a_language() -> None:
    assert SCHEMAS.name not in content.languages(CONTENT)


if __name__ == "__main__":
    SCHEMAS.mkdir(exist_ok=True)
    for record in TYPES:
        schema_file(record).write_text(formatted(msgspec.json.schema(TYPES[record])))
    EXPORT.write_text(formatted(msgspec.json.schema(transfer.RoundFile)))
