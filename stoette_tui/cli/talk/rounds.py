"""Rounds: opening, starting, renaming and archiving them, comparing two, and writing a report."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from stoette_tui.base.files import write_new_file
from stoette_tui.base.problems import ProblemError
from stoette_tui.base.sanitize import collapse_spaces
from stoette_tui.cli.talk.asking import Conversation, Prompt
from stoette_tui.cli.talk.voice import say_name
from stoette_tui.content import phrases
from stoette_tui.content.ui_text import fill
from stoette_tui.report.export import FORMATS, export_round, find_file, suggested_name
from stoette_tui.review.compare import (
    UNCHANGED,
    Pair,
    comparable,
    reportable_kinds,
    shifts,
    trend,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stoette_tui.review.progress import Round, RoundSummary

NEW, RENAME, ARCHIVE, UNARCHIVE = "new", "rename", "archive", "unarchive"


def rounds(talk: Conversation) -> None:
    """Lists the rounds, newest first, and offers to change or open them."""
    words, found, current = talk.words, talk.review.rounds(), talk.review.progress.round
    newest_first = {each.round.id: each.round.name for each in reversed(found)}
    heard = talk.ask(
        Prompt(
            words.menu["rounds"],
            lambda: [fill(words.rounds, count=len(found)), *_round_lines(talk, found)],
            newest_first,
            {NEW: words.new, **_changes(talk, current)},
            words.rounds_invitation if found else "",
            words.commands["back"],
            [talk.ui.rounds.intro],
        )
    )
    if heard.choice == NEW:
        _start(talk, [each.round.name for each in found])
    elif current and heard.choice == RENAME:
        _rename(talk, current)
    elif current and heard.choice in (ARCHIVE, UNARCHIVE):
        _archive(talk, current)
    elif heard.choice and talk.attempt(partial(talk.review.open_round, heard.choice)):
        talk.say(talk.standing())


def _round_lines(talk: Conversation, found: Sequence[RoundSummary]) -> Iterator[str]:
    all_counts = trend(found, talk.content.checklist.item_ids)
    entries = zip(found, phrases.round_starts(found, talk.ui), all_counts, strict=True)
    for number, (summary, start, counts) in enumerate(reversed(list(entries)), 1):
        started = fill(talk.ui.rounds.started, date=start)
        labels = phrases.round_labels(summary, talk.ui)
        facts = ", ".join([started, phrases.share(counts, talk.ui), *labels])
        yield fill(talk.words.round_row, number=number, name=summary.round.name, facts=facts)


def _changes(talk: Conversation, current: Round | None) -> dict[str, str]:
    """What can be done to the open round."""
    labels = talk.ui.commands
    if current is None:
        return {}
    if current.archived:
        return {UNARCHIVE: labels["unarchive_round"].label}
    return {RENAME: labels["rename_round"].label, ARCHIVE: labels["archive_round"].label}


def _rename(talk: Conversation, round_: Round) -> None:
    title, back = talk.ui.rounds.rename_title, talk.words.commands["back"]
    lines = [f"{title}.", fill(talk.words.now, text=round_.name)]
    while name := _ask_for_name(talk, title, lines, back):
        if talk.attempt(partial(talk.review.rename_round, round_.id, name)):
            talk.say(talk.standing())
            return


def _archive(talk: Conversation, round_: Round) -> None:
    """Archives the round, or makes it writable again."""
    if talk.attempt(partial(talk.review.archive_round, round_.id, not round_.archived)):
        if round_.archived:
            talk.say(fill(talk.words.unarchived, round=round_.name))
        else:
            talk.say_if_archived()


def _start(talk: Conversation, taken: Sequence[str]) -> None:
    words, suggested = talk.words, talk.review.suggest_name(taken)
    title = talk.ui.rounds.new_title
    lines = [f"{title}.", fill(words.suggested, text=suggested)]

    def start(name: str, carry: bool) -> None:
        current = talk.review.progress.round_id
        carried = talk.review.new_round(name, current if carry else None)
        talk.say(phrases.describe_carried_plans(carried, talk.ui))

    while True:
        name = _ask_for_name(talk, title, lines, suggested) or suggested
        carry = talk.review.progress.round is not None
        carry = carry and talk.confirm(words.carry, title, default="yes")
        if talk.attempt(partial(start, name, carry)):
            break
    talk.say(talk.standing())


def _ask_for_name(
    talk: Conversation, place: str, lines: Sequence[str], empty: str, *hints: str
) -> str:
    """Asks for the name of a round or a file; `empty` is what an empty line does."""
    named = Prompt(
        place,
        lambda: lines,
        invitation=talk.words.write_name,
        empty=empty,
        help=hints,
        is_free=True,
    )
    return talk.ask(named).text


def compare(talk: Conversation) -> None:
    """Reports what has changed between the newest two rounds, or two others."""
    found = comparable(talk.review.rounds())
    if len(found) < 2:
        talk.say(talk.words.too_few_rounds)
        return
    pair = Pair.newest(len(found))
    if len(found) > 2:
        pair = _choose(talk, found, pair, talk.words.which_earlier)
        pair = _choose(talk, found, pair.switched(), talk.words.which_later)
    _tell_changes(talk, found[pair.older], found[pair.newer])


def _choose(talk: Conversation, found: Sequence[RoundSummary], pair: Pair, question: str) -> Pair:
    """The pair, with the moving round replaced by another if the reader wishes."""
    names = {str(at): found[at].round.name for at in reversed(range(len(found)))}
    now = str(pair.newer if pair.moves_newer else pair.older)
    lines = [question, *_round_lines(talk, found)]
    return pair.moved_to(int(talk.choose(talk.words.menu["compare"], lines, names, now)))


def _tell_changes(talk: Conversation, before: RoundSummary, after: RoundSummary) -> None:
    words, checklist = talk.words, talk.content.checklist
    items = checklist.by_id
    found = shifts(items, before.answer, after.answer)
    kinds = [*reportable_kinds(found), *(kind for kind in UNCHANGED if found[kind])]
    counts = (
        fill(talk.words.counted, what=phrases.shift_name(kind, talk.ui), count=len(found[kind]))
        for kind in kinds
    )
    from_to = fill(words.from_to, before=before.round.name, after=after.round.name)
    talk.say(from_to, " ".join(counts))
    for group in checklist.groups:
        all_counts = trend((before, after), group.item_ids)
        shares = [phrases.share(each, talk.ui) for each in all_counts]
        talk.say(fill(words.group_moved, title=group.title, before=shares[0], after=shares[1]))
    for kind in reportable_kinds(found):
        for number, item_id in enumerate(found[kind], 1):
            talk.say(
                fill(
                    words.changed,
                    what=phrases.shift_name(kind, talk.ui),
                    number=number,
                    count=len(found[kind]),
                    item=collapse_spaces(items[item_id].text),
                    before=getattr(talk.ui.answers, before.answer(item_id)),
                    after=getattr(talk.ui.answers, after.answer(item_id)),
                )
            )


def report(talk: Conversation) -> None:
    """Asks for a format and a file, and exports the round."""
    words, ui, round_ = talk.words, talk.ui, talk.review.progress.round
    if round_ is None:
        talk.say(ui.rounds.none_yet)
        return
    formats = {name: getattr(ui.export, name) for name in FORMATS}
    rows = [f"{number} {text}" for number, text in enumerate(formats.values(), 1)]
    place, lines = words.menu["report"], [fill(words.formats, count=len(formats)), *rows]
    format_ = talk.choose(place, lines, formats, FORMATS[0])
    suggested = f"{suggested_name(round_, ui)}.{format_}"
    lines = [f"{ui.export.file}."]
    while True:
        name = _ask_for_name(talk, place, lines, suggested, words.file_help) or suggested
        file, is_there = find_file(name, format_)
        if is_there and not talk.agrees(fill(ui.export.replace, file=file), place):
            continue
        try:
            data = export_round(talk.review.store, format_, talk.content.checklist, ui, round_.id)
            write_new_file(file, data, is_there)
            talk.say(words.written)
            say_name(file)
            return
        except ProblemError as error:
            talk.say(ui.say(error.problems[0]))
