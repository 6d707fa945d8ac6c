"""How the dialogue asks: the possible answers, and the words that always work."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct

from stoette_tui.base.problems import ProblemError
from stoette_tui.base.sanitize import capitalize
from stoette_tui.cli.talk import voice
from stoette_tui.cli.talk.voice import TalkEnd, unbroken
from stoette_tui.content import phrases
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.pages.spelling import Spelling
from stoette_tui.review.progress import ItemState, count
from stoette_tui.store.review_service import OlderChange, ReviewService

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from stoette_tui.content.model import Content

COMMANDS: Final = ("back", "undo", "redo", "where", "stop", "help")
"""The commands that work everywhere; a shared first letter means the earliest of its words."""


class Back(Exception):  # noqa: N818 (not an error)
    """The reader wants to go back by one question."""


class OtherRound(Exception):  # noqa: N818 (not an error)
    """Another round has been opened elsewhere, and what was being answered is over."""


def sentence(text: str) -> str:
    """The text with a capital letter first and a full stop last; empty for an empty text."""
    return text and f"{capitalize(text)}{'' if text.endswith(tuple('.?:')) else '.'}"


class Reply(NamedTuple):
    """An answer: the id of a choice, or free text; neither for an empty line."""

    choice: str
    text: str


class Prompt(Struct, frozen=True):
    """A question. `lines` are said first, computed each time, as an undo may change them.

    `choices` are numbered, `others` are not; `invitation` says what can be answered, by default
    the choices; `empty` is what an empty line does, which is all there is without choices. If it
    `is_free`, any other text that `problem` accepts is an answer too, and commands must be written
    in full.
    """

    place: str
    lines: Callable[[], Iterable[str]]
    choices: Mapping[str, str] = {}
    others: Mapping[str, str] = {}
    invitation: str = ""
    empty: str = ""
    help: Sequence[str] = ()
    is_free: bool = False
    problem: Callable[[str], str] = lambda _: ""


class Conversation:
    """Asks questions, and handles the commands that work everywhere."""

    say = staticmethod(voice.say)

    def __init__(self, content: Content, ui: UiText, review: ReviewService) -> None:
        self.content = content
        self.ui = ui
        self.words = ui.talk
        self._commands = {name: ui.talk.commands[name] for name in COMMANDS}
        self.review = review
        self._confirmed_days: set[date] = set()
        self._problem = ""

    def state(self, item_id: str) -> ItemState:
        return self.review.progress.state(item_id)

    def ask(self, prompt: Prompt) -> Reply:
        """Asks until the answer is understood. Raises `Back`, `OtherRound` and `TalkEnd`."""
        self.refresh()
        self.say(*prompt.lines(), self._invitation(prompt))
        while True:
            text = voice.hear()
            if not text:
                return Reply("", "")
            if choice := self._find_choice(text, prompt):
                return Reply(choice, text)
            text = self._commands["help"] if text == "?" else text
            if command := self._find_word(text, self._commands, in_full=prompt.is_free):
                self._run_command(command, prompt)
                continue
            expected = self._invitation(prompt)
            if prompt.is_free and not (expected := sentence(prompt.problem(text))):
                return Reply("", text)
            self.say(f"{fill(self.words.not_understood, heard=text[:40])} {expected}")

    def confirm(self, question: str, place: str, *, default: str = "no") -> bool:
        """Asks a yes/no question; an empty line means `default`."""
        choices = {"yes": self.words.yes, "no": self.words.no}
        given = Prompt(place, lambda: [question], choices, empty=choices[default])
        return (self.ask(given).choice or default) == "yes"

    def agrees(self, question: str, place: str) -> bool:
        """The same, but going back means no as well."""
        with suppress(Back):
            return self.confirm(question, place)
        return False

    def choose(
        self, place: str, lines: Sequence[str], choices: Mapping[str, str], default: str = ""
    ) -> str:
        """Asks for a number; an empty line means the default, or without one to go back."""
        empty = choices.get(default, self.words.commands["back"])
        invitation = self.words.number_invitation
        prompt = Prompt(place, lambda: lines, choices, invitation=invitation, empty=empty)
        return self.ask(prompt).choice or default

    def walk(self, number: int, step: Callable[[int], object]) -> None:
        """Takes `number` steps, by index; `Back` returns to the previous one, or ends the walk."""
        at = 0
        while at < number:
            try:
                step(at)
            except Back:
                if at == 0:
                    raise
                at -= 1
            else:
                at += 1

    def attempt(self, operation: Callable[[], object]) -> bool:
        """Runs an operation, says why if it fails, and returns whether it succeeded."""
        try:
            operation()
        except ProblemError as error:
            problem = self.ui.say(error.problems[0])
            self.say(fill(self.ui.messages.not_saved, problem=problem))
            return False
        return True

    def refresh(self) -> None:
        """Reads changes made elsewhere; reports a problem once. Raises `OtherRound`."""
        before, problem = self.review.progress.round_id, ""
        try:
            self.review.refresh()
        except ProblemError as error:
            problem = self.ui.say(error.problems[0])
        if problem != self._problem:
            self.say(problem)
        self._problem = problem
        if before not in (None, self.review.progress.round_id):
            self.say(self.standing())
            raise OtherRound

    def standing(self) -> str:
        """The open round, and how far it has come."""
        progress = self.review.progress
        if progress.round is None:
            return f"{self.ui.progress.no_round}."
        counts = count(progress, self.content.checklist.item_ids)
        share, name = phrases.share(counts, self.ui), progress.round.name
        if progress.is_archived:
            name = fill(self.ui.report.round_archived, round=name)
        return fill(self.words.standing, round=name, share=share, unanswered=counts.unanswered)

    @property
    def is_archived(self) -> bool:
        return self.review.progress.is_archived

    def say_if_archived(self) -> None:
        """Says that the open round can only be read, and how to go on."""
        if self.is_archived:
            name, rounds = self.review.progress.round_name, self.words.menu["rounds"]
            reopen = self.ui.commands["unarchive_round"].label
            self.say(fill(self.words.archived, round=name, rounds=rounds, reopen=reopen))

    def _find_choice(self, text: str, prompt: Prompt) -> str:
        """The id of the choice that is meant; empty if none is."""
        if text.isdecimal():
            return dict(enumerate(prompt.choices, 1)).get(int(text), "") if len(text) < 5 else ""
        if text.casefold() in prompt.choices:  # such as a file extension
            return text.casefold()
        return self._find_word(text, {**prompt.others, **prompt.choices}, in_full=prompt.is_free)

    def _find_word(self, text: str, words: Mapping[str, str], *, in_full: bool) -> str:
        """The id of a word, from all of it or, unless `in_full`, its beginning or first letter."""
        spelling = Spelling(self.ui.search.letters, words.values())
        expression = re.compile(spelling.expression(text))
        exact = [name for name, word in words.items() if expression.fullmatch(word.casefold())]
        if exact or in_full:
            return exact[0] if exact else ""
        found = [name for name, word in words.items() if expression.match(word.casefold())]
        return found[0] if found and (len(found) == 1 or len(text) == 1) else ""

    def _run_command(self, command: str, prompt: Prompt) -> None:
        match command:
            case "back":
                raise Back
            case "stop":
                raise TalkEnd
            case "where":
                self.say(prompt.place, self.standing(), self._invitation(prompt))
                return
            case "undo":
                self.attempt(partial(self._undo, prompt.place))
            case "redo":
                self.attempt(self._redo)
        self.refresh()
        explanation = self._explanation(prompt) if command == "help" else ()
        self.say(*prompt.lines(), *explanation, self._invitation(prompt))

    def _invitation(self, prompt: Prompt) -> str:
        words = self.words
        choices = [f"{number} {word}" for number, word in enumerate(prompt.choices.values(), 1)]
        others = ", ".join(map(unbroken, prompt.others.values()))
        said = ", ".join(filter(None, [*map(unbroken, choices), others]))
        template = prompt.invitation or (words.write if prompt.is_free else words.answer)
        line = fill(template, choices=said, others=others, help=words.commands["help"])
        empty = fill(words.empty_line, what=prompt.empty) if prompt.empty else ""
        if not (said or prompt.is_free or prompt.invitation):
            return empty
        return f"{line} {empty}".rstrip()

    def _explanation(self, prompt: Prompt) -> Iterable[str]:
        yield from prompt.help
        if prompt.choices:
            yield self.words.how
        yield fill(self.words.everywhere, **self._commands)

    def _redo(self) -> None:
        self.say(phrases.describe_redone(self.review.redo(), self.content.checklist, self.ui))

    def _undo(self, place: str, confirmed: int | None = None) -> None:
        """Takes back the newest change; one from an earlier day only after a confirmation."""
        done = self.review.undo({date.today(), *self._confirmed_days}, confirmed)
        if not isinstance(done, OlderChange):
            self.say(phrases.describe_undone(done, self.content.checklist, self.ui))
            return
        question = phrases.ask_to_undo(done.day, done.item, self.content.checklist, self.ui)
        if self.agrees(question, place):
            self._confirmed_days.add(done.day)
            self._undo(place, done.id)
