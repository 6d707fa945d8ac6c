"""What scripts rely on: plans, undo and comparisons on the command line, and their JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from conftest import CLONE
from jsonschema import Draft202012Validator
from test_cli import SHIPPED, UI, item_text, on_a_terminal, refusal, status_of

from stoette_tui.content.ui_text import fill
from stoette_tui.review.progress import PLAN

if TYPE_CHECKING:
    from conftest import CommandLine, Finished

ANSWERS = ("in-place", "missing", "not-relevant", "unanswered")
FIELDS = ("note", "action", "responsible", "due", "priority", "done", "helped")
WRITTEN = {
    "note": "- for lidt tid\nog for mange møder",
    "action": "Et møde hver mandag",
    "responsible": "Ida",
    "due": "1/3-2027",
    "priority": "2",
    "done": "2027-02-28",
    "helped": "del",
}
STORED = WRITTEN | {"due": "2027-03-01", "priority": 2, "done": "2027-02-28", "helped": "partly"}
BLANK = {**dict.fromkeys(FIELDS[:3], ""), **dict.fromkeys(FIELDS[3:])}


def plan_of(stoette: CommandLine, item_id: str) -> dict[str, Any]:
    [item] = [each for each in status_of(stoette)["items"] if each["id"] == item_id]
    return {name: item[name] for name in FIELDS}


def options(texts: dict[str, str]) -> list[str]:
    return [part for name, text in texts.items() for part in (f"--{name}", text)]


def validated_json(done: Finished, name: str) -> Any:
    """The JSON that a command wrote, validated against its schema."""
    assert (done.status, done.err) == (0, "")
    schema = json.loads((CLONE / "content" / "schema" / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    found = json.loads(done.out)
    Draft202012Validator(schema).validate(found)
    return found


def test_every_field_of_a_plan_round_trips(stoette: CommandLine) -> None:
    done = stoette("plan", "timing", *options(WRITTEN))
    assert (done.status, done.err) == (0, "")
    assert plan_of(stoette, "timing") == STORED
    shown = stoette("plan", "timing")
    assert shown == done
    assert item_text("timing") in shown.out
    for name in FIELDS:
        assert getattr(UI.plan, name) in " ".join(shown.out.split())
    assert "1. marts 2027" in shown.out


def test_an_empty_value_clears_only_its_field(stoette: CommandLine) -> None:
    stoette("plan", "timing", *options(WRITTEN))
    stoette("plan", "timing", "--due", "", "--helped=")
    assert plan_of(stoette, "timing") == STORED | {"due": None, "helped": None}
    stoette("plan", "timing", *options(dict.fromkeys(FIELDS, "")))
    assert plan_of(stoette, "timing") == BLANK
    assert UI.command_line.no_plan in stoette("plan", "timing").out


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("due", "i morges", UI.plan.due_wrong),
        ("due", "31.2.2027", UI.plan.due_wrong),
        ("done", "32.1", UI.plan.done_wrong),
        ("priority", "10", UI.plan.priority_wrong),
        ("helped", "måske", UI.plan.helped_wrong),
    ],
)
def test_an_invalid_value_is_named_and_nothing_is_saved(
    stoette: CommandLine, name: str, text: str, reason: str
) -> None:
    done = stoette("plan", "timing", "--note", "vi har travlt", f"--{name}", text)
    line = refusal(done, 2)
    assert f"--{name}" in line
    assert f"»{text}«" in line
    assert line.endswith(reason)
    assert status_of(stoette)["round"] is None


def test_an_option_without_a_value_does_not_swallow_the_next_option(stoette: CommandLine) -> None:
    line = refusal(stoette("plan", "timing", "--note", "--action", "x"), 2)
    assert "--note" in line


@pytest.mark.parametrize("columns", [5, 12, 15, 18])
def test_the_checklist_is_shown_in_a_very_narrow_terminal(
    stoette: CommandLine, columns: int
) -> None:
    for item, answer in zip(SHIPPED.checklist.items, ANSWERS, strict=False):
        stoette("answer", item.id, answer)
        stoette("plan", item.id, "--note", "skrevet")
    status, written = on_a_terminal("show", "checklist", columns=columns)
    assert (status, "Traceback" in written) == (0, False)


def test_a_value_may_begin_with_hyphens(stoette: CommandLine) -> None:
    for given in (("--note=--x",), ("--note", "-- se mail")):
        done = stoette("plan", "timing", *given)
        assert (done.status, done.err) == (0, "")
        assert done.out.rstrip().endswith(given[-1].removeprefix("--note="))


def test_a_plan_in_an_archived_round_is_read_only(stoette: CommandLine) -> None:
    stoette("rounds", "new", "Forår")
    stoette("rounds", "archive", "Forår")
    assert "Forår" in refusal(stoette("plan", "timing", "--note", "x"), 1)
    assert stoette("plan", "timing").status == 0


def test_undo_reverts_one_change_at_a_time(stoette: CommandLine) -> None:
    stoette("answer", "timing", "missing")
    stoette("plan", "timing", "--note", "a", "--action", "b")
    done = stoette("undo")
    assert (done.status, done.err) == (0, "")
    assert done.out == f"{fill(UI.undone.plan, item=item_text('timing').removesuffix('.'))}\n"
    assert plan_of(stoette, "timing") == BLANK
    assert UI.answers.unanswered in stoette("undo").out
    line = refusal(stoette("undo"), 1)
    assert line == f"stoette-tui: {UI.problems['nothing_to_undo']}"


def record_two_rounds(stoette: CommandLine) -> None:
    stoette("rounds", "new", "Forår")
    stoette("answer", "timing", "missing")
    stoette("answer", "form", "in-place")
    stoette("rounds", "new", "Efterår")
    stoette("answer", "timing", "in-place")
    stoette("answer", "feedback", "missing")


@pytest.mark.parametrize("names", [("Forår", "Efterår"), ("efterår", " FORÅR ")])
def test_two_rounds_are_compared_in_chronological_order(
    stoette: CommandLine, names: tuple[str, str]
) -> None:
    record_two_rounds(stoette)
    found = validated_json(stoette("compare", *names, "--json"), "comparison")
    assert [found[each]["name"] for each in ("before", "after")] == ["Forår", "Efterår"]
    assert [each["id"] for each in found["items"]] == list(SHIPPED.checklist.item_ids)
    changed = {each["id"]: each["shift"] for each in found["items"]}
    assert changed["timing"] == "better"
    assert changed["form"] == "no_longer_answered"
    assert changed["feedback"] == "newly_answered"
    shown = stoette("compare", *names)
    assert (shown.status, shown.err) == (0, "")
    assert "Forår → Efterår" in shown.out
    assert item_text("timing") in " ".join(shown.out.split())


def test_compare_refuses_the_same_round_twice_and_an_unknown_round(stoette: CommandLine) -> None:
    record_two_rounds(stoette)
    assert "»Forår«" in refusal(stoette("compare", "Forår", "forår"), 2)
    assert "»Vinter«" in refusal(stoette("compare", "Forår", "Vinter"), 2)


def test_rounds_as_json_include_counts(stoette: CommandLine) -> None:
    assert validated_json(stoette("rounds", "--json"), "rounds") == {"rounds": []}
    record_two_rounds(stoette)
    stoette("rounds", "archive", "Forår")
    first, second = validated_json(stoette("rounds", "--json"), "rounds")["rounds"]
    assert (first["name"], first["archived"], first["current"]) == ("Forår", True, False)
    assert (second["name"], second["archived"], second["current"]) == ("Efterår", False, True)
    assert first["counts"]["in_place"] == second["counts"]["in_place"] == 1
    assert first["counts"]["relevant"] == len(SHIPPED.checklist.item_ids)


def test_status_as_json_conforms_to_its_schema(stoette: CommandLine) -> None:
    assert validated_json(stoette("status", "--json"), "status")["round"] is None
    record_two_rounds(stoette)
    stoette("plan", "timing", *options(WRITTEN))
    found = validated_json(stoette("status", "--json"), "status")
    assert found["round"]["name"] == "Efterår"


def test_these_tests_cover_every_field_of_a_plan() -> None:
    assert tuple(PLAN) == FIELDS
