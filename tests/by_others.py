"""Checks our exports with third-party programs: the page in Chromium, the calendar in 3 parsers.

CONTRIBUTING.md says how to run it, in a separate environment. It renders the page of rounds with 3,
12 and 18 actions, with page-long actions, and with hostile text, at four widths and as a PDF. Look
at the pictures; what can be measured is checked here.
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stoette_tui.content import loader, ui_text
from stoette_tui.report.export import export_round
from stoette_tui.store import Store

CONTENT = Path(__file__).parent.parent / "content"
CHECKLIST = loader.load(CONTENT / "da").checklist
UI = ui_text.load(CONTENT, "da")
WIDTHS = (320, 375, 640, 1024)
NOTE = "Vagterne er tynde om aftenen, og ingen når at overlevere, hvad der er sket om dagen. "
HOSTILE = (
    f"{'x' * 180} https://example.dk/{'a/' * 90} \U0001f469\u200d\U0001f467 \x1b[31m\x00\n"
    "=cmd()\n| a |\n<script>alert(1)</script>"
)
KINDS = {"3": (3, NOTE), "12": (12, NOTE), "18": (18, NOTE), "long": (12, NOTE * 25)} | {
    "hostile": (6, HOSTILE)
}
"""The number of actions, and the note on each."""
FREE_BREAKS = (
    "*{break-inside:auto!important;break-before:auto!important;break-after:auto!important}"
)
"""CSS that allows a page break anywhere, which gives the fewest possible pages."""
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(each => {
    const {left, right, width} = each.getBoundingClientRect(), style = getComputedStyle(each);
    return width && (left < -1 || right > innerWidth + 1 || style.display != 'inline'
        && !(each instanceof SVGElement) && each.scrollWidth > each.clientWidth + 1);
}).map(each => each.outerHTML.slice(0, 80))"""


def export(count: int, note: str) -> dict[str, bytes]:
    """Exports a second round with that many actions as HTML and iCalendar."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for name in ("Efterår 2026", "Forår 2027"):
            store.new_round(name)
            for number, item in enumerate(CHECKLIST.item_ids):
                edits = {(item, "answer"): "missing" if number < count else "in_place"}
                if number < count:
                    edits |= {(item, "note"): note, (item, "action"): note[:1000]}
                    edits[item, "responsible"] = "Arbejdsmiljørepræsentanten"
                    edits[item, "due"] = date(2027, 1 + number % 12, 15).isoformat()
                store.record(None, edits, name)
        store.record(None, {(each.id, "note"): note[:200] for each in CHECKLIST.map.cells}, name)
        return {each: export_round(store, each, CHECKLIST, UI) for each in ("html", "ics")}


def uids_by_parser(calendar: str) -> dict[str, list[str]]:
    """The event UIDs found by each parser."""
    begin, end = date(2026, 1, 1), date(2028, 1, 1)
    events = import_module("icalevents.icalparser").parse_events(calendar, start=begin, end=end)
    return {
        "ics": [each.uid for each in import_module("ics").Calendar(calendar).events],
        "vobject": [
            each.uid.value for each in import_module("vobject").readOne(calendar).vevent_list
        ],
        "icalevents": [each.uid for each in events],
    }


def print_pages(browser: Any, page: Path) -> int:
    """Prints the page to a PDF beside it, and counts the pages."""
    tab, paper = browser.new_page(), page.with_suffix(".pdf")
    tab.goto(page.as_uri())
    tab.pdf(path=paper, prefer_css_page_size=True)
    tab.close()
    return len(import_module("pypdf").PdfReader(paper).pages)


def find_faults(browser: Any, page: Path, axe: str) -> list[str]:
    """Takes a screenshot at each width, and returns the faults found."""
    found, dialogs = list[str](), list[str]()
    for width in WIDTHS:
        viewport = {"width": width, "height": 800}
        tab = browser.new_page(viewport=viewport, bypass_csp=True)
        tab.on("dialog", lambda dialog: dialogs.append(dialog.message))
        tab.goto(page.as_uri())
        tab.screenshot(path=page.with_name(f"{page.stem}-{width}.png"), full_page=True)
        if tab.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{width}: scrolls sideways")
        found += [f"{width}: overflows: {each}" for each in tab.evaluate(CUT_OFF)]
        if axe:
            tab.add_script_tag(content=axe)
            faults = tab.evaluate("axe.run()")["violations"]
            found += [f"{width}: axe: {each['id']}: {each['help']}" for each in faults]
        tab.close()
    return [*found, *(f"a script ran: {each}" for each in dialogs)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--axe", type=Path, help="axe.min.js of axe-core, if you have it")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    axe, wrong = given.axe.read_text() if given.axe else "", list[str]()
    with import_module("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])
        for kind, (count, note) in KINDS.items():
            files = export(count, note)
            page, free = (given.folder.absolute() / f"{kind}{end}.html" for end in ("", "-free"))
            page.write_bytes(files["html"])
            free.write_text(files["html"].decode().replace("</style>", f"{FREE_BREAKS}</style>"))
            page_count, fewest = print_pages(browser, page), print_pages(browser, free)
            wrong += [f"{kind}: {each}" for each in find_faults(browser, page, axe)]
            if page_count > fewest and kind in ("3", "12", "18"):
                wrong.append(f"{kind}: on {page_count} pages; {fewest} would do")
            calendar = files["ics"].decode()
            uids = sorted(re.findall(r"^UID:(.*)\r$", calendar, re.MULTILINE))
            for parser_name, found in uids_by_parser(calendar).items():
                if sorted(found) != uids:
                    wrong.append(f"{kind}: {parser_name} finds {len(found)} of {len(uids)} events")
            print(f"{kind}: {len(uids)} events, {page_count} pages, at least {fewest}")
        browser.close()
    print("\n".join(wrong) or "All is well.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
