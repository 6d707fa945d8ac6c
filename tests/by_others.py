"""Has others' programs read what we export: Chromium the page, and three parsers the calendar.

CONTRIBUTING.md says how it is run, in an environment of its own. It draws the page of rounds of 3,
12 and 18 actions, of actions that are a page long, and of hostile ones, at four widths and on
paper, into a folder: look at the pictures. What can be counted is checked here.
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
"""How many actions, and what is written about each."""
UNBROKEN = "*{break-inside:auto!important;break-before:auto!important;break-after:auto!important}"
"""The page as it is printed where anything may be split: on as few pages as there can be."""
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(each => {
    const {left, right, width} = each.getBoundingClientRect(), style = getComputedStyle(each);
    return width && (left < -1 || right > innerWidth + 1 || style.display != 'inline'
        && !(each instanceof SVGElement) && each.scrollWidth > each.clientWidth + 1);
}).map(each => each.outerHTML.slice(0, 80))"""


def export(count: int, note: str) -> dict[str, bytes]:
    """A second round with that many actions, as page and calendar."""
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


def parsed(calendar: str) -> dict[str, list[str]]:
    """The UIDs that each parser finds."""
    begin, end = date(2026, 1, 1), date(2028, 1, 1)
    events = import_module("icalevents.icalparser").parse_events(calendar, start=begin, end=end)
    return {
        "ics": [each.uid for each in import_module("ics").Calendar(calendar).events],
        "vobject": [
            each.uid.value for each in import_module("vobject").readOne(calendar).vevent_list
        ],
        "icalevents": [each.uid for each in events],
    }


def pages(browser: Any, page: Path) -> int:
    """How many pages it is printed on; the print lies beside it."""
    tab, paper = browser.new_page(), page.with_suffix(".pdf")
    tab.goto(page.as_uri())
    tab.pdf(path=paper, prefer_css_page_size=True)
    tab.close()
    return len(import_module("pypdf").PdfReader(paper).pages)


def look(browser: Any, page: Path, axe: str) -> list[str]:
    """Draws the page at each width; what is wrong with it."""
    found, scripts = list[str](), list[str]()
    for width in WIDTHS:
        viewport = {"width": width, "height": 800}
        tab = browser.new_page(viewport=viewport, bypass_csp=True)
        tab.on("dialog", lambda dialog: scripts.append(dialog.message))
        tab.goto(page.as_uri())
        tab.screenshot(path=page.with_name(f"{page.stem}-{width}.png"), full_page=True)
        if tab.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{width}: it scrolls sideways")
        found += [f"{width}: does not fit: {each}" for each in tab.evaluate(CUT_OFF)]
        if axe:
            tab.add_script_tag(content=axe)
            faults = tab.evaluate("axe.run()")["violations"]
            found += [f"{width}: axe: {each['id']}: {each['help']}" for each in faults]
        tab.close()
    return [*found, *(f"a script was run: {each}" for each in scripts)]


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
            free.write_text(files["html"].decode().replace("</style>", f"{UNBROKEN}</style>"))
            taken, fewest = pages(browser, page), pages(browser, free)
            wrong += [f"{kind}: {each}" for each in look(browser, page, axe)]
            if taken > fewest and kind in ("3", "12", "18"):
                wrong.append(f"{kind}: on {taken} pages, where {fewest} would do")
            calendar = files["ics"].decode()
            uids = sorted(re.findall(r"^UID:(.*)\r$", calendar, re.MULTILINE))
            for name, others in parsed(calendar).items():
                if sorted(others) != uids:
                    wrong.append(f"{kind}: {name} finds {len(others)} of {len(uids)} events")
            print(f"{kind}: {len(uids)} events, {taken} pages, at least {fewest}")
        browser.close()
    print("\n".join(wrong) or "All is well.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
