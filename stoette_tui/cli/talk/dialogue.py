"""The dialogue from start to end."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from stoette_tui.base.problems import ProblemError
from stoette_tui.cli.talk import answering, planning, reading, rounds
from stoette_tui.cli.talk.asking import Back, Conversation, OtherRound, Prompt
from stoette_tui.cli.talk.voice import TalkEnd, say
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.review.compare import is_time_for_another
from stoette_tui.review.plans import due_items
from stoette_tui.review.progress import local_date

if TYPE_CHECKING:
    from collections.abc import Callable

    from stoette_tui.content.model import Content
    from stoette_tui.store.review_service import ReviewService

PARTS: dict[str, Callable[[Conversation], None]] = {
    "read": reading.read,
    "answer": answering.answer,
    "plans": planning.plans,
    "due": planning.due,
    "rounds": rounds.rounds,
    "compare": rounds.compare,
    "report": rounds.report,
    "map": planning.fill_map,
}


def talk(content: Content, ui: UiText, review: ReviewService, notice: str) -> None:
    """Runs the dialogue until the reader stops it, or the input ends."""
    conversation = Conversation(content, ui, review)
    say(f"{ui.title}.", ui.talk.welcome, notice, conversation.standing())
    try:
        while True:
            try:
                _choose_part(conversation)(conversation)
            except (Back, OtherRound):
                continue
            except ProblemError as error:  # reads only: failing writes are handled where they occur
                say(ui.say(error.problems[0]))
    except TalkEnd:
        say(ui.talk.goodbye)


def _suggest_new_round(talk: Conversation) -> list[str]:
    round_ = talk.review.progress.round
    if round_ is None or not is_time_for_another(talk.review.rounds(), round_.id, date.today()):
        return []
    started = talk.ui.long_date(local_date(round_.started))
    return [fill(talk.words.begin_again, date=started, rounds=talk.words.menu["rounds"])]


def _choose_part(talk: Conversation) -> Callable[[Conversation], None]:
    words = talk.words
    item_ids = talk.content.checklist.item_ids

    def lines() -> list[str]:
        number = len(due_items(talk.review.progress, item_ids, date.today()).all)
        waiting = [fill(words.waiting, count=number)] if number else []
        return [words.main_menu, *waiting, *_suggest_new_round(talk)]

    menu = {name: getattr(words.menu, name) for name in PARTS}
    helps = [f"{menu[name]}: {getattr(words.menu_help, name)}" for name in PARTS]
    given = Prompt(words.main_menu, lines, menu, empty=menu["answer"], help=helps)
    return PARTS[talk.ask(given).choice or "answer"]
