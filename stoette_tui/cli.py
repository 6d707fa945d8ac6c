"""The command line: the one place that wires content, store and app together.

Nothing that a command does not need is imported before it runs, Textual least of all.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stoette_tui import __version__
from stoette_tui.inert import one_line
from stoette_tui.session import Session
from stoette_tui.terminal import print_lines, print_text, width, writable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rich.text import Text

    from stoette_tui.problems import Problem
    from stoette_tui.progress import Change, Progress
    from stoette_tui.store import Store

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
TOPICS = ("fact-sheet", "guldkorn", "checklist", "links")
ANSWERS = ("in-place", "missing", "not-relevant", "unanswered")
_FAILURES = {
    *(
        "store_foreign",
        "store_newer",
        "store_older",
        "store_replaced",
        "store_damaged",
        "store_unwritable",
        "store_unreadable",
    ),
    *("store_gone", "round_archived", "output_failed", "round_none"),
    *("export_exists", "export_folder", "export_special", "export_nowhere", "export_failed"),
    *("import_missing", "import_special", "import_failed", "import_too_large", "import_not_json"),
    *("import_foreign", "import_newer", "import_invalid", "backup_none", "backup_empty"),
    "erase_failed",
}
"""Problems that are not of the user's making."""
_TOUCH_NO_ANSWERS = ("", "check", "paths", "erase")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit status: 0 done, 1 could not be done, 2 wrong usage."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    from stoette_tui.terminal import open_where_closed, simplify_what_cannot_be_encoded

    open_where_closed()
    simplify_what_cannot_be_encoded(sys.stdout, sys.stderr)
    try:
        return _run(given)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(given: Sequence[str]) -> int:
    from stoette_tui.problems import Problem, ProblemError
    from stoette_tui.usage import parse_common

    session: Session | None = None
    try:
        common, rest = parse_common(given, os.environ)
        session = Session(common)
        try:
            status = _do(session, rest)
        finally:
            _look_after(session)
        sys.stdout.flush()
    except ProblemError as error:
        _tell(error.problems, session)
        return FAILED if error.problems[0].code in _FAILURES else WRONG_USAGE
    except BrokenPipeError:  # whoever read has read enough
        _let_go_of_output()
        return DONE
    except OSError as error:
        _let_go_of_output()
        failed = Problem("output_failed", details={"reason": error.strerror or str(error)})
        _tell([failed], session)
        return FAILED
    return status


def _do(session: Session, rest: Sequence[str]) -> int:
    from stoette_tui.usage import help_text, parse_command

    if session.common.version:
        print(__version__)
        return DONE
    command, found = parse_command(rest, complete=not session.common.help)
    if session.common.help:
        print_text(help_text(writable(session.ui), command, width()))
        return DONE
    if command not in _TOUCH_NO_ANSWERS:
        # The app is on the screen first, and looks then.
        _tell(session.store.upkeep.look_before_use(), session)
    return _COMMANDS[command](session, found)


def _let_go_of_output() -> None:
    """Where output can be written no more, what is left of it goes nowhere at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _look_after(session: Session) -> None:
    """Says what has become of a damaged log, and makes the day's backup, where one is due."""
    if "store" in session.__dict__:
        upkeep = session.store.upkeep
        _tell(upkeep.look_after() if upkeep.has_written else upkeep.news(), session)


def _tell(problems: Sequence[Problem], session: Session | None) -> None:
    """Writes each problem on a line of its own; one in a file begins with `FILE:LINE:`."""
    if not problems:
        return
    from stoette_tui import ui_text

    ui = ui_text.bundled(session.common.lang if session else "da")
    if session and "ui" in session.__dict__:
        ui = session.ui
    with contextlib.suppress(OSError):  # the exit status is told all the same
        for problem in problems:
            said = ui.say(problem) if ui else str(problem)
            print_text(said if problem.where else f"stoette-tui: {said}", file=sys.stderr)


def _open(session: Session, found: dict[str, Any]) -> int:
    from stoette_tui.problems import ProblemError

    # Said before Textual is imported, and before the screen is taken over.
    content, ui = session.content, session.ui
    is_terminal = all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    # Another driver of Textual's, such as that for a browser, needs no terminal.
    if not is_terminal and "TEXTUAL_DRIVER" not in os.environ:
        raise ProblemError.of("no_terminal")
    progress, notice = _progress_to_open(session)

    from stoette_tui.app import StoetteApp

    theme = session.common.theme
    app = StoetteApp(
        content,
        ui,
        session.store,
        progress,
        theme=theme,
        ascii_only=session.ascii_only,
        notice=notice,
    )
    if theme and theme not in app.available_themes:
        themes = ", ".join(sorted(app.available_themes))
        raise ProblemError.of("theme_unknown", theme=theme, themes=themes)
    with session.store.kept_open():
        app.run()
    session.store.upkeep.renew_backup()
    return app.return_code or DONE


def _progress_to_open(session: Session) -> tuple[Progress, str]:
    """The progress, and what to say on the screen: what was mended, or why nothing can be saved.

    What can be read can be read without answers, so a place that is closed to us is no reason not
    to open; a file of a newer version is.
    """
    from stoette_tui.problems import ProblemError
    from stoette_tui.progress import Progress
    from stoette_tui.ui_text import fill

    problem = session.store.obstacle()
    try:
        progress = session.store.progress()
    except ProblemError as error:
        if error.problems[0].code == "store_newer":
            raise
        progress, problem = Progress(), error.problems[0]
    notices = [session.ui.say(news) for news in session.store.upkeep.news()]
    if problem:
        notices.append(fill(session.ui.messages.cannot_save, problem=session.ui.say(problem)))
    return progress, "\n".join(notices)


def _show(session: Session, found: dict[str, Any]) -> int:
    from stoette_tui import reading_pages, review_pages
    from stoette_tui.problems import ProblemError
    from stoette_tui.typeset import WIDEST

    topic = found["topic"]
    if topic and topic not in TOPICS:
        raise ProblemError.of("topic_unknown", topic=topic, topics=", ".join(TOPICS))
    content, ui = writable(session.content), writable(session.ui)
    room = min(width(), WIDEST)
    shown: dict[str, Callable[[], Iterable[Text]]] = {
        "fact-sheet": lambda: reading_pages.fact_sheet(content, ui, room).lines,
        "guldkorn": lambda: reading_pages.guldkorn(content, ui, room),
        "checklist": lambda: review_pages.checklist(
            content, ui, writable(session.store.progress()), room, session.ascii_only
        ),
        "links": lambda: reading_pages.links(content, ui, room),
    }
    for lines in [list(shown[name]()) for name in ([topic] if topic else TOPICS)]:
        print_lines(lines)
        if not topic:
            print()
    return DONE


def _status(session: Session, found: dict[str, Any]) -> int:
    progress = session.store.progress()
    if found["json"]:
        from stoette_tui.report.status import status
        from stoette_tui.transfer import as_json

        # In UTF-8 whatever the terminal shows: it is read by programs.
        sys.stdout.buffer.write(f"{as_json(status(session.checklist, progress))}\n".encode())
        return DONE
    from stoette_tui import review_pages
    from stoette_tui.typeset import WIDEST

    checklist, ui, room = writable(session.checklist), writable(session.ui), min(width(), WIDEST)
    shown = writable(progress)
    print_lines(review_pages.status(checklist, ui, shown, room, session.ascii_only, with_ids=True))
    return DONE


def _answer(session: Session, found: dict[str, Any]) -> int:
    from datetime import date

    from stoette_tui import review_pages
    from stoette_tui.problems import ProblemError

    item_id, answer = found["item"], found["answer"]
    items = {item.id: item for item in session.checklist.items}
    if item_id not in items:
        raise ProblemError.of("item_unknown", item=item_id, items=", ".join(items))
    if answer not in ANSWERS:
        raise ProblemError.of("answer_unknown", answer=answer, answers=", ".join(ANSWERS))
    name = session.ui.round_name(date.today())
    edits = {(item_id, "answer"): answer.replace("-", "_")}
    state = session.store.record(None, edits, name).state(item_id)
    item = writable(items[item_id])
    print_lines(review_pages.item_row(item, state, width(), session.ascii_only))
    return DONE


def _rounds(session: Session, found: dict[str, Any]) -> int:
    return _tell_rounds(session, lambda store: None)


def _rounds_new(session: Session, found: dict[str, Any]) -> int:
    from stoette_tui import review_pages

    def start(store: Store) -> None:
        before = store.progress()
        carry_from = before.round.id if before.round and found["carry"] else None
        store.new_round(found["round"], carry_from)
        if carry_from:
            print_text(review_pages.carried(before, store.progress(), session.ui))

    return _tell_rounds(session, start)


def _rounds_use(session: Session, found: dict[str, Any]) -> int:
    return _tell_rounds(session, lambda store: store.open_round(_named(store, found)))


def _rounds_rename(session: Session, found: dict[str, Any]) -> int:
    name = found["new_name"]
    return _tell_rounds(session, lambda store: store.rename_round(_named(store, found), name))


def _rounds_archive(session: Session, found: dict[str, Any]) -> int:
    return _tell_rounds(session, lambda store: store.archive_round(_named(store, found), True))


def _rounds_unarchive(session: Session, found: dict[str, Any]) -> int:
    return _tell_rounds(session, lambda store: store.archive_round(_named(store, found), False))


def _tell_rounds(session: Session, change: Callable[[Store], None]) -> int:
    """Does what is asked, when all that is needed to list the rounds is there, and lists them."""
    from stoette_tui import round_pages

    item_ids, ui = session.checklist.item_ids, writable(session.ui)
    change(session.store)
    print_lines(round_pages.rounds(writable(session.store.rounds()), item_ids, ui))
    return DONE


def _named(store: Store, found: dict[str, Any]) -> str:
    """The id of the round that is named, whatever the case."""
    from stoette_tui.problems import ProblemError

    wanted = found["round"].strip().casefold()
    for summary in store.rounds():
        if summary.round.name.casefold() == wanted:
            return summary.round.id
    raise ProblemError.of("round_unknown", name=found["round"])


def _export(session: Session, found: dict[str, Any]) -> int:
    from stoette_tui.export import FORMATS, export
    from stoette_tui.files import write_new_file
    from stoette_tui.problems import ProblemError
    from stoette_tui.ui_text import fill

    format_, output = found["format"], found["output"]
    if format_ not in FORMATS:
        raise ProblemError.of("format_unknown", format=format_, formats=", ".join(FORMATS))
    data = export(session.store, format_, session.checklist, session.ui)
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        write_new_file(Path(output), data)
        print_text(one_line(fill(session.ui.export.written, file=output)))
    return DONE


def _import(session: Session, found: dict[str, Any]) -> int:
    from stoette_tui import transfer
    from stoette_tui.files import read_file

    file = Path(found["file"])
    changes = transfer.decode(read_file(file, transfer.LARGEST), str(file))
    return _bring_in(session, [changes])


def _bring_in(session: Session, logs: Sequence[Sequence[Change]]) -> int:
    """Adds rounds, when all that is needed to say so is there, and says their names."""
    from stoette_tui.ui_text import fill

    words, known = session.ui.command_line, session.checklist.item_ids
    rounds = session.store.import_rounds(logs)
    for progress in rounds:
        print_text(
            one_line(fill(words.imported, round=progress.round.name if progress.round else ""))
        )
    found = dict.fromkeys(item_id for progress in rounds for item_id in progress.items)
    if unknown := ", ".join(item_id for item_id in found if item_id not in known):
        print_text(one_line(fill(words.unknown_items, items=unknown)))
    return DONE


def _restore(session: Session, found: dict[str, Any]) -> int:
    from stoette_tui import dates
    from stoette_tui.log import recovery
    from stoette_tui.problems import ProblemError

    known = _backups(session)
    if not known:
        raise ProblemError.of("backup_none", str(session.data_folder))
    day: str = found["date"] or next(iter(known))
    if parsed := dates.parse_date(day):
        day = parsed.isoformat()
    if day not in known:
        raise ProblemError.of("backup_unknown", date=day, dates=", ".join(known))
    try:
        logs = recovery.read(known[day])
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProblemError.of("import_failed", str(known[day]), reason=reason) from None
    if not logs:
        raise ProblemError.of("backup_empty", str(known[day]))
    return _bring_in(session, logs)


def _backups(session: Session) -> dict[str, Path]:
    """The backups by day, the newest first."""
    from stoette_tui.log import backups
    from stoette_tui.problems import ProblemError

    try:
        return backups.dated(session.store.path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProblemError.of("store_unreadable", str(error.filename), reason=reason) from None


def _check(session: Session, found: dict[str, Any]) -> int:
    from stoette_tui import content, ui_text
    from stoette_tui.problems import ProblemError

    folder = Path(found["directory"]) if found["directory"] else session.content_folder
    languages = content.languages(folder)
    if not languages:
        raise ProblemError.of("content_missing", str(folder))
    problems: list[Problem] = []
    for language in languages:
        try:
            content.load(folder / language)
        except ProblemError as error:
            problems += error.problems
        try:
            ui = ui_text.load(folder, language)
            problems += ui_text.placeholder_problems(ui, folder / language / "ui.yaml")
        except ProblemError as error:
            problems += error.problems
    if problems:
        raise ProblemError(problems)
    words = session.ui.command_line
    good = ui_text.fill(words.content_good, folder=folder, languages=", ".join(languages))
    print_text(one_line(good))
    return DONE


def _paths(session: Session, found: dict[str, Any]) -> int:
    from datetime import date

    from stoette_tui.ui_text import fill

    words, store = session.ui.command_line, session.store.path
    missing = "" if store.exists() else f" {words.paths_not_yet}"
    print_text(one_line(f"{words.paths_content} {session.content_folder}"))
    print_text(one_line(f"{words.paths_data} {session.data_folder}"))
    print_text(one_line(f"{words.paths_store} {store}{missing}"))
    for day, file in _backups(session).items():
        named = fill(words.paths_backup, date=session.ui.short_date(date.fromisoformat(day)))
        print_text(one_line(f"{named} {file}"))
    return DONE


def _erase(session: Session, found: dict[str, Any]) -> int:
    from stoette_tui import erasure
    from stoette_tui.problems import ProblemError
    from stoette_tui.ui_text import fill

    words, folder = session.ui.command_line, session.data_folder.absolute()
    if not found["yes"]:
        if not all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout)):
            raise ProblemError.of("erase_unsure", str(folder))
        print_text(one_line(fill(words.erase_ask, folder=folder, yes=words.erase_yes)), end=" ")
        sys.stdout.flush()
        said = sys.stdin.buffer.readline().decode(errors="replace").strip()
        if said.casefold() != words.erase_yes.casefold():
            print_text(words.erase_not)
            return DONE
    is_any = False
    for removed in erasure.erase(folder):
        is_any = True
        print_text(one_line(fill(words.erased, file=removed)))
    if not is_any:
        print_text(one_line(fill(words.erase_nothing, folder=folder)))
    return DONE


_COMMANDS: dict[str, Callable[[Session, dict[str, Any]], int]] = {
    "": _open,
    "show": _show,
    "status": _status,
    "answer": _answer,
    "rounds": _rounds,
    "rounds new": _rounds_new,
    "rounds use": _rounds_use,
    "rounds rename": _rounds_rename,
    "rounds archive": _rounds_archive,
    "rounds unarchive": _rounds_unarchive,
    "export": _export,
    "import": _import,
    "restore": _restore,
    "check": _check,
    "paths": _paths,
    "erase": _erase,
}
