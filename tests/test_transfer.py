"""A round as JSON: exports can be imported again, and anything else is refused."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import CLONE, current_id
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from terminal import Terminal
from test_store import new_store

from stoette_tui.base.problems import ProblemError
from stoette_tui.content import ui_text
from stoette_tui.content.ui_text import fill
from stoette_tui.report import transfer
from stoette_tui.review import history
from stoette_tui.review.history import replay
from stoette_tui.review.progress import Answer, Change, ItemState, Progress
from stoette_tui.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conftest import CommandLine

UI = ui_text.load(CLONE / "content", "da")
SCHEMA = Path(transfer.__file__).with_name("round.schema.json")
START = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOSTILE = '\x00\x1b]0;x\x07\x7f\x9b\u202e\r\n\t[bold]"\\ æøå \U0001f469‍\U0001f467 \ufeff\u2028'

ITEMS = st.sampled_from(["timing", "form", "an-id-of-other-content"])
EDITS = st.dictionaries(
    st.tuples(ITEMS, st.just("answer")), st.sampled_from([answer.value for answer in Answer])
) | st.dictionaries(
    st.tuples(ITEMS, st.sampled_from(["note", "action", "responsible"])), st.text(max_size=5)
)
STEPS = st.lists(
    st.sampled_from(["undo", "redo", "archive", "unarchive", "rename", "leave", "return"]) | EDITS,
    max_size=12,
)


@contextmanager
def unless_archived() -> Iterator[None]:
    """Ignores the refusal to change an archived round."""
    try:
        yield
    except ProblemError as error:
        if error.problems[0].code != "round_archived":
            raise


def walk(store: Store, steps: list[str | dict[tuple[str, str], str]]) -> str:
    """Takes a new round through the steps, as far as it is not archived; returns its id."""
    round_id = store.new_round("Forår")
    for number, step in enumerate(steps):
        with unless_archived():
            match step:
                case "undo":
                    store.undo(round_id)
                case "redo":
                    store.redo(round_id)
                case "archive" | "unarchive":
                    store.archive_round(round_id, step == "archive")
                case "rename":
                    store.rename_round(round_id, f"Forår {number}")
                case "leave":
                    store.new_round(f"Efterår {number}")
                case "return":
                    store.open_round(round_id)
                case dict():
                    store.record(round_id, step, "Første")
    return round_id


def without_ids(changes: Sequence[Change]) -> list[Change]:
    """The changes renumbered from one, in a round without an id."""
    numbers = {change.id: number for number, change in enumerate(changes, 1)}
    return [
        replace(
            change,
            id=numbers[change.id],
            round="",
            act=numbers[change.act],
            undoes=numbers[change.undoes] if change.undoes else None,
        )
        for change in changes
    ]


def states_without_times(store: Store, round_id: str) -> dict[str, ItemState]:
    """The states of the items, without the times of their changes."""
    states = store.progress(round_id).items.items()
    return {item: replace(state, changed=None) for item, state in states}


# Round trips


@settings(deadline=None, max_examples=25)
@given(STEPS, st.lists(st.sampled_from(["undo", "redo"]), max_size=6))
@example([{("timing", "note"): HOSTILE}, "undo", "archive"], ["undo"])
def test_an_exported_round_round_trips(
    steps: list[str | dict[tuple[str, str], str]], more: list[str]
) -> None:
    with new_store() as ours, new_store() as theirs:
        round_id = walk(ours, steps)
        log = ours.log(round_id)
        exported = transfer.encode(log)
        Draft202012Validator(json.loads(SCHEMA.read_text())).validate(json.loads(exported))
        progress = theirs.import_rounds(transfer.decode(exported))[0]
        assert progress.round is not None
        copy_id = progress.round.id
        assert copy_id != round_id
        assert theirs.progress(copy_id) == progress
        assert current_id(theirs) == copy_id, "it is the first one there"

        copied = theirs.log(copy_id)
        assert without_ids(copied) == without_ids(log)
        again = transfer.decode(transfer.encode(copied))
        assert without_ids(again) == without_ids(transfer.decode(exported))
        assert states_without_times(theirs, copy_id) == states_without_times(ours, round_id)
        for store, each in ((ours, round_id), (theirs, copy_id)):
            store.archive_round(each, False)
        for step in more:
            for store, each in ((ours, round_id), (theirs, copy_id)):
                store.undo(each) if step == "undo" else store.redo(each)
            assert states_without_times(theirs, copy_id) == states_without_times(ours, round_id)


@settings(deadline=None, max_examples=12)
@given(STEPS)
def test_a_round_can_be_imported_alongside_the_original(
    steps: list[str | dict[tuple[str, str], str]],
) -> None:
    with new_store() as store:
        round_id = walk(store, steps)
        current, before = current_id(store), store.rounds()
        log = store.log(round_id)
        progress = store.import_rounds(transfer.decode(transfer.encode(log)))[0]
        assert progress.round is not None
        original = store.progress(round_id).round
        assert original is not None
        assert progress.round.name == f"{original.name} (2)"
        assert progress.round.started == original.started
        assert progress.round.archived == original.archived
        assert current_id(store) == current
        assert [each for each in store.rounds() if each.round.id != progress.round.id] == before
        assert without_ids(store.log(progress.round.id))[: len(log)] == without_ids(log)
        store.archive_round(progress.round.id, False)
        store.record(progress.round.id, {("timing", "note"): "kun her"}, "Første")
        assert store.progress(round_id).state("timing").note != "kun her"


def test_an_imported_round_whose_name_is_taken_gets_a_number(tmp_path: Path) -> None:
    store = Store(tmp_path)
    long = "Å" * 80
    encoded = {
        name: transfer.encode(store.log(store.new_round(name)))
        for name in ("Forår", "Forår (2)", long)
    }
    names = []
    for name in ("Forår", "Forår", "Forår (2)", long):
        progress = store.import_rounds(transfer.decode(encoded[name]))[0]
        assert progress.round is not None
        names.append(progress.round.name)
    assert names == ["Forår (3)", "Forår (4)", "Forår (5)", "Å" * 76 + " (2)"]


def test_the_file_is_readable_and_has_no_control_characters(tmp_path: Path) -> None:
    store = Store(tmp_path)
    round_id = store.new_round("Forår")
    store.record(round_id, {("timing", "note"): HOSTILE, ("timing", "action"): "æøå"}, "Første")
    encoded = transfer.encode(store.log(round_id)).decode()
    assert all(char.isprintable() or char == "\n" for char in encoded)
    assert "æøå" in encoded
    file = json.loads(encoded)
    assert (file["format"], file["version"]) == ("stoette-tui-round", 1)
    assert file["round"]["name"] == "Forår"
    assert [change["value"] for change in file["changes"]] == ["Forår", "1", HOSTILE, "æøå"]
    assert file["changes"][3]["act"] == file["changes"][2]["id"]


# Damaged logs

ROWS = st.tuples(
    st.integers(1, 3),
    st.integers(0, 12),
    st.none() | st.integers(0, 12),
    st.sampled_from(["", "timing", "x" * 61]),
    st.sampled_from(["name", "archived", "opened", "answer", "due", "priority", "note"]),
    st.sampled_from(["", "1", " Forår", "missing", "2027-03-01", "Å" * 81]),
    st.sampled_from([START, START.replace(tzinfo=None), START.replace(year=9999)]),
)


@given(st.lists(ROWS, max_size=12))
def test_the_valid_rows_of_a_damaged_log_are_exported_and_imported(
    rows: list[tuple[int, int, int | None, str, str, str, datetime]],
) -> None:
    log = [Change(1, START, "r", "", "name", "Forår", 1)]
    for step, act, undoes, item, field, value, at in rows:
        log.append(Change(log[-1].id + step, at, "r", item, field, value, act, undoes))
    decoded = transfer.decode(transfer.encode(log))
    valid = [each for each in log if each.at.tzinfo is UTC and len(each.item) <= 60]
    unnamed = [change for change in valid if change.field != "name"]
    assert replay(Progress(), decoded).items == replay(Progress(), [log[0], *unnamed]).items


def test_a_log_without_a_round_name_raises_a_value_error() -> None:
    with pytest.raises(ValueError, match="timing"):
        transfer.encode([Change(1, START, "r", "timing", "note", "n", 1)])


# Invalid files


def sample() -> dict[str, Any]:
    """A round with a plan that was undone, as plain data."""
    rows = [
        ("", "name", "Forår", 1, None),
        ("", "opened", "1", 1, None),
        ("timing", "answer", "missing", 3, None),
        ("timing", "note", "n", 4, None),
        ("timing", "due", "2027-03-01", 4, None),
        ("timing", "note", "", 6, 4),
        ("timing", "due", "", 6, 4),
    ]
    changes = [
        Change(number, START + timedelta(seconds=number), "r", item, field, value, act, undoes)
        for number, (item, field, value, act, undoes) in enumerate(rows, 1)
    ]
    data: dict[str, Any] = json.loads(transfer.encode(changes))
    assert len(transfer.decode(json.dumps(data).encode())) == len(rows)
    return data


def altered(alter: Callable[[dict[str, Any]], object]) -> bytes:
    data = sample()
    alter(data)
    return json.dumps(data).encode()


def row(number: int, **fields: object) -> bytes:
    return altered(lambda data: data["changes"][number].update(fields))


VALID = json.dumps(sample()).encode()
REFUSED: dict[str, tuple[str, bytes]] = {
    "nothing": ("import_not_json", b""),
    "text": ("import_not_json", b"noter"),
    "truncated": ("import_not_json", VALID[: len(VALID) // 2]),
    "last byte missing": ("import_not_json", VALID[:-1]),
    "trailing bracket": ("import_not_json", VALID + b"]"),
    "not UTF-8": ("import_not_json", VALID.replace(b"timing", b"tim\xffng")),
    "UTF-16": ("import_not_json", VALID.decode().encode("utf-16")),
    "lone surrogate": ("import_not_json", VALID.replace(b"timing", b"\\ud800x")),
    "NaN": ("import_not_json", VALID.replace(b'"version": 1', b'"version": NaN')),
    "infinite": ("import_unknown_format", VALID.replace(b'"version": 1', b'"version": 1e999')),
    "deep": ("import_unknown_format", b'{"format": "stoette-tui-round", "a": ' + b"[" * 1_000_000),
    "deep instead of changes": (
        "import_unknown_format",
        b'{"format": "stoette-tui-round", "version": 1, "changes": ' + b"[" * 1_000_000,
    ),
    "list": ("import_unknown_format", b"[]"),
    "other object": ("import_unknown_format", b"{}"),
    "status": ("import_unknown_format", b'{"round": null, "counts": {}, "items": []}'),
    "other format": ("import_unknown_format", altered(lambda data: data.update(format="other"))),
    "no format": ("import_unknown_format", altered(lambda data: data.pop("format"))),
    "version as text": ("import_unknown_format", altered(lambda data: data.update(version="1"))),
    "newer": ("import_newer", altered(lambda data: data.update(version=2))),
    "far newer": ("import_newer", VALID.replace(b'"version": 1', b'"version": 1' + b"0" * 400)),
    "newer with other fields": (
        "import_newer",
        b'{"format": "stoette-tui-round", "version": 2, "log": {}}',
    ),
    "older": ("import_invalid", altered(lambda data: data.update(version=0))),
    "no changes": ("import_invalid", altered(lambda data: data.update(changes=[]))),
    "changes missing": ("import_invalid", altered(lambda data: data.pop("changes"))),
    "no name": ("import_invalid", altered(lambda data: data["changes"].pop(0))),
    "unknown key": ("import_invalid", altered(lambda data: data.update(more=1))),
    "other name": ("import_invalid", altered(lambda data: data["round"].update(name="Vinter"))),
    "other start": (
        "import_invalid",
        altered(lambda data: data["round"].update(started="2027-03-01T12:00:00Z")),
    ),
    "archived differs": (
        "import_invalid",
        altered(lambda data: data["round"].update(archived=True)),
    ),
    "unknown key in the round": (
        "import_invalid",
        altered(lambda data: data["round"].update(more=1)),
    ),
    "round is a list": ("import_invalid", altered(lambda data: data.update(round=[]))),
    "changes is an object": ("import_invalid", altered(lambda data: data.update(changes={}))),
    "list as a change": ("import_invalid", altered(lambda data: data.update(changes=[[]]))),
    "duplicate id": ("import_invalid", row(2, id=2)),
    "ids out of order": ("import_invalid", altered(lambda data: data["changes"].reverse())),
    "id zero": ("import_invalid", row(0, id=0, act=0)),
    "id as text": ("import_invalid", row(0, id="1")),
    "id too large": ("import_invalid", row(6, id=2**63)),
    "fractional id": ("import_invalid", row(6, id=7.5)),
    "unknown act": ("import_invalid", row(3, act=99)),
    "act that has ended": ("import_invalid", row(3, act=1)),
    "act that undoes only in part": ("import_invalid", row(6, undoes=3)),
    "undoes an unknown act": ("import_invalid", row(3, undoes=99)),
    "undoes a later act": ("import_invalid", row(2, undoes=4)),
    "undoes itself": ("import_invalid", row(2, undoes=3)),
    "undoes a change that is no act": ("import_invalid", row(3, undoes=2)),
    "no time": ("import_invalid", row(2, at=None)),
    "time without a zone": ("import_invalid", row(2, at="2027-03-01T12:00:00")),
    "time as a number": ("import_invalid", row(2, at=1_800_000_000)),
    "time too early": ("import_invalid", row(2, at="0001-01-01T00:00:00+23:59")),
    "time too late": ("import_invalid", row(2, at="9999-12-31T23:59:59-23:59")),
    "item too long": ("import_invalid", row(2, item="x" * 61)),
    "item null": ("import_invalid", row(2, item=None)),
    "unknown field": ("import_invalid", row(2, field="mood")),
    "field of a round": ("import_invalid", row(2, field="archived", value="1")),
    "field of an item": ("import_invalid", row(1, field="note")),
    "unknown answer": ("import_invalid", row(2, value="perhaps")),
    "value is a number": ("import_invalid", row(2, value=1)),
    "impossible due date": ("import_invalid", row(4, value="2027-02-31")),
    "due date in words": ("import_invalid", row(4, value="snart")),
    "priority ten": ("import_invalid", row(3, field="priority", value="10")),
    "invalid archived": ("import_invalid", row(1, field="archived", value="perhaps")),
    "empty name": ("import_invalid", row(0, value="")),
    "name with surrounding space": ("import_invalid", row(0, value=" Forår")),
    "name too long": ("import_invalid", row(0, value="x" * 81)),
    "extra key in a change": ("import_invalid", row(2, more="x")),
}


def test_the_schema_rejects_any_other_structure() -> None:
    validator = Draft202012Validator(json.loads(SCHEMA.read_text()))
    assert validator.is_valid(sample())
    for kind in (
        *("list", "other object", "status", "other format", "newer", "no changes", "unknown key"),
        *("unknown key in the round", "round is a list", "list as a change", "id as text"),
        *("item too long", "unknown field", "value is a number", "extra key in a change"),
    ):
        assert not validator.is_valid(json.loads(REFUSED[kind][1])), kind


@pytest.mark.parametrize("kind", REFUSED)
def test_an_invalid_file_is_refused(kind: str) -> None:
    code, encoded = REFUSED[kind]
    with pytest.raises(ProblemError) as caught:
        transfer.decode(encoded, "runde.json")
    [problem] = caught.value.problems
    assert (problem.code, problem.where) == (code, "runde.json")


def test_the_problem_names_its_place_in_the_file() -> None:
    for encoded, at in (
        (row(2, at=None), "changes[2].at"),
        (row(2, value="perhaps"), "changes[2]"),
        (altered(lambda data: data["round"].pop("name")), "round"),
        (altered(lambda data: data.update({"\x1b[31m": 1})), "stoette-tui-round"),
    ):
        with pytest.raises(ProblemError) as caught:
            transfer.decode(encoded)
        assert caught.value.problems[0].details == {"at": at}


def test_equivalent_json_is_accepted() -> None:
    data = sample()
    data["changes"][0]["at"] = "2027-03-01T13:00:01+01:00"
    for encoded in (
        json.dumps(data).encode(),
        b"\xef\xbb\xbf" + VALID,
        json.dumps(sample(), indent="\t", sort_keys=True).encode(),
    ):
        assert transfer.decode(encoded) == transfer.decode(VALID)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
VALUES = JSON | st.sampled_from(["missing", "2027-03-01", "1", "", "timing", "name", 1, 3, 7])


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_modified_file_is_refused_or_usable(data: st.DataObject) -> None:
    """With any one value replaced, the file is refused, or the round in it can be used."""
    file: Any = sample()
    place: Any = {"": file}
    key: Any = ""
    while isinstance(place[key], dict | list) and (place[key] and data.draw(st.booleans())):
        place = place[key]
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
    place[key] = data.draw(VALUES)
    try:
        changes = transfer.decode(json.dumps(file).encode())
    except ProblemError:
        return
    with new_store() as store:
        progress = store.import_rounds(changes)[0]
        assert progress.round is not None
        round_id = progress.round.id
        assert without_ids(store.log(round_id)) == without_ids(changes)
        assert transfer.decode(transfer.encode(store.log(round_id))) == store.log(round_id)
        assert [summary.round for summary in store.rounds()] == [progress.round]
        store.archive_round(round_id, False)
        store.undo(round_id)
        store.redo(round_id)


@settings(deadline=None, max_examples=200)
@given(st.binary() | st.text().map(str.encode) | JSON.map(lambda data: json.dumps(data).encode()))
def test_arbitrary_bytes_are_refused(encoded: bytes) -> None:
    with pytest.raises(ProblemError):
        transfer.decode(encoded)


# On the command line


@pytest.fixture
def exported(stoette: CommandLine, tmp_path: Path) -> Path:
    file = tmp_path / "runde.json"
    for answer in ("missing", "in-place"):
        assert stoette("answer", "timing", answer).status == 0
    assert stoette("export", "--format", "json", "-o", file).status == 0
    return file


def all_files(data_dir: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in data_dir.rglob("*") if path.is_file()}


def test_import_adds_a_round(
    stoette: CommandLine, exported: Path, data_dir: Path, tmp_path: Path
) -> None:
    name = json.loads(exported.read_text())["round"]["name"]
    done = stoette("import", exported, "--again")
    assert (done.status, done.err, done.out) == (
        0,
        "",
        f"Hentet ind: {name} (2) – åbn den med stoette-tui rounds use '{name} (2)'\n",
    )
    elsewhere = tmp_path / "elsewhere data"
    done = stoette("import", exported, "--data-dir", elsewhere)
    assert (done.status, done.err, done.out) == (0, "", f"Hentet ind: {name}\n")
    status = json.loads(stoette("status", "--json", "--data-dir", elsewhere).out)
    assert status["counts"]["in_place"] == 1
    assert Store(elsewhere).undo(status["round"]["id"])
    assert Store(data_dir).rounds()[0].current


def test_a_round_that_is_already_there_is_not_imported_again(
    stoette: CommandLine, exported: Path, data_dir: Path, tmp_path: Path
) -> None:
    """Neither its own export, nor one that was imported, renamed and changed elsewhere."""
    elsewhere, back = tmp_path / "elsewhere data", tmp_path / "back.json"
    name = json.loads(exported.read_text())["round"]["name"]
    assert stoette("import", exported, "--data-dir", elsewhere).status == 0
    for arguments in (
        ("answer", "form", "missing"),
        ("rounds", "rename", name, "Hos jer"),
        ("export", "--format", "json", "-o", back),
    ):
        assert stoette(*arguments, "--data-dir", elsewhere).status == 0
    before = all_files(data_dir), all_files(elsewhere)
    for file, folder, known in (
        (exported, data_dir, name),
        (back, data_dir, name),
        (exported, elsewhere, "Hos jer"),
    ):
        done = stoette("import", file, "--data-dir", folder)
        assert (done.status, done.out) == (1, "")
        assert done.err == f"{file}: {fill(UI.problems['import_known'], name=known)}\n"
        assert "--again" in done.err
    assert (all_files(data_dir), all_files(elsewhere)) == before
    assert stoette("import", back, "--again").out.startswith("Hentet ind: Hos jer")
    assert [each.round.name for each in Store(data_dir).rounds()] == [name, "Hos jer"]
    assert stoette("rounds", "new", "Ny").status == 0
    assert stoette("export", "--format", "json", "-o", tmp_path / "new.json").status == 0
    done = stoette("import", tmp_path / "new.json", "--data-dir", elsewhere)
    assert (done.status, done.err) == (0, ""), "another round is imported"


@pytest.mark.parametrize(("reply", "rounds"), [("nej", 1), ("", 1), ("JA", 2)])
def test_on_a_terminal_importing_a_round_again_needs_confirmation(
    exported: Path, data_dir: Path, reply: str, rounds: int
) -> None:
    words = UI.command_line
    with Terminal("import", exported, size=(200, 10)) as terminal:
        terminal.wait_for(words.import_again.rpartition("{yes}")[2].strip())
        terminal.press(f"{reply}\r")
        assert terminal.wait_for_end() == 0
        assert (words.not_imported in terminal.display) == (rounds == 1)
    assert len(Store(data_dir).rounds()) == rounds


def test_unknown_item_ids_are_kept_and_listed(stoette: CommandLine, tmp_path: Path) -> None:
    file, data_dir = tmp_path / "runde.json", tmp_path / "other"
    store = Store(tmp_path / "ours")
    now = store.record(None, {("old-id", "note"): "n", ("x\x1b[31m\n", "note"): "n"}, "Første")
    assert now.round is not None
    file.write_bytes(transfer.encode(store.log(now.round.id)))
    done = stoette("import", file, "--data-dir", data_dir)
    assert done.status == 0
    name, unknown = done.out.splitlines()
    assert "Første" in name
    assert unknown.endswith(": old-id, x\ufffd[31m")
    assert Store(data_dir).progress().state("old-id").note == "n"


@pytest.mark.parametrize(
    "kind", ["truncated", "deep", "newer", "undoes an unknown act", "other name"]
)
def test_a_refused_import_changes_nothing(
    stoette: CommandLine, exported: Path, data_dir: Path, kind: str
) -> None:
    before = all_files(data_dir)
    exported.write_bytes(REFUSED[kind][1])
    done = stoette("import", exported)
    assert (done.status, done.out) == (1, "")
    [line] = done.err.splitlines()
    assert line.startswith(f"{exported}: ")
    assert all_files(data_dir) == before
    fresh = data_dir.parent / "fresh"
    assert stoette("import", exported, "--data-dir", fresh).status == 1
    assert not fresh.exists()


def test_a_file_that_cannot_be_read_is_reported(
    stoette: CommandLine, data_dir: Path, tmp_path: Path
) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with (tmp_path / "large").open("wb") as large:
        large.truncate(100 * 2**20)
    expected = {
        tmp_path / "nothing here": "filen findes ikke",
        tmp_path / "large" / "below a file": "filen findes ikke",
        tmp_path: "det er en mappe eller en særlig fil",
        tmp_path / "loop": "filen kan ikke læses",
        tmp_path / "large": "filen er for stor; en gennemgang fylder højst 20 MB",
        Path("/dev/zero"): "det er en mappe eller en særlig fil",
    }
    for file, words in expected.items():
        done = stoette("import", file)
        assert (done.status, done.out) == (1, "")
        [line] = done.err.splitlines()
        assert line.startswith(f"{file}: {words}")
    assert not data_dir.exists()
    done = stoette("import")
    assert (done.status, done.out) == (2, "")


# Rounds


def run_rounds(stoette: CommandLine, *arguments: str) -> list[str]:
    done = stoette("rounds", *arguments)
    assert (done.status, done.err) == (0, "")
    return done.out.splitlines()


def test_round_names_are_normalized(stoette: CommandLine) -> None:
    [line] = run_rounds(stoette, "new", "a\n \tb")
    assert line.startswith("* a b ")
    assert "a b" in stoette("rounds", "new", "A  b").err
    for name in ("\u200b", " \u200b\n", ""):
        assert stoette("rounds", "new", name).status == 2
    assert run_rounds(stoette, "rename", "a b", "c")[0].startswith("* c ")


def test_round_names_that_differ_only_in_case_and_spaces_stay_distinct(
    stoette: CommandLine, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = datetime(2027, 3, 1, tzinfo=UTC)
    names = ("ALPHA BETA", "Alpha\tbeta", "alpha  beta")
    monkeypatch.setattr(history, "fold_name", str)  # as in the first releases
    for name in names:
        Store(data_dir).import_rounds([Change(1, started, "r", "", "name", name, act=1)])
    for name in reversed(names):
        assert stoette("rounds", "use", name).status == 0
        assert Store(data_dir).progress().round_name == name
    assert stoette("rounds", "use", "Alpha beta").status == 2


def test_rounds_are_started_changed_and_listed(stoette: CommandLine, data_dir: Path) -> None:
    [none] = run_rounds(stoette)
    assert "ingen gennemgang" in none
    assert not data_dir.exists()
    run_rounds(stoette, "new", "Forår 2027")
    stoette("answer", "timing", "in-place")
    store = Store(data_dir)
    store.record(None, {("form", "answer"): "missing", ("form", "note"): "n"}, "Første")
    run_rounds(stoette, "new", "  Efterår 2027 på lageret ", "--carry")
    assert store.progress().state("form").note == "n"
    run_rounds(stoette, "archive", "forår 2027")
    first, second = run_rounds(stoette)
    assert re.match(r"  Forår 2027 {16}\d", first)
    assert first.endswith("1 af 21 på plads   arkiveret")
    assert re.match(r"\* Efterår 2027 på lageret   \d", second)
    assert second.endswith("0 af 21 på plads")
    assert first.index(" af 21") == second.index(" af 21")
    run_rounds(stoette, "use", "Forår 2027")
    refused = stoette("answer", "timing", "missing")
    assert refused.status == 1
    assert refused.err.endswith(" stoette-tui rounds unarchive 'Forår 2027'\n")
    run_rounds(stoette, "unarchive", "Forår 2027")
    renamed = run_rounds(stoette, "rename", "Forår 2027", "Påske \x1b[31m[b]")
    assert renamed[0].startswith("* Påske \ufffd[31m[b]   ")
    assert stoette("answer", "timing", "missing").status == 0


def test_a_new_round_reports_that_no_plan_was_carried_over(
    stoette: CommandLine, data_dir: Path
) -> None:
    command = ("rounds", "new", "Efterår", "--carry")
    none = UI.rounds.none_carried
    assert none not in stoette("rounds", "new", "Forår", "--carry").out  # there is no earlier round
    Store(data_dir).record(None, {("form", "note"): "n", ("form", "answer"): "in_place"}, "Forår")
    assert stoette(*command).out.splitlines()[0] == none


def test_a_new_round_reports_plans_that_were_not_carried_over(
    stoette: CommandLine, data_dir: Path
) -> None:
    plans = {("form", "note"): "n", ("timing", "note"): "n", ("feedback", "due"): "2027-03-01"}
    answers = {"form": "missing", "timing": "in_place", "feedback": "missing"}
    edits = {(item, "answer"): answer for item, answer in answers.items()}
    Store(data_dir).record(None, edits | plans, "Forår")
    message = fill(UI.rounds.carried_some_plans, count=1, closed=1, round="Forår")
    assert stoette("rounds", "new", "Efterår", "--carry").out.splitlines()[0] == message


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("new", ""), "navnet er tomt"),
        (("new", "x" * 500), "højst 80 tegn"),
        (("new", "VINTER"), "hedder »Vinter«"),
        (("use", "Sommer"), "hedder »Sommer«"),
        (("archive", "Sommer"), "hedder »Sommer«"),
        (("rename", "Vinter", " "), "navnet er tomt"),
        (("new", "Sommer", "Efterår"), "»Efterår« hører ikke til her"),
    ],
)
def test_an_invalid_change_of_rounds_is_reported(
    stoette: CommandLine, data_dir: Path, arguments: tuple[str, ...], words: str
) -> None:
    Store(data_dir).new_round("Vinter")
    before = all_files(data_dir)
    done = stoette("rounds", *arguments)
    assert (done.status, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert words in line
    assert all_files(data_dir) == before
