"""The empty Word file that reports are written into: its page, styles and language.

The library ships a file saved by Word. Only what a report needs of it is kept, with the names of
Word's built-in styles, so that each shows in the language of the reader's Word.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from stoette_tui.base.sanitize import sanitize_line
from stoette_tui.content.cldr import with_country

if TYPE_CHECKING:
    from datetime import datetime

    from docx.document import Document as WordDocument

TABLE: Final = "Table Grid"
CELL: Final = "No Spacing"
"""The style of a paragraph in a table."""
CAPTION: Final = "Caption"
"""The style of a label above its subject, and of a side note."""
EMPHASIS: Final = {"": None, "blank": "Subtle Emphasis", "overdue": "Intense Emphasis"}
"""The style of a value, by its kind."""
TINT: Final = "F3F0E8"
"""The colour behind the head of a table."""
WIDTH: Final = Mm(174)
"""The width of the text."""

_SIDE, _TOP, _BOTTOM = Mm(18), Mm(17), Mm(18)
_FONT = "Arial"  # systems without it have a metric-compatible font
_INK, _QUIET, _ACCENT, _OVERDUE = (
    RGBColor.from_string(each) for each in ("1D1D1B", "5A5750", "7A4B00", "9C1C1C")
)
_STYLES: Final = (
    ("Normal", 10, _INK, None, 6),
    ("Heading 1", 18, _INK, 0, 10),
    ("Heading 2", 13, _INK, 20, 6),
    ("Heading 3", 10, _ACCENT, 10, 4),
    (CELL, 10, _INK, None, None),
    (CAPTION, 8.5, _QUIET, None, 4),
    ("List Bullet", None, None, None, 6),
    ("List Continue", None, None, None, 4),
    ("Subtle Emphasis", None, _QUIET, None, None),
    ("Intense Emphasis", None, _OVERDUE, None, None),
)
"""The styles with their size, their colour, and the space before and after, in points."""
_LINE = "A8A294"
_MAX_TITLE_LENGTH = 255
_NEEDED: Final = {
    RELATIONSHIP_TYPE.STYLES,
    RELATIONSHIP_TYPE.NUMBERING,
    RELATIONSHIP_TYPE.SETTINGS,
    RELATIONSHIP_TYPE.THEME,
    RELATIONSHIP_TYPE.OFFICE_DOCUMENT,
    RELATIONSHIP_TYPE.CORE_PROPERTIES,
}
_SETTINGS: Final = """\
<w:settings {namespaces}>
  <w:compat>
    <w:compatSetting w:name="compatibilityMode"
      w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>
  </w:compat>
  <w:themeFontLang w:val="{language}"/>
</w:settings>"""


def new_document(language: str, title: str, made: datetime) -> WordDocument:
    """An A4 document without text; `language` is a code such as `da`."""
    word = docx.Document()
    region = with_country(language)  # for Word's spelling check, which needs a country
    for part in (word.part.package, word.part):
        for key in [key for key, each in part.rels.items() if each.reltype not in _NEEDED]:
            del part.rels[key]
    properties = word.core_properties
    properties.title = sanitize_line(title)[:_MAX_TITLE_LENGTH]
    properties.author = properties.comments = ""
    properties.language = region
    properties.created = properties.modified = made
    settings = parse_xml(_SETTINGS.format(namespaces=nsdecls("w"), language=region))
    word.settings.element[:] = settings[:]
    _set_page(word)
    _set_styles(word, region)
    return word


def pack(word: WordDocument) -> bytes:
    """The file. Its parts have no timestamps, so that the same report gives identical bytes."""
    saved, packed = BytesIO(), BytesIO()
    word.save(saved)
    with ZipFile(saved) as parts, ZipFile(packed, "w") as file:
        for name in parts.namelist():
            file.writestr(ZipInfo(name), parts.read(name), ZIP_DEFLATED)
    return packed.getvalue()


def _set_page(word: WordDocument) -> None:
    """A4, with the page number and the number of pages in the footer."""
    [section] = word.sections
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = _SIDE
    section.top_margin, section.bottom_margin = _TOP, _BOTTOM
    section.footer_distance = Mm(9)
    [footer] = section.footer.paragraphs
    footer.style = CAPTION
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for code in ("PAGE", "NUMPAGES"):
        if code == "NUMPAGES":
            footer.add_run(" / ")
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), code)
        field.append(footer.add_run("1")._r)
        footer._p.append(field)


def _set_styles(word: WordDocument, language: str) -> None:
    styles = word.styles
    for each in [each for each in styles.element if each.get(qn("w:type")) == "table"]:
        if each.get(qn("w:styleId")) not in ("TableNormal", "TableGrid"):
            styles.element.remove(each)
    [defaults] = styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr")
    [fonts], [spoken] = defaults.xpath("w:rFonts"), defaults.xpath("w:lang")
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), _FONT)
    spoken.set(qn("w:val"), language)
    for border in styles[TABLE].element.xpath("w:tblPr/w:tblBorders/*"):
        border.set(qn("w:color"), _LINE)
    for name in ("top", "bottom"):
        for margin in styles[TABLE].element.xpath(f"w:tblPr/w:tblCellMar/w:{name}"):
            margin.set(qn("w:w"), "45")

    for name, size, color, before, after in _STYLES:
        style: Any = styles[name]
        for fonts in style.element.xpath("w:rPr/w:rFonts"):
            fonts.getparent().remove(fonts)  # inherits the document's font
        if size:
            style.font.size = Pt(size)
        if color:
            style.font.color.rgb = color
        if before is not None:
            style.paragraph_format.space_before = Pt(before)
        if after is not None:
            style.paragraph_format.space_after = Pt(after)
    styles["Normal"].paragraph_format.line_spacing = 1.15
    styles[CAPTION].font.bold = False
    styles["Intense Emphasis"].font.italic = False
    rule = (
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="12" w:space="2"'
        f' w:color="{_ACCENT}"/></w:pBdr>'
    )
    heading = styles["Heading 2"].element.get_or_add_pPr()
    heading.insert_element_before(parse_xml(rule), "w:shd", "w:tabs", "w:spacing")
