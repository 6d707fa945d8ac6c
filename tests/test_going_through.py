"""Going through the checklist, following up, and the map: keys in, screen and disk out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

import pytest
from app_driver import beginning, opened
from terminal import Place

from stoette_tui.content import plan_form
from stoette_tui.content.loader import bundled_folder, load
from stoette_tui.content.ui_text import fill
from stoette_tui.pages import checklist
from stoette_tui.store import Store
from stoette_tui.tui.dialogs import plan as plan_dialog
from stoette_tui.tui.tabs.checklist import item_list

if TYPE_CHECKING:
    from pathlib import Path

    from app_driver import Reader

FIRST, SECOND, THIRD = "good-relations", "welcome-newcomers", "speak-freely"
TALL = (100, 50)


def record_answers(data_dir: Path, **answers: str) -> None:
    """Records answers of items, named by their ids with underscores."""
    for name, answer in answers.items():
        Store(data_dir).record(None, {(name.replace("_", "-"), "answer"): answer}, "Første")


def text_of(reader: Reader, item_id: str) -> str:
    return next(item.text for item in reader.items if item.id == item_id)


# Moving on to unanswered items.


async def test_n_and_one_key_per_item_answer_the_whole_checklist(
    data_dir: Path,
) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3")
        reader.hammer("n", *["space"] * len(reader.items))
        every = {item.id: "in_place" for item in reader.items}
        await reader.sees(lambda: reader.answers() == every)
        message = fill(reader.ui.checklist.all_answered, export="e")
        await reader.sees(message[:24])
        await reader.press("home")
        assert message in reader.display.prose
        assert beginning(reader.content.checklist.intro) not in reader.display
        await reader.press("space")
        await reader.sees(beginning(reader.content.checklist.intro))


async def test_the_last_answer_does_not_move_the_cursor(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        count = len(reader.items)
        await reader.press("3")
        reader.hammer("n", "x", *["space"] * (count - 1))
        await reader.sees(lambda: len(reader.answers()) == count)
        await reader.press("space")  # once more than there are items
        await reader.sees(lambda: len(reader.answers()) == count - 1)
        assert list(reader.answers().values()).count("missing") == 1


async def test_an_answer_of_another_window_does_not_move_on(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3", "n")
        await reader.sees(lambda: reader.cursor == reader.items[1].text)
        reader.store.record(None, {(reader.items[1].id, "answer"): "in_place"}, "Første")
        await reader.sees(f"☑ {reader.items[1].text}")
        await reader.press("x")
        await reader.sees(lambda: reader.answers() == {reader.items[1].id: "missing"})


async def test_clicking_an_answer_moves_on(data_dir: Path) -> None:
    async with opened(data_dir, size=(120, 40)) as reader:
        await reader.press("3", "n")
        await reader.sees(lambda: reader.cursor == reader.items[1].text)
        await reader.click(f"☒ {reader.ui.answers.missing}")
        await reader.sees(lambda: reader.cursor == reader.items[2].text)


async def test_arrow_keys_end_moving_on_after_an_answer(data_dir: Path) -> None:
    async with opened(data_dir, size=TALL) as reader:
        texts = [item.text for item in reader.items]
        await reader.press("3", "n", "space")  # moves on
        await reader.sees(lambda: reader.cursor == texts[2])
        await reader.press("down", "space")  # no longer moves on
        await reader.sees(lambda: len(reader.answers()) == 2)
        assert reader.cursor == texts[3]
        await reader.press("n", "n", "x")
        await reader.sees(lambda: reader.cursor == texts[6])
        await reader.press("space", "u")
        await reader.rests()
        assert reader.cursor == texts[7]


async def test_changing_an_answer_does_not_move_the_cursor(data_dir: Path) -> None:
    record_answers(data_dir, **{FIRST.replace("-", "_"): "in_place"})
    async with opened(data_dir, size=TALL) as reader:
        texts = [item.text for item in reader.items]
        await reader.press("3", "N")
        assert reader.cursor == texts[-1]
        await reader.press("n")
        assert reader.cursor == texts[1]
        await reader.press("home", "x")
        await reader.sees(lambda: reader.answers() == {FIRST: "missing"})
        assert reader.cursor == texts[0]


async def test_n_cycles_through_unplanned_items_once_all_are_answered(data_dir: Path) -> None:
    async with opened(data_dir, size=TALL) as reader:
        missing, last = {FIRST, SECOND, THIRD}, reader.items[-1]
        for item in reader.items[:-1]:
            answer = "missing" if item.id in missing else "in_place"
            plan = {(SECOND, "action"): "noget"} if item.id == SECOND else {}
            reader.store.record(None, {(item.id, "answer"): answer, **plan}, "Første")
        await reader.press("3", "end", "up", "i")
        words = reader.ui.checklist
        message = fill(words.all_answered_with_gaps, next="n", export="e")
        await reader.sees(lambda: message[:40] in reader.display.prose)
        assert last.id in reader.answers()
        await reader.press("n")
        await reader.sees(lambda: reader.cursor == text_of(reader, FIRST))
        await reader.press("n")
        await reader.sees(lambda: reader.cursor == text_of(reader, THIRD))
        await reader.press("n")
        await reader.sees(lambda: reader.cursor == text_of(reader, FIRST))


async def test_n_suggests_the_next_step_when_nothing_is_left(data_dir: Path) -> None:
    item_ids = load(bundled_folder() / "da").checklist.item_ids
    Store(data_dir).record(None, {(each, "answer"): "in_place" for each in item_ids}, "Ny")
    async with opened(data_dir) as reader:
        await reader.press("3", "end")
        message = fill(reader.ui.checklist.all_answered, export="e")[:24]
        assert message not in reader.display
        await reader.press("n")
        await reader.sees(message)


async def test_tab_cycles_through_the_groups(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        groups = reader.content.checklist.groups
        firsts = [group.items[0].text for group in groups]
        firsts.append(f"→ {reader.ui.checklist.to_map}")
        await reader.press("3", "down", "down")
        for key, order in (("tab", [*firsts[1:], firsts[0]]), ("shift+tab", firsts[::-1])):
            for text in order:
                await reader.press(key)
                assert reader.cursor == text


async def test_o_moves_the_focus_to_the_text_of_an_item_and_back(data_dir: Path) -> None:
    async with opened(data_dir, size=(60, 20)) as reader:
        item = reader.items[0]
        await reader.press("3")
        assert item.explains not in reader.display
        await reader.press("o", "end")
        await reader.sees(reader.content.sections[item.explains].title)
        await reader.press("o", "down")
        await reader.sees(lambda: reader.cursor == reader.items[1].text)


async def test_an_item_shows_reason_and_question_and_if_missing_ideas(data_dir: Path) -> None:
    async with opened(data_dir, size=(200, 60)) as reader:
        item = next(each for each in reader.items if each.id == SECOND)
        (idea,) = reader.content.checklist.ideas_for(item)
        await reader.press("3", "down")
        assert beginning(item.why) in reader.display
        assert beginning(item.question) in reader.display
        assert reader.ui.checklist.ideas not in reader.display
        await reader.press("x")
        await reader.sees(f"{reader.ui.checklist.ideas} {idea.text[:2]}")


# Following up.


async def test_a_large_window_also_shows_the_section_of_the_item(data_dir: Path) -> None:
    async with opened(data_dir, size=(200, 60)) as reader:
        await reader.press("3")
        item = reader.items[0]
        section = reader.content.sections[item.explains]
        await reader.sees(beginning(section.body))
        title_rows = [
            reader.display.find(group.title).y for group in reader.content.checklist.groups
        ]
        lines = reader.display.lines
        left_halves = [line[: len(line) // 2].strip() for line in lines]
        assert all(left_halves[y - 1] == left_halves[y - 2] == "" for y in title_rows)
        assert reader.ui.checklist.to_map in reader.display
        await reader.resize((120, 40))
        await reader.sees_no_more(beginning(section.body))


async def test_incomplete_plans_fold_into_one_row(data_dir: Path) -> None:
    record_answers(
        data_dir, good_relations="missing", welcome_newcomers="missing", speak_freely="missing"
    )
    async with opened(data_dir, size=TALL) as reader:
        words = reader.ui.due
        await reader.press("3")
        await reader.sees(reader.ui.count(words.show_incomplete, 3))
        assert words.unplanned not in reader.display
        await reader.press("home")
        unfold, plan = (f"enter {reader.ui.commands[name].label}" for name in ("unfold", "plan"))
        await reader.sees(lambda: unfold in reader.bars[1] and plan not in reader.bars[1])
        await reader.press("enter")
        await reader.sees(reader.ui.count(words.hide_incomplete, 3))
        assert words.unplanned not in reader.display  # the row above them says so
        rows = [line for line in reader.display.lines if line.strip(" ┃").startswith("☒")]
        assert len(rows) == 6  # three at the top, and the same three in their groups
        await reader.press("down")
        await reader.sees(lambda: plan in reader.bars[1] and unfold not in reader.bars[1])
        await reader.press("space")  # the first one is in place now
        await reader.sees(reader.ui.count(words.hide_incomplete, 2))
        await reader.press("home", "enter")
        await reader.sees(reader.ui.count(words.show_incomplete, 2))
        await reader.click(reader.ui.count(words.show_incomplete, 2))
        await reader.sees(reader.ui.count(words.hide_incomplete, 2))
        await reader.press("down", "space", "down")  # a single one has no row above it
        await reader.sees_no_more(reader.ui.count(words.hide_incomplete, 2))
        third = text_of(reader, "speak-freely")[:-1]
        await reader.sees(f"☒ {third} – {beginning(words.unplanned, 16)}")


async def test_a_postponed_item_is_no_longer_listed_as_overdue(data_dir: Path) -> None:
    edits = {(FIRST, "answer"): "missing", (FIRST, "due"): days_from_now(-1)}
    Store(data_dir).record(None, edits | {(FIRST, "responsible"): "Ea"}, "Første")
    async with opened(data_dir, size=TALL) as reader:
        await reader.press("3", "home")
        first = text_of(reader, FIRST)[:-1]
        assert f"{first} – " in reader.cursor
        reader.store.record(None, {(FIRST, "due"): days_from_now(200)}, "Første")
        await reader.sees_no_more(f"{first} – ")
        assert reader.cursor.endswith(first)


async def test_a_done_action_asks_whether_its_item_is_in_place(data_dir: Path) -> None:
    today = date.today()
    async with opened(data_dir, size=(80, 50)) as reader:
        await reader.press("3", "x", "enter")
        await reader.sees(reader.ui.plan.done)
        shown = reader.ui.short_date(today)
        for text in ("", "ringe rundt", "Ea", "1.3.2020", "", shown):
            await reader.paste(text)
            await reader.press("tab")
        await reader.press("ctrl+s")
        await reader.sees_no_more(reader.ui.plan.leave)
        state = reader.store.progress().state(FIRST)
        assert (state.done, state.helped) == (today, None)
    async with opened(data_dir, size=(80, 50)) as reader:
        question = fill(reader.ui.due.done, date=reader.ui.short_date(today))
        await reader.sees(lambda: question in reader.display.prose)
        assert fill(reader.ui.due.overdue, date="1.3.2020") not in reader.display
        await reader.press("space")  # answers the question
        await reader.sees(lambda: question not in reader.display.prose)
        await reader.press("down")
        assert reader.answers() == {FIRST: "in_place"}


@pytest.mark.parametrize(("helped", "reason"), [("yes", "done"), ("no", "done_in_vain")])
async def test_an_action_that_did_not_help_calls_for_another(
    data_dir: Path, helped: str, reason: str
) -> None:
    today = date.today()
    edits = {"answer": "missing", "done": today.isoformat(), "helped": helped}
    Store(data_dir).record(None, {(FIRST, name): value for name, value in edits.items()}, "Første")
    async with opened(data_dir, size=(80, 50)) as reader:
        await reader.press("3")
        said = fill(getattr(reader.ui.due, reason), date=reader.ui.short_date(today))
        await reader.sees(lambda: said in reader.display.prose)


async def test_a_plan_without_an_action_still_needs_one(data_dir: Path) -> None:
    item_ids = load(bundled_folder() / "da").checklist.item_ids
    edits = {(each, "answer"): "in_place" for each in item_ids}
    edits |= {(THIRD, "answer"): "missing", (THIRD, "note"): "Vi ses aldrig."}
    edits |= {(THIRD, "responsible"): "Ea", (THIRD, "due"): days_from_now(400)}
    Store(data_dir).record(None, edits, "Første")
    async with opened(data_dir, size=TALL) as reader:
        await reader.press("3", "home", "n")
        await reader.sees(lambda: reader.cursor == text_of(reader, THIRD))


async def test_the_note_of_an_item_in_place_is_the_problem_it_had(data_dir: Path) -> None:
    edits = {"answer": "in_place", "note": "Vi ses aldrig.", "action": "Morgenmøde"}
    Store(data_dir).record(None, {(FIRST, name): value for name, value in edits.items()}, "Første")
    async with opened(data_dir, size=TALL) as reader:
        await reader.press("3", "home")
        await reader.sees(reader.ui.plan.former_problem)
        await reader.press("enter")
        await reader.sees(reader.ui.plan.leave)
        assert reader.ui.plan.former_problem in reader.display
        assert reader.ui.plan.remark not in reader.display


async def test_an_invalid_date_is_reported_once_left_and_until_corrected(data_dir: Path) -> None:
    async with opened(data_dir, size=TALL) as reader:
        said = beginning(reader.ui.plan.due_wrong)
        await reader.press("3", "enter")
        await reader.sees(reader.ui.plan.leave)
        await reader.press("tab", "tab", "tab", *"31/2")
        assert said not in reader.display, "not while it is typed"
        await reader.press("tab")
        await reader.sees(said)
        await reader.press("shift+tab", "end", "backspace")
        await reader.sees(said)
        await reader.press("3")
        await reader.sees_no_more(said)


async def test_the_field_in_focus_stays_in_view_when_the_window_shrinks(data_dir: Path) -> None:
    async with opened(data_dir, size=TALL) as reader:
        await reader.press("3", "enter")
        await reader.sees(reader.ui.plan.leave)
        await reader.press("tab", "tab", "tab", *"31/3")
        for size in ((60, 12), (30, 8)):
            await reader.resize(size)
            await reader.sees("31/3")


async def test_a_message_makes_way_for_a_dialog_and_for_what_is_no_longer_true(
    data_dir: Path,
) -> None:
    item_ids = load(bundled_folder() / "da").checklist.item_ids
    edits = {(each, "answer"): "in_place" for each in item_ids if each != FIRST}
    Store(data_dir).record(None, edits, "Første")
    async with opened(data_dir, size=TALL) as reader:
        said = reader.ui.checklist.all_answered.partition(";")[0]
        await reader.press("3", "home", "space")
        await reader.sees(said)
        await reader.press("space")
        await reader.sees(lambda: reader.store.progress().answer(FIRST) == "unanswered")
        await reader.sees_no_more(said)
        await reader.press("u")
        undone = reader.ui.undone.answer.partition(".")[0]
        await reader.sees(undone)
        await reader.press("enter")
        await reader.sees(reader.ui.plan.leave)
        assert undone not in reader.display
        await reader.press("escape")
        await reader.sees_no_more(reader.ui.plan.leave)
        assert undone not in reader.display


async def test_an_invalid_field_is_reported_and_not_saved(data_dir: Path) -> None:
    async with opened(data_dir, size=TALL) as reader:
        await reader.press("3", "enter")
        await reader.sees(reader.ui.plan.helped)
        await reader.paste("huskes")
        for tabs, typed, message in (
            (3, "31-02-2027", reader.ui.plan.due_wrong),
            (2, "forleden", reader.ui.plan.done_wrong),
            (1, "måske", reader.ui.plan.helped_wrong),
        ):
            await reader.press(*["tab"] * tabs)
            await reader.paste(typed)
            await reader.press("ctrl+s")
            await reader.sees(message.partition(";")[0])
            assert "huskes" in reader.display
            assert not reader.store.path.exists()
            await reader.press("end", "ctrl+u")
        await reader.press("ctrl+s")
        await reader.sees_no_more(reader.ui.plan.leave)


# The map.


async def test_the_map_is_saved_undone_and_redone_in_one_step(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        support_map, words = reader.content.checklist.map, reader.ui.checklist
        cells = support_map.cells
        await reader.press("3", "end")
        await reader.sees(fill(words.map_share, filled=0, all=len(cells)))
        link = reader.display.find(words.to_map)
        arrow = Place(link.x - 2, link.y)
        assert reader.display.cell(link).underline > reader.display.cell(arrow).underline
        await reader.press("enter")
        await reader.sees(cells[0].kind.title)
        await reader.paste("mandagsmødet [b]")
        await reader.press("tab", *"en hånd", "ctrl+s")
        await reader.sees(fill(words.map_share, filled=2, all=len(cells)))
        await reader.sees("mandagsmødet [b]")
        assert words.change_map in reader.display
        progress = reader.store.progress()
        assert [progress.state(cell.id).note for cell in cells[:3]] == [
            "mandagsmødet [b]",
            "en hånd",
            "",
        ]
        assert reader.answers() == {}
        await reader.press("space", "x")  # ignored: the map is no item
        await reader.press("u")
        await reader.sees(beginning(reader.ui.undone.map))
        await reader.sees(fill(words.map_share, filled=0, all=len(cells)))
        await reader.press("U")
        await reader.sees(beginning(reader.ui.redone.map))
        assert reader.store.progress().state(cells[0].id).note == "mandagsmødet [b]"


async def test_leaving_an_edited_map_asks_for_confirmation(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3", "end", "enter")
        await reader.sees(beginning(reader.content.checklist.map.intro))
        await reader.press("x", "escape")
        await reader.sees(reader.ui.plan.unsaved)


async def test_the_fact_sheet_links_to_the_map_and_to_cards(data_dir: Path) -> None:
    async with opened(data_dir, size=(120, 40)) as reader:
        overview = reader.content.guldkorn
        cards = {card.id: card for card in overview.guldkorn.cards}
        await reader.press("o", "enter", "g")
        await reader.sees(lambda: reader.cursor == f"→ {reader.ui.checklist.to_map}")
        plan, fill_map = (reader.ui.commands[name] for name in ("plan", "fill_map"))
        enter = reader.ui.keys["enter"]
        await reader.sees(lambda: f"{enter} {fill_map.label}" in reader.bars[1])
        await reader.press("question_mark")
        await reader.sees(fill_map.help)
        assert plan.help not in reader.display
        await reader.press("escape", "up")
        await reader.sees(lambda: f"{enter} {plan.label}" in reader.bars[1])
        await reader.press("1", "o")
        section = reader.content.sections["relations"]
        place = [each.id for each in reader.content.fact_sheet.sections].index(section.id)
        await reader.press(*["down"] * place, "enter")
        link = fill(reader.ui.fact_sheet.to_card, card=cards[section.cards[0]].title)
        await reader.sees(link)
        await reader.click(link)
        await reader.sees(cards[section.cards[0]].summary)


def days_from_now(days: int) -> str:
    return (date.today() + timedelta(days=days)).isoformat()


async def test_follow_up_lists_done_then_overdue_then_due_soon(data_dir: Path) -> None:
    store = Store(data_dir)
    for item, field, value in (
        (FIRST, "due", days_from_now(5)),
        (SECOND, "due", days_from_now(-5)),
        (THIRD, "done", days_from_now(-1)),
    ):
        store.record(None, {(item, "answer"): "missing", (item, field): value}, "Første")
    async with opened(data_dir, size=TALL) as reader:
        await reader.press("3")
        await reader.sees(reader.ui.due.title)
        beginnings = [text_of(reader, each)[:20] for each in (THIRD, SECOND, FIRST)]
        rows = [min(place.y for place in reader.display.find_all(each)) for each in beginnings]
        assert rows == sorted(rows)


class LaterDate(date):
    """A `date` whose today is three days ahead."""

    @classmethod
    def today(cls) -> Self:
        return cls.fromordinal(date.today().toordinal() + 3)


async def test_an_open_app_notices_a_new_day(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = {(THIRD, "answer"): "missing", (THIRD, "due"): days_from_now(1)}
    Store(data_dir).record(None, edits, "Første")
    async with opened(data_dir, size=TALL) as reader:
        await reader.press("3")
        late = reader.ui.due.overdue.partition("{")[0]
        assert late not in reader.display
        for module in (item_list, checklist):
            monkeypatch.setattr(module, "date", LaterDate)
        await reader.sees(late)


async def test_today_means_the_day_it_was_typed(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(data_dir, size=TALL) as reader:
        await reader.press("3", "x", "enter")
        await reader.sees(reader.ui.plan.leave)
        await reader.press("tab", "tab", "tab", *reader.ui.dates.today)
        await reader.sees(reader.ui.day_and_date(date.today()))
        for module in (plan_form, plan_dialog):
            monkeypatch.setattr(module, "date", LaterDate)
        await reader.press("ctrl+s")
        await reader.sees_no_more(reader.ui.plan.leave)
        assert reader.store.progress().state(FIRST).due == date.today()


async def test_the_checklist_starts_at_due_items_on_a_new_day(data_dir: Path) -> None:
    edits = {(THIRD, "answer"): "missing", (THIRD, "due"): days_from_now(-5)}
    Store(data_dir).record(None, edits, "Første")
    async with opened(data_dir) as reader:
        await reader.press("3")
        assert text_of(reader, THIRD)[:-1] in reader.cursor
        assert reader.ui.due.title in reader.display
        await reader.press("end")
        last = reader.cursor
    async with opened(data_dir) as reader:  # the same day: the position is kept
        assert reader.cursor == last
    view = data_dir / "view.json"
    view.write_text(view.read_text().replace(days_from_now(0), days_from_now(-1)))
    async with opened(data_dir) as reader:
        assert text_of(reader, THIRD)[:-1] in reader.cursor
        assert reader.ui.due.title in reader.display


# The key bar.


async def test_the_key_bar_shows_only_keys_with_an_effect(data_dir: Path) -> None:
    async with opened(data_dir, size=(200, 40)) as reader:
        labels = {each: reader.ui.commands[each].label for each in ("undo", "export", "rounds")}

        def labels_shown() -> set[str]:
            return {name for name, label in labels.items() if f" {label}" in reader.bars[1]}

        assert labels_shown() == set()
        await reader.press("3")
        assert labels_shown() == set()
        await reader.press("space")
        await reader.sees(lambda: labels_shown() == set(labels))
        await reader.press("1")  # they work here, too, but belong to the checklist
        assert labels_shown() == set()
        await reader.press("3", "u")
        await reader.sees(lambda: labels_shown() == {"export", "rounds"})
        await reader.press("U")
        await reader.sees(lambda: labels_shown() == set(labels))
    async with opened(data_dir, size=(200, 40)) as reader:
        await reader.press("u")
        await reader.sees(lambda: reader.answers() == {})
    async with opened(data_dir, size=(200, 40)) as reader:  # known a moment after the start
        await reader.sees(lambda: labels_shown() == {"export", "rounds"})
        await reader.press("u")
        await reader.sees(reader.ui.messages.nothing_to_undo)


# The first start.


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_the_welcome_is_shown_until_the_first_answer(
    data_dir: Path, size: tuple[int, int]
) -> None:
    async with opened(data_dir, size=size) as reader:
        to_checklist, to_keys = reader.ui.fact_sheet.welcome
        assert beginning(to_checklist) in reader.display
        assert beginning(to_keys) in reader.display
        cells = [reader.display.cell(place) for place in reader.display.find_all("?")]
        styles = {(cell.foreground, cell.bold) for cell in cells}
        assert len(cells) > 1
        assert len(styles) == 1  # keys look the same in the text and in the key bar
        await reader.press("3", "space", "1")
        await reader.sees_no_more(beginning(to_checklist))
        assert beginning(to_keys) not in reader.display
        assert beginning(reader.content.fact_sheet.lead) in reader.display
    async with opened(data_dir, size=size) as reader:
        await reader.press("1")
        assert beginning(reader.ui.fact_sheet.welcome[0]) not in reader.display
