"""Progress in the app: the bar of each round, any two compared, and the answers of last time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from app_driver import beginning, opened
from terminal import Terminal

from stoette_tui.content import cldr, ui_text
from stoette_tui.content import loader as content
from stoette_tui.content.ui_text import fill
from stoette_tui.review.progress import Change
from stoette_tui.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from app_driver import Reader
    from conftest import CommandLine

WIDE = (120, 40)
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
FIRST, SECOND, THIRD = "good-relations", "welcome-newcomers", "speak-freely"
ROUNDS: dict[str, Mapping[str, str]] = {
    "Ældst": {FIRST: "missing", SECOND: "missing", THIRD: "not_relevant"},
    "Mellem": {FIRST: "in_place", SECOND: "missing"},
    "Nyest": {FIRST: "in_place", SECOND: "in_place", THIRD: "missing"},
}
CHECKLIST = content.load(content.bundled_folder() / "da").checklist
TEXTS = {item.id: item.text for item in CHECKLIST.items}
COUNT = len(TEXTS)


def import_round(store: Store, name: str, answers: Mapping[str, str], at: datetime) -> str:
    """Imports a round that began at that time; returns its id."""
    edits = {("", "name"): name, **{(item, "answer"): each for item, each in answers.items()}}
    log = [
        Change(id=number, at=at, act=number, round="r", item=item, field=field, value=value)
        for number, ((item, field), value) in enumerate(edits.items(), 1)
    ]
    [progress] = store.import_rounds(log)
    assert progress.round
    return progress.round.id


@pytest.fixture
def rounds(data_dir: Path) -> Store:
    """Three rounds, half a year apart, the newest one open."""
    store = Store(data_dir)
    for number, (name, answers) in enumerate(ROUNDS.items()):
        newest = import_round(store, name, answers, NOON + timedelta(days=180 * number))
    store.open_round(newest)
    return store


def rows(reader: Reader, *texts: str) -> list[str]:
    """The first line below the title with each text."""
    return [next(line for line in reader.display.lines[1:] if text in line) for text in texts]


async def test_the_comparison_begins_with_a_bar_for_each_round(
    data_dir: Path, rounds: Store
) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        await reader.press("c")
        await reader.sees("Mellem → Nyest")
        bars = rows(reader, "Ældst ", "Mellem ", "Nyest ")
        places = [reader.display.lines.index(bar) for bar in bars]
        assert places == list(range(places[0], places[0] + 3))
        assert places[-1] < reader.display.find("Mellem → Nyest").y
        counts = [["0", "2", "1"], ["1", "1", "0"], ["2", "1", "0"]]
        for bar, (in_place, missing, not_relevant) in zip(bars, counts, strict=True):
            unanswered = COUNT - int(in_place) - int(missing) - int(not_relevant)
            assert f"☑ {in_place}  ☒ {missing}  ⊘ {not_relevant}  ☐ {unanswered}" in bar
            cells = [bar.count(pattern) for pattern in "█▒─·"]
            numbers = (in_place, missing, not_relevant, str(unanswered))
            assert [each > 0 for each in cells] == [number != "0" for number in numbers]
        assert len({sum(bar.count(each) for each in "█▒─·") for bar in bars}) == 1
        [group] = rows(reader, CHECKLIST.groups[0].title)
        assert "0/8 → 1/9 → 2/9" in group
        assert group.rstrip("│ ").endswith("+1")


async def test_the_comparison_lists_changes_first_and_folds_the_rest(
    data_dir: Path, rounds: Store
) -> None:
    async with opened(data_dir, size=(120, 50)) as reader:
        words = reader.ui.compare
        await reader.press("c")
        await reader.sees("Mellem → Nyest")
        headings = ["Bedre (1)", f"Dårligere ({words.none})", "Nyt svar (1)", "Uændret (1)"]
        changed = [TEXTS[SECOND], TEXTS[THIRD]]
        places = [reader.display.find(text).y for text in (headings[0], changed[0], *headings[1:3])]
        assert places == sorted(places)
        assert f"☒→☑ {changed[0]}" in reader.display
        assert f"☐→☒ {changed[1]}" in reader.display
        some, none, folded = (
            reader.display.cell(reader.display.find(headings[number])) for number in (0, 1, 3)
        )
        assert none[1:] == folded[1:]  # an empty group is not red
        assert none[1:] != some[1:]
        assert f"Stadig ubesvaret ({COUNT - 3})" in rows(reader, headings[3])[0]
        unchanged = f"☑ {TEXTS[FIRST]}"
        assert unchanged not in reader.display
        await reader.press("enter")
        await reader.sees(unchanged)
        await reader.press("enter")
        await reader.sees_no_more(unchanged)
        await reader.click(headings[3])
        await reader.sees(unchanged)


async def test_all_headings_look_the_same(data_dir: Path, rounds: Store) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        texts, styles = reader.content, set()
        for keys, heading in (
            (["2"], reader.ui.guldkorn.sources),
            (["1", "end"], reader.ui.fact_sheet.source),
            (["3", "end"], texts.checklist.map.kinds[0].title),
            (["enter"], texts.checklist.map.kinds[1].title),
            (["escape", "c"], "Bedre (1)"),
            ([], "Nyt svar (1)"),
            ([], "Mellem → Nyest"),
        ):
            await reader.press(*keys)
            cell = reader.display.cell(reader.display.find(heading))
            styles.add((cell.foreground, cell.bold))
        assert len(styles) == 1


async def test_any_two_rounds_can_be_compared_by_keys_and_mouse(
    data_dir: Path, rounds: Store
) -> None:
    async with opened(data_dir, size=WIDE) as reader:
        await reader.press("c")
        await reader.sees("Mellem → Nyest")
        assert "← fra   Mellem" in reader.display  # to the right is the other round
        assert "  til   Nyest" in reader.display
        await reader.press("left")
        await reader.sees("Ældst → Nyest")
        await reader.press("tab", "left")
        await reader.sees("Ældst → Mellem")
        assert "  til → Mellem" in reader.display
        assert "  fra   Ældst" in reader.display
        await reader.press("right")
        await reader.sees("Ældst → Nyest")
        assert "← til   Nyest" in reader.display
        await reader.press("right")  # there is no later round
        await reader.press("tab", "right")
        await reader.sees("Mellem → Nyest")
        await reader.click("Ældst ")
        await reader.sees("Ældst → Nyest")
        await reader.click(reader.ui.commands["other_round"].label)
        await reader.sees("← til   Nyest")
        await reader.press("escape")
        await reader.sees_no_more(reader.ui.compare.title)


async def test_the_newest_two_are_compared_by_default_whichever_is_open(
    data_dir: Path, rounds: Store
) -> None:
    rounds.open_round(rounds.rounds()[0].round.id)
    async with opened(data_dir, size=WIDE) as reader:
        await reader.press("c")
        await reader.sees("Mellem → Nyest")


@pytest.mark.parametrize("names", [("▾ One", "▸ Two"), ("A", "B")], ids=str)
async def test_unfolded_lines_scroll_into_view(data_dir: Path, names: tuple[str, str]) -> None:
    store = Store(data_dir)
    for name in names:
        store.new_round(name)
        store.record(None, {(FIRST, "answer"): "missing"}, "x")
    async with opened(data_dir) as reader:
        await reader.press("c")
        await reader.sees(" → ".join(names))
        await reader.press("enter")
        await reader.sees("▾ ")
        await reader.sees(reader.items[0].text[:30])


async def test_with_only_two_rounds_there_is_nothing_to_choose(data_dir: Path) -> None:
    store = Store(data_dir)
    for name in ("Forår", "Efterår"):
        import_round(store, name, {FIRST: "missing"}, NOON)
    async with opened(data_dir) as reader:
        labels = reader.ui.commands
        await reader.press("c")
        await reader.sees("Forår → Efterår")
        assert labels["unchanged"].label in reader.display
        assert labels["other_round"].label not in reader.display
        assert "→ Forår" not in reader.display


async def test_a_round_without_answers_is_not_compared(data_dir: Path) -> None:
    store = Store(data_dir)
    for name, answers in (("Forår", {FIRST: "missing"}), ("Fejl", {}), ("Efterår", {})):
        newest = import_round(store, name, answers, NOON)
    store.open_round(newest)
    async with opened(data_dir) as reader:
        await reader.press("c")
        await reader.sees("Forår → Efterår")
        assert "Fejl" not in reader.display


async def test_without_unchanged_items_there_is_nothing_to_unfold(data_dir: Path) -> None:
    store = Store(data_dir)
    for name, answer in (("Forår", "missing"), ("Efterår", "in_place")):
        import_round(store, name, dict.fromkeys(TEXTS, answer), NOON)
    async with opened(data_dir) as reader:
        await reader.press("c")
        await reader.sees("Forår → Efterår")
        assert reader.ui.commands["unchanged"].label not in reader.bars[1]
        before = reader.display.text
        await reader.press("enter")
        assert reader.display.text == before


async def test_a_single_round_is_shown_without_a_comparison(data_dir: Path) -> None:
    Store(data_dir).record(None, {(FIRST, "answer"): "missing"}, "Første")
    async with opened(data_dir) as reader:
        last_time = fill(reader.ui.checklist.last_time, answer="")
        await reader.press("3")
        assert last_time not in reader.display
        await reader.press("c")
        await reader.sees(beginning(reader.ui.rounds.none_to_compare))
        [bar] = rows(reader, "  Første  ▒")
        assert f"☒ 1  ⊘ 0  ☐ {COUNT - 1}" in bar
        assert "Bedre" not in reader.display
        await reader.press("left", "tab", "enter", "escape")
        await reader.sees_no_more(reader.ui.compare.title)


async def test_among_many_rounds_the_newest_and_the_compared_ones_are_drawn(data_dir: Path) -> None:
    store = Store(data_dir)
    for number in range(12):
        import_round(store, f"nr. {number:02}", {}, NOON + timedelta(days=number))
    async with opened(data_dir) as reader:
        await reader.press("c")
        await reader.sees("nr. 10 → nr. 11")
        assert "nr. 06" in reader.display
        assert "nr. 05" not in reader.display
        await reader.press(*["left"] * 10)
        await reader.sees("nr. 00 → nr. 11")
        assert "nr. 06" not in reader.display
        assert "→ nr. 00" in reader.display


async def test_each_item_shows_the_answer_of_last_time_at_the_right(
    data_dir: Path, rounds: Store
) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3")
        words = reader.ui.answers
        change = {"before": words.missing, "now": words.in_place}
        shown = fill(reader.ui.checklist.changed, **change)
        await reader.sees(shown)
        first, second, third = rows(reader, *(f" {TEXTS[each]}" for each in (FIRST, SECOND, THIRD)))
        assert first.endswith(f"  {words.in_place}")  # the same as last time
        assert second.endswith(shown)
        assert third.endswith(f"  {words.missing}")  # and last time unanswered
        assert len(first) == len(second) == len(third)
        at = reader.display.find(shown)
        dim, mark = reader.display.cell(at), reader.display.find(f" {TEXTS[THIRD]}")
        assert dim.foreground != reader.display.cell(mark._replace(x=mark.x + 1)).foreground


async def test_an_older_round_shows_the_answers_of_the_one_before_it(
    data_dir: Path, rounds: Store
) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3")
        words, answers = reader.ui.checklist, reader.ui.answers
        changed = fill(words.changed, before=answers.missing, now=answers.in_place)
        await reader.sees(changed)
        endings = (changed, f"  {answers.missing}")
        for number, (name, ending) in enumerate(zip(("Mellem", "Ældst"), endings, strict=True), 1):
            await reader.press("r")
            await reader.sees(reader.ui.rounds.title)
            await reader.press("home", *["down"] * number, "enter")
            await reader.sees_no_more(reader.ui.rounds.title)
            await reader.rests()
            assert name in reader.bars[0]
            assert rows(reader, TEXTS[FIRST][:30])[0].endswith(ending)


async def test_an_unanswered_item_shows_its_previous_answer(data_dir: Path, rounds: Store) -> None:
    rounds.new_round("Ny")
    async with opened(data_dir) as reader:
        words, answers = reader.ui.checklist, reader.ui.answers
        await reader.press("3")
        shown = fill(words.last_time, answer=answers.in_place)
        await reader.sees(shown)
        assert rows(reader, TEXTS[FIRST][:30])[0].endswith(shown)
        await reader.press("home", "x")
        await reader.sees(fill(words.changed, before=answers.in_place, now=answers.missing))


async def test_in_a_narrow_row_the_change_wraps_below_if_it_does_not_fit(
    data_dir: Path, rounds: Store
) -> None:
    async with opened(data_dir, size=(40, 40)) as reader:
        words, answers = reader.ui.checklist, reader.ui.answers
        changed = fill(words.changed, before=answers.missing, now=answers.in_place)
        await reader.press("3", "down", "up")
        await reader.sees(changed)
        [below] = rows(reader, changed)
        assert below.strip() == changed
        assert TEXTS[SECOND] in reader.display.lines[reader.display.lines.index(below) - 1]
        fitting = next(line for line in reader.display.lines if TEXTS[FIRST][-9:] in line)
        assert fitting.endswith(f"  {answers.in_place}")
        assert len(fitting) == len(below)


async def test_the_list_of_rounds_shows_bars_and_the_time_of_rounds_on_the_same_day(
    data_dir: Path, rounds: Store
) -> None:
    same_day = NOON + timedelta(days=360, hours=2)
    import_round(rounds, "Samme dag", {FIRST: "missing"}, same_day)
    async with opened(data_dir, size=WIDE) as reader:
        words = reader.ui
        await reader.press("r")
        await reader.sees(words.rounds.title)

        def started_text(at: datetime, is_timed: bool) -> str:
            local = at.astimezone()
            day = words.long_date(local.date())
            time = cldr.time_of_day(words.locale, local)
            shown = fill(words.rounds.at_time, date=day, time=time) if is_timed else day
            return fill(words.rounds.started, date=shown)

        for name, at, is_timed in (
            ("  Samme dag  ", same_day, True),
            ("  Nyest  ", NOON + timedelta(days=360), True),
            ("  Mellem  ", NOON + timedelta(days=180), False),
        ):
            place = max(reader.display.find_all(name.lstrip()), key=lambda found: found.y)
            assert started_text(at, is_timed) + " " in reader.display.lines[place.y]
            below = reader.display.lines[place.y + 1]
            assert "▒" in below
            unanswered = COUNT - len(ROUNDS.get(name.strip(), {FIRST: ""}))
            assert f"  {words.count(words.progress.unanswered, unanswered)} " in below


@pytest.mark.parametrize("width", [40, 30])
async def test_in_a_small_window_rounds_wrap_between_phrases(
    data_dir: Path, rounds: Store, width: int
) -> None:
    async with opened(data_dir, size=(width, 40)) as reader:
        answers = reader.ui.answers
        unanswered = reader.ui.count(reader.ui.progress.unanswered, COUNT - 3)
        await reader.press("r")
        for text in (f"2 {answers.missing}", f"1 {answers.not_relevant}", unanswered):
            assert text in reader.display
        assert f"({reader.ui.rounds.current})" in reader.display
        named = [line for line in reader.display.lines if any(name in line for name in ROUNDS)]
        assert len(named) == len(ROUNDS)
        assert not [line for line in named if "202" in line]  # each date is on the line below


def test_the_rounds_command_prints_a_bar_for_each_round(
    stoette: CommandLine, data_dir: Path, rounds: Store
) -> None:
    printed = stoette("rounds").out.splitlines()
    assert [sum(line.count(each) for each in "█▒─·") for line in printed] == [12] * 3
    plain = stoette("rounds", env={"LC_ALL": "C"}).out.splitlines()
    assert all("!" in line and "." * 8 in line for line in plain)
    assert all(line.isascii() for line in plain)


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
def test_bars_fall_back_to_ascii(data_dir: Path, rounds: Store, size: tuple[int, int]) -> None:
    ui = ui_text.load(content.bundled_folder(), "da")
    with Terminal(size=size, env={"LC_ALL": "C"}) as terminal:
        terminal.wait_for("Nyest" if size[0] == 80 else "2 af 21 paa plads")
        terminal.press("3", "down")
        terminal.wait_for("foer mangler, nu paa plads")
        terminal.press("c")
        terminal.wait_for("[x] 2  [!] 1  [-] 0  [ ] 18")
        if size[0] < 80:
            terminal.press("pagedown")
        terminal.wait_for(ui.answers.missing)
        screen = terminal.display
        assert screen.text.isascii()
        assert "# [x] paa plads" in screen
        assert "esc tilbage" in screen
        if size[0] >= 80:
            assert "##" in screen
            assert "!" in screen.text.replace("[!]", "")
            assert "# [x] paa plads   ! [!] mangler" in screen
            assert "< fra   Mellem" in screen
            assert "  til   Nyest" in screen
        terminal.press("escape")
        terminal.wait_for(lambda screen: "# [x] paa plads" not in screen)
        terminal.press("q")
        assert terminal.wait_for_end() == 0


async def test_an_empty_list_of_rounds_says_so_and_one_can_be_started(
    data_dir: Path,
) -> None:
    async with opened(data_dir) as reader:
        await reader.press("r")
        await reader.sees(beginning(reader.ui.rounds.none_yet))
        await reader.press("n", "enter")
        await reader.sees(fill(reader.ui.rounds.started, date=reader.ui.long_date(date.today())))
        assert beginning(reader.ui.rounds.none_yet) not in reader.display
