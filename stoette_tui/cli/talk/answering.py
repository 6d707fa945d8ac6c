"""Goes through the checklist, item by item."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from stoette_tui.base.sanitize import collapse_spaces
from stoette_tui.cli.talk.asking import Conversation, Prompt
from stoette_tui.cli.talk.planning import write_plan
from stoette_tui.content.ui_text import fill
from stoette_tui.review.compare import previous_answers
from stoette_tui.review.progress import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stoette_tui.content.model import Item

OPEN, ALL, GROUP = "open", "all", "group"


def answer(talk: Conversation) -> None:
    """Asks which items to answer, and goes through them."""
    words, checklist = talk.words, talk.content.checklist
    talk.say_if_archived()
    items = list(checklist.items)
    unanswered = [item for item in items if talk.state(item.id).answer == Answer.UNANSWERED]
    choices = {OPEN: words.unanswered, ALL: words.all, GROUP: words.group}
    if not unanswered:
        del choices[OPEN]
    first = next(iter(choices))
    chosen = talk.ask(
        Prompt(
            checklist.title,
            lambda: [fill(words.items, count=len(items), unanswered=len(unanswered))],
            choices,
            empty=choices[first],
            help=[words.answer_help],
        )
    ).choice
    if chosen == GROUP:
        go_through(talk, choose_group(talk))
    else:
        go_through(talk, unanswered if (chosen or first) == OPEN else items)


def choose_group(talk: Conversation) -> Sequence[Item]:
    """Asks for a group, and returns its items."""
    words, checklist = talk.words, talk.content.checklist
    groups = {group.id: group for group in checklist.groups}
    lines = [fill(words.groups, count=len(groups))]
    for number, group in enumerate(groups.values(), 1):
        count = len(group.items)
        lines.append(fill(words.group_row, number=number, title=group.title, count=count))
    titles = {name: group.title for name, group in groups.items()}
    return groups[talk.choose(checklist.title, lines, titles, next(iter(groups)))].items


def go_through(talk: Conversation, items: Sequence[Item]) -> None:
    """Asks for the answer to each item, forwards and back."""
    round_id = talk.review.progress.round_id
    last_time = previous_answers(talk.review.rounds(), round_id) if round_id else {}

    def ask(at: int) -> None:
        if _ask_for_answer(talk, items, at, last_time):
            _offer_plan(talk, items[at])

    talk.walk(len(items), ask)
    talk.say(talk.words.end_of_items, talk.standing())


def _ask_for_answer(
    talk: Conversation, items: Sequence[Item], at: int, last_time: Mapping[str, Answer]
) -> bool:
    """Asks for an answer; returns whether it leaves something to agree on."""
    item, words, answers = items[at], talk.words, talk.ui.answers
    group = next(each for each in talk.content.checklist.groups if item in each.items)
    number = fill(words.item, number=at + 1, count=len(items))

    def lines() -> Iterator[str]:
        if at == 0 or items[at - 1] not in group.items:
            yield fill(words.in_group, title=group.title)
        yield f"{number} {collapse_spaces(item.text)}"
        given, before = talk.state(item.id).answer, last_time.get(item.id, Answer.UNANSWERED)
        if given != Answer.UNANSWERED:
            yield fill(words.answered, answer=getattr(answers, given))
        if before != Answer.UNANSWERED:
            yield fill(words.answered_before, answer=getattr(answers, before))

    prompt = Prompt(
        f"{talk.content.checklist.title}. {group.title}. {number}",
        lines,
        {} if talk.is_archived else {each.value: getattr(answers, each) for each in Answer},
        empty=words.next_item,
        help=[
            collapse_spaces(item.why),
            f"{talk.ui.checklist.question} {collapse_spaces(item.question)}",
        ],
    )
    while chosen := talk.ask(prompt).choice:
        given = Answer(chosen)
        if talk.attempt(partial(talk.review.answer, item.id, given)):
            talk.say(fill(words.saved, what=getattr(answers, given)))
            return talk.state(item.id).needs_action
    return False


def _offer_plan(talk: Conversation, item: Item) -> None:
    ideas = talk.content.checklist.ideas_for(item)
    if ideas:
        said = ", ".join(idea.text for idea in ideas)
        talk.say(f"{talk.ui.checklist.ideas} {said}.")
    if talk.agrees(talk.words.plan_now, collapse_spaces(item.text)):
        write_plan(talk, item)
