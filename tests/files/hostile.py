"""Files that somebody may upload to do harm, or by mistake: each made here, none kept."""

import io
import random
import zipfile
from collections.abc import Callable
from typing import Any

import xlsxwriter

from app.files.containers import OLE

MEGABYTE = 1024 * 1024
LINKS = "xl/_rels/workbook.xml.rels"
SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)
EXTERNAL = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def workbook(fill: Callable[[Any], None] = lambda sheet: sheet.write(0, 0, "单位代码")) -> bytes:
    """A sound workbook whose one sheet `fill` writes."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"strings_to_formulas": False})
    fill(book.add_worksheet("表"))
    book.close()
    return made.getvalue()


def with_part(name: str, content: bytes | str, *, drop: str = "") -> bytes:
    """A workbook with one part replaced or added."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as sound,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for entry in sound.infolist():
            if entry.filename not in {name, drop}:
                package.writestr(entry, sound.read(entry))
        package.writestr(name, content)
    return made.getvalue()


def sheet_of(rows: str, before: str = '<?xml version="1.0"?>') -> str:
    return f"{before}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def far_corner() -> bytes:
    rows = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return with_part(SHEET, sheet_of(rows))


def many_rows() -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 1_000_001))
    return with_part(SHEET, sheet_of(rows))


def many_rows_without_places() -> bytes:
    return with_part(SHEET, sheet_of("<row><c><v>1</v></c></row>" * 400_000))


def rows_of_noise() -> bytes:
    """Too many rows that no ratio gives away."""
    noise = random.Random(3)
    return with_part(
        SHEET,
        sheet_of("".join(f"<row><c><v>{noise.random()}</v></c></row>" for _ in range(60_000))),
    )


def zip_bomb() -> bytes:
    return with_part("xl/media/image1.png", bytes(200 * MEGABYTE))


def lying_bomb() -> bytes:
    """A part that unfolds to far more than the table of contents says."""
    content = bytearray(with_part("xl/media/image1.png", bytes(100 * MEGABYTE)))
    size = (100 * MEGABYTE).to_bytes(4, "little")
    return bytes(content.replace(size, (1000).to_bytes(4, "little")))


def many_parts() -> bytes:
    made = io.BytesIO(workbook())
    with zipfile.ZipFile(made, "a") as package:
        for number in range(1000):
            package.writestr(f"xl/extra{number}.xml", "<a/>")
    return made.getvalue()


def many_sheets() -> bytes:
    """Ten thousand sheets, each small and sound."""
    made = io.BytesIO(workbook())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as package:
        for number in range(2, 10_001):
            package.writestr(f"xl/worksheets/sheet{number}.xml", sheet_of(""))
    return made.getvalue()


def merged_over_and_over() -> bytes:
    """Thousands of merged areas over the same cells."""
    rows = "".join(f'<row r="{n}"><c r="CV{n}"><v>1</v></c></row>' for n in range(1, 5001))
    areas = "".join(f'<mergeCell ref="A{n}:CV5000"/>' for n in range(1, 3000))
    sheet = sheet_of(rows).replace("</worksheet>", f"<mergeCells>{areas}</mergeCells></worksheet>")
    return with_part(SHEET, sheet)


def overlapping() -> bytes:
    """Two entries of the table of contents over the same bytes."""
    made = io.BytesIO(workbook())
    package = zipfile.ZipFile(made, "a")
    package.writestr("xl/one.bin", random.Random(1).randbytes(5000))
    package.writestr("xl/two.bin", b"small")
    one, two = package.getinfo("xl/one.bin"), package.getinfo("xl/two.bin")
    two.header_offset = one.header_offset + 10
    package.close()
    return made.getvalue()


def encrypted() -> bytes:
    """The outer shape of a workbook with an opening password: an OLE file with that stream."""
    return OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(1024)


def password_zip() -> bytes:
    content = bytearray(workbook())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(mark, place + 4)
    return bytes(content)


def old_excel() -> bytes:
    return OLE + bytes(504) + "Workbook".encode("utf-16-le") + bytes(1024)


def deep_xml() -> bytes:
    return with_part(SHEET, sheet_of("<a>" * 200_000))


def strings_of(before: str, text: str) -> bytes:
    return with_part("xl/sharedStrings.xml", f"{before}<sst {MAIN}><si><t>{text}</t></si></sst>")


# By name: the file, and a word that the message must hold.
CORPUS: dict[str, tuple[Callable[[], bytes], str]] = {
    "far corner": (far_corner, "XFD1048576"),
    "a million rows": (many_rows, "太大"),
    "rows without places": (many_rows_without_places, "太大"),
    "rows of noise": (rows_of_noise, "A5201"),
    "zip bomb": (zip_bomb, "太大"),
    "zip bomb that lies": (lying_bomb, "另存"),
    "a thousand parts": (many_parts, "太大"),
    "ten thousand sheets": (many_sheets, "太大"),
    "merged over and over": (merged_over_and_over, "请"),
    "overlapping parts": (overlapping, "已损坏"),
    "astray": (lambda: with_part("../../etc/cron.d/x", "x"), "已损坏"),
    "entity bomb in a sheet": (
        lambda: with_part(SHEET, sheet_of("<row><c><v>&a11;</v></c></row>", ENTITIES)), "另存"),
    "entity bomb in the strings": (lambda: strings_of(ENTITIES, "&a11;"), "另存"),
    "external entity in the strings": (lambda: strings_of(EXTERNAL, "&e;"), "另存"),
    "external entity in the styles": (
        lambda: with_part("xl/styles.xml", f"{EXTERNAL}<styleSheet {MAIN}/>"), "另存"),
    "external entity in the links": (
        lambda: with_part(LINKS, f"{EXTERNAL}<Relationships/>"), "另存"),
    "entity in another encoding": (
        lambda: with_part(SHEET, sheet_of("", ENTITIES).encode("utf-16")), "另存"),
    "deep tags": (deep_xml, "另存"),
    "encrypted": (encrypted, "密码"),
    "parts with a password": (password_zip, "密码"),
    "macro": (lambda: with_part("xl/vbaProject.bin", OLE), "宏"),
    "binary workbook": (lambda: with_part("xl/workbook.bin", "x", drop="xl/workbook.xml"), "xlsb"),
    "old Excel": (old_excel, ".xls"),
    "truncated": (lambda: workbook()[:-400], "已损坏"),
    "cut in the middle": (lambda: many_rows()[:3000], "已损坏"),
    "broken sheet": (lambda: with_part(SHEET, "<worksheet><sheetData>"), "已损坏"),
    "without a sheet": (lambda: with_part("x.xml", "<a/>", drop=SHEET), "已损坏"),
    "without links": (lambda: with_part("x.xml", "<a/>", drop=LINKS), "已损坏"),
    "html": ("<html><table><tr><td>单位代码</td></tr></table></html>".encode, "网页"),
    "word": (lambda: with_part("word/document.xml", "<a/>", drop="xl/workbook.xml"), "Excel"),
    "zip of something": (lambda: with_part("x.xml", "<a/>", drop="xl/workbook.xml"), "Excel"),
    "nested zip": (lambda: with_part("inner.zip", workbook(), drop="xl/workbook.xml"), "Excel"),
    "pdf": (lambda: b"%PDF-1.7\n1 0 obj", "Excel"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + random.Random(2).randbytes(4000),
                "编码"),
    "empty": (lambda: b"", "空的"),
    "blanks": (lambda: b" \r\n\t \n" * 50, "空的"),
    "noughts": (lambda: bytes(5000), "编码"),
    "csv, an open quote": ('单位代码,单位名称\n1,"a\n2,b\n'.encode, "引号"),
    "csv, too many rows": (lambda: b"a,b\n" * 500_000, "行"),
    "csv, too many columns": (lambda: b"," * 1_000_000, "列"),
    "csv, one huge cell": (lambda: b"a,b\n" + b"x" * 1_500_000, "另存"),
    "csv, no encoding": (lambda: b"a,b\n\xff\xfe\xff\xff\xff,1\n", "编码"),
}  # fmt: skip
