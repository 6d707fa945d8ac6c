"""Plans field by field, what needs attention, and the map of support."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from stoette_tui.base.sanitize import collapse_spaces
from stoette_tui.cli.talk.asking import Back, Conversation, Prompt, sentence
from stoette_tui.content import phrases, plan_form
from stoette_tui.content.ui_text import fill
from stoette_tui.review.plans import due_items, plan_order
from stoette_tui.review.progress import PLAN, Answer, Helped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from stoette_tui.content.model import Item, MapCell

CLEAR, WRITE = "clear", "write"


class Field(Struct, frozen=True):
    """A field to fill in: its current text, and how to validate and save it."""

    label: str
    now: Callable[[], str]
    save: Callable[[str], object]
    hint: str = ""
    problem: Callable[[str], str] = lambda _: ""
    choices: dict[str, str] = {}
    invitation: str = ""
    has_lines: bool = False
    """Whether there is room for several lines."""


def plans(talk: Conversation) -> None:
    """Goes through the plans of missing items, by priority."""
    talk.say_if_archived()
    missing = plan_order(talk.review.progress, talk.content.checklist.item_ids)
    talk.say(fill(talk.words.missing, count=len(missing)))
    if missing:
        _go_through(talk, talk.words.menu["plans"], missing, lambda _: ())


def due(talk: Conversation) -> None:
    """Goes through what needs attention: the number of each kind, then item by item."""
    found = due_items(talk.review.progress, talk.content.checklist.item_ids, date.today())
    words = talk.words
    if not found.all:
        talk.say(words.nothing_due)
        return
    numbers = {name: len(getattr(found, name)) for name in found.__struct_fields__}
    talk.say_if_archived()
    talk.say(fill(words.due, **numbers))

    def reasons(item_id: str) -> Iterable[str]:
        found = phrases.due_reasons(talk.state(item_id), talk.ui, date.today(), talk.ui.long_date)
        return map(sentence, found)

    _go_through(talk, words.menu["due"], found.all, reasons)


def _go_through(
    talk: Conversation, title: str, item_ids: Sequence[str], reasons: Callable[[str], Iterable[str]]
) -> None:
    """Offers to write the plan of each missing item, or to answer that it no longer is missing."""
    items, answers = talk.content.checklist.by_id, talk.ui.answers
    choices = {WRITE: talk.words.fill_in}
    choices |= {each: getattr(answers, each) for each in (Answer.IN_PLACE, Answer.NOT_RELEVANT)}

    def ask(at: int) -> None:
        item = items[item_ids[at]]
        number = fill(talk.words.item, number=at + 1, count=len(item_ids))

        def lines() -> Iterator[str]:
            yield f"{number} {collapse_spaces(item.text)}"
            yield from reasons(item.id)
            yield from _plan_lines(talk, item)

        prompt = Prompt(
            f"{title}. {number}",
            lines,
            {} if talk.is_archived else choices,
            empty=talk.words.next_item,
            help=[] if talk.is_archived else [talk.words.fill_in_help],
        )
        chosen = talk.ask(prompt).choice
        if chosen == WRITE:
            write_plan(talk, item)
        elif chosen and talk.attempt(partial(talk.review.answer, item.id, Answer(chosen))):
            talk.say(fill(talk.words.saved, what=choices[chosen]))

    talk.walk(len(item_ids), ask)
    talk.say(talk.words.end_of_items)


def _plan_lines(talk: Conversation, item: Item) -> Iterator[str]:
    state, words = talk.state(item.id), talk.words
    for name, text in talk.ui.plan_texts(state).items():
        if text.strip():
            label = plan_form.label(name, state, talk.ui)
            is_question = label.endswith("?")
            yield f"{label} {text}" if is_question else fill(words.labelled, label=label, text=text)
    if not state.has_plan:
        yield words.no_plan


def write_plan(talk: Conversation, item: Item) -> None:
    """Asks for each field of the plan; each is saved as it is entered."""
    ui, state = talk.ui, talk.state(item.id)
    invitations = {"date": talk.words.write_date, "priority": talk.words.write_priority}

    def field(name: str) -> Field:
        return Field(
            plan_form.label(name, state, ui),
            lambda: ui.plan_texts(talk.state(item.id))[name],
            lambda text: talk.review.write_plan(item.id, {name: plan_form.value(name, text, ui)}),
            plan_form.hint(name, ui),
            lambda text: plan_form.problem(name, text, ui),
            {each: ui.helped[each] for each in Helped} if PLAN[name].kind == "helped" else {},
            invitations.get(PLAN[name].kind, ""),
            PLAN[name].kind == "text",
        )

    _fill_in(talk, collapse_spaces(item.text), list(map(field, PLAN)))


def fill_map(talk: Conversation) -> None:
    """Asks for each cell of the map of support."""
    support_map = talk.content.checklist.map
    talk.say(support_map.intro)
    talk.say_if_archived()

    def field(cell: MapCell) -> Field:
        return Field(
            fill(talk.words.map_cell, kind=cell.kind.title, cell=phrases.map_cell(cell, talk.ui)),
            lambda: talk.state(cell.id).note,
            lambda text: talk.review.write_map({cell.id: text}),
        )

    _fill_in(talk, support_map.title, list(map(field, support_map.cells)))


def _fill_in(talk: Conversation, title: str, fields: Sequence[Field]) -> None:
    """Asks for each field, in both directions."""

    def ask(at: int) -> None:
        number = fill(talk.words.field, number=at + 1, count=len(fields))
        _ask_for_field(talk, f"{title} {number}", number, fields[at])

    with suppress(Back):
        talk.walk(len(fields), ask)
        talk.say(talk.words.end_of_fields)


def _ask_for_field(talk: Conversation, place: str, number: str, field: Field) -> None:
    words = talk.words

    def lines() -> Iterator[str]:
        yield f"{number} {sentence(field.label)}"
        if now := field.now().strip():
            yield fill(words.now, text=now)

    prompt = Prompt(
        place,
        lines,
        field.choices,
        {} if talk.is_archived else {CLEAR: words.clear},
        field.invitation,
        words.next_field,
        [sentence(field.hint)] if field.hint else [],
        is_free=not (field.choices or talk.is_archived),
        problem=field.problem,
    )
    while (heard := talk.ask(prompt)) != ("", ""):
        text = "" if heard.choice == CLEAR else field.choices.get(heard.choice, heard.text)
        if text and field.has_lines and (now := field.now().strip()):
            try:
                text = text if talk.confirm(words.replace, place) else f"{now}\n{text}"
            except Back:
                continue
        if talk.attempt(partial(field.save, text)):
            said = " ".join(field.now().split())
            talk.say(fill(words.saved, what=said) if said else words.cleared)
            return
