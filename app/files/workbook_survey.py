"""A first walk through the parts of an xlsx: bounds, document types, and cells without a value.

It goes before the library that reads the cells, because that one makes room for the whole
rectangle of a sheet: one cell in the far corner would take all memory. It also finds what the
library does not tell: formulas that were never calculated, cells that show an error, and the
number formats of cells.
"""

import re
from dataclasses import dataclass, field
from posixpath import join, normpath
from xml.parsers import expat
from zipfile import ZipFile

from app.errors import UnreadableFile, WhyUnreadable
from app.files import containers
from app.files.number_formats import cell_formats
from app.files.places import column_letters, column_number

# A unit with many projects fills in all of its forms in one workbook.
MOST_SHEETS = 101
MOST_ROWS = 5_200
MOST_COLUMNS = 100
PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
UNCOMPUTED, ERROR = "uncomputed", "error"
WORKBOOK = "xl/workbook.xml"
LINKS = "xl/_rels/workbook.xml.rels"
BEYOND = (
    "工作表在 {place} 处有内容，超出了能读取的 {rows} 行、{columns} 列。"
    "请删除多余的行和列，或分成几个文件，再上传。"
)
SHEETS = "这个文件有 {count} 张工作表，最多读取 {most} 张。请只留下需要的工作表，再上传。"
# A cell that says nothing sound: row, column, why; the first of each is 1.
Fault = tuple[int, int, str]
# By row and column, from 1: the index of a cell's style.
Styles = dict[tuple[int, int], int]


def survey(package: ZipFile) -> dict[str, list[Fault]]:
    """The faulty cells of each sheet, by its name; raises UnreadableFile beyond the bounds."""
    return {name: walk.faults for name, walk in _walked(package).items()}


def survey_closely(package: ZipFile) -> dict[str, tuple[list[Fault], dict[tuple[int, int], str]]]:
    """The same with the number formats of cells that have a style and a value."""
    walks, formats = _walked(package), cell_formats(package)
    return {
        name: (
            walk.faults,
            {at: formats[style] for at, style in walk.styles.items() if style < len(formats)},
        )
        for name, walk in walks.items()
    }


def _walked(package: ZipFile) -> dict[str, "_Sheet"]:
    """Every part looked through, each sheet's cells noted by its name."""
    sheets = _sheet_parts(package)
    if len(sheets) > MOST_SHEETS:
        message = SHEETS.format(count=len(sheets), most=MOST_SHEETS)
        raise UnreadableFile(WhyUnreadable.TOO_LARGE, message)
    walks: dict[str, _Sheet] = {}
    for entry in package.infolist():
        parser = expat.ParserCreate()
        if entry.filename in sheets:
            walk = _Sheet()
            walk.listen(parser)
            containers.parse(package, entry, parser)
            walks[sheets[entry.filename]] = walk
        else:
            containers.unfold(package, entry)
    return walks


def _sheet_parts(package: ZipFile) -> dict[str, str]:
    """The sheets' names by the names of their parts."""
    named = _elements(package, WORKBOOK, "sheet")
    targets = {
        link.get("Id", ""): normpath(join("xl", link.get("Target", "")).removeprefix("/"))
        for link in _elements(package, LINKS, "Relationship")
    }
    links = (next((sheet[key] for key in sheet if key.endswith(":id")), "") for sheet in named)
    return {
        targets.get(link, ""): sheet.get("name", "")
        for sheet, link in zip(named, links, strict=True)
    }


def _elements(package: ZipFile, part: str, tag: str) -> list[dict[str, str]]:
    """The attributes of every such element of a part."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if _tag(name) == tag:
            found.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        entry = package.getinfo(part)
    except KeyError as error:
        raise UnreadableFile(WhyUnreadable.DAMAGED) from error
    containers.parse(package, entry, parser)
    return found


@dataclass(slots=True)
class _Sheet:
    """One sheet's part being read: where it has cells, and which of them say nothing sound."""

    faults: list[Fault] = field(default_factory=list)
    styles: Styles = field(default_factory=dict)
    row: int = 0
    column: int = 0
    style: int = 0
    formula: bool = False
    error: bool = False
    inside: bool = False
    text: str = ""

    def listen(self, parser: expat.XMLParserType) -> None:
        """Hear what the parser comes upon."""
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A row or a cell begins."""
        tag = _tag(name)
        if tag == "row":
            self._row(attributes.get("r", ""))
        elif tag == "c":
            self._cell(attributes)
        elif tag == "f":
            self.formula = True
        elif tag in {"v", "t"}:
            self.inside = True

    def end(self, name: str) -> None:
        """A cell is over: what is wrong with it is noted."""
        tag = _tag(name)
        if tag in {"v", "t"}:
            self.inside = False
        elif tag == "c" and (self.formula or self.text):
            _require(self.row, self.column)  # a cell that only has a colour harms nobody
            if self.style:
                self.styles[self.row, self.column] = self.style
            if self.error:
                self.faults.append((self.row, self.column, ERROR))
            elif not self.text:
                self.faults.append((self.row, self.column, UNCOMPUTED))

    def characters(self, text: str) -> None:
        """What a cell holds."""
        if self.inside:
            self.text += text[:1]

    def _row(self, number: str) -> None:
        self.row = int(number) if number.isdigit() else self.row + 1
        self.column = 0

    def _cell(self, attributes: dict[str, str]) -> None:
        place = PLACE.fullmatch(attributes.get("r", ""))
        self.column = column_number(place[1]) if place else self.column + 1
        self.row = int(place[2]) if place else self.row
        self.formula, self.error, self.text = False, attributes.get("t") == "e", ""
        style = attributes.get("s", "")
        self.style = int(style) if style.isdecimal() else 0


def _tag(name: str) -> str:
    return name.rpartition(":")[2]


def _require(row: int, column: int) -> None:
    if row > MOST_ROWS or column > MOST_COLUMNS:
        place = f"{column_letters(column)}{row}"
        message = BEYOND.format(place=place, rows=MOST_ROWS, columns=MOST_COLUMNS)
        raise UnreadableFile(WhyUnreadable.TOO_LARGE, message)
