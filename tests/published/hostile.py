"""Documents that somebody may hand in to do harm, or by mistake: each made here, none kept."""

import io
import random
import zipfile
import zlib
from collections.abc import Callable

from docx import Document
from reportlab.pdfgen.canvas import Canvas

from tests.files.hostile import CORPUS as WORKBOOKS
from tests.files.hostile import ENTITIES, EXTERNAL
from tests.published.drawing import as_pdf
from tests.published.layouts import official
from tests.published.sample import FORM

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BODY = f'<w:document xmlns:w="{WORD}"><w:body>%s</w:body></w:document>'


def docx_with(part: str, content: bytes | str) -> bytes:
    """A sound document with one part replaced or added."""
    sound, made = io.BytesIO(), io.BytesIO()
    Document().save(sound)
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != part:
                new.writestr(entry, old.read(entry))
        new.writestr(part, content)
    return made.getvalue()


def many_cells() -> bytes:
    row = "<w:tr>" + "<w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>" * 60 + "</w:tr>"
    return docx_with("word/document.xml", BODY % f"<w:tbl>{row * 5000}</w:tbl>")


def wide_span() -> bytes:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr><w:p/></w:tc>'
    return docx_with("word/document.xml", BODY % f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>")


def nested_tables() -> bytes:
    text = "<w:p/>"
    for _ in range(400):
        text = f"<w:tbl><w:tr><w:tc>{text}<w:p/></w:tc></w:tr></w:tbl>"
    return docx_with("word/document.xml", BODY % text)


def pdf_of(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1, the first of them the catalogue."""
    whole = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n"
    end += b"<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return whole + end % (size, table, size, len(whole))


def page_with(stream: bytes, extra: bytes = b"") -> bytes:
    """One page that draws the stream, already packed."""
    head = b"<</Length %d/Filter/FlateDecode%s>>" % (len(stream), extra)
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<>>>>",
        head + b"\nstream\n" + stream + b"\nendstream",
    )


def packed(content: bytes) -> bytes:
    return zlib.compress(content, 9)


def pages_in_a_circle() -> bytes:
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1/Parent 3 0 R>>",
        b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1>>",
    )


def many_pages() -> bytes:
    kids = b" ".join(b"3 0 R" for _ in range(100_000))
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count 100000>>" % kids,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<<>>>>",
    )


def many_lines() -> bytes:
    drawn = b"".join(
        b"%d 0 m %d 800 l S 0 %d m 600 %d l S\n" % (n % 600, n % 600, n % 800, n % 800)
        for n in range(40_000)
    )
    return page_with(packed(drawn))


def scan() -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made)
    canvas.rect(100, 100, 300, 300, fill=1)
    canvas.save()
    return made.getvalue()


def locked() -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made, encrypt="secret")
    canvas.drawString(100, 100, "secret")
    canvas.save()
    return made.getvalue()


def headings(line: str, many: int) -> bytes:
    return ("项目支出绩效自评表\n项目名称 甲\n" + f"{line}\n" * many).encode()


def sound_pdf() -> bytes:
    return as_pdf(official(FORM))


# What the check of a document may end in, by name: the file, and a word of the message.
CORPUS: dict[str, tuple[Callable[[], bytes], str]] = {
    **{
        name: (make, "")
        for name, (make, _) in WORKBOOKS.items()
        if not name.startswith("csv") and name not in {"picture", "pdf"}
    },
    "docx, entity bomb": (
        lambda: docx_with("word/document.xml", f"{ENTITIES}<a>&a11;</a>"), "另存"),
    "docx, external entity in the styles": (
        lambda: docx_with("word/styles.xml", f"{EXTERNAL}<a>&e;</a>"), "另存"),
    "docx, bomb": (
        lambda: docx_with("word/document.xml", BODY % (" " * 200_000_000)), "太大"),
    "docx, too many cells": (many_cells, "太"),
    "docx, an endless span": (wide_span, "没有找到"),
    "docx, tables in tables": (nested_tables, ""),
    "docx, macro": (lambda: docx_with("word/vbaProject.bin", b"x"), "宏"),
    "docx, not xml": (lambda: docx_with("word/document.xml", "x"), "已损坏"),
    "pdf, pages in a circle": (pages_in_a_circle, ""),
    "pdf, too many pages": (many_pages, ""),
    "pdf, packed bomb": (lambda: page_with(packed(b" " * 300_000_000)), ""),
    "pdf, endless numbers": (lambda: page_with(packed(b"[" * 3_000_000)), ""),
    "pdf, too many lines": (many_lines, ""),
    "pdf, scan": (scan, "扫描"),
    "pdf, locked": (locked, "密码"),
    "pdf, cut off": (lambda: sound_pdf()[:900], ""),
    "pdf, only its mark": (lambda: b"%PDF-1.7\n1 0 obj", "已损坏"),
    "pdf, noise": (lambda: b"%PDF-1.4\n" + random.Random(1).randbytes(200_000), ""),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n\x00\x00" + random.Random(2).randbytes(4000), ""),
    "svg": (
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "没有找到"),
    "text, one endless line": (lambda: headings("产出" * 400_000, 1), "10000 个字"),
    "text, endless headings": (lambda: headings("一级指标 二级指标", 9_000), ""),
    "text, pieces of headings": (lambda: headings("一级", 9_000), ""),
    "text, endless labels": (lambda: headings("主管部门 " * 60, 4_000), ""),
    "text, endless rows": (
        lambda: headings("一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分", 1)
        + "甲 ≥1 1 1 1\n".encode() * 15_000, ""),
    "text, wrapped without end": (
        lambda: headings("一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分", 1)
        + "满意\n".encode() * 15_000, ""),
    "text, endless titles": (
        lambda: "项目支出绩效自评表\n项目名称 甲\n".encode() * 9_000, "没有找到"),
    "text, too many lines": (lambda: b"1\n" * 600_000, "行"),
}  # fmt: skip
