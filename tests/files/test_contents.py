"""What a file is by its content, and what makes it unfit: sound files and a hostile corpus."""

import io
import random
import tempfile
import time
import tracemalloc
import zipfile
from dataclasses import replace

import pytest

from app.domain.contents import Content, Fault, Mark
from app.files.contents import examine
from app.files.pdf_names import LONGEST_NAME, PIECE
from app.files.plain_pdf import made as plain_pdf
from app.services.attachment_policies import policy
from tests.files import made

LIMITS = policy().contents
MIB = 1024 * 1024
EXE = b"MZ\x90\x00\x03" + bytes(300)
VML = "<xml><v:shape><br></v:shape></xml>"


def made_now(content) -> bytes:
    """A file; one that takes long to make comes as its recipe."""
    return content() if callable(content) else content


def look(content: bytes, limits=LIMITS) -> Content:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return examine(file, limits)


SOUND = {
    "pdf": ("pdf", made.pdf()),
    "pdf made here": ("pdf", plain_pdf(["验收单", "合格"])),
    "pdf with packed objects": ("pdf", made.pdf_packed(b"<< /Type /Page >>")),
    "pdf that opens at a page": ("pdf", made.pdf("<< /OpenAction [3 0 R /Fit] /AcroForm 4 0 R >>")),
    "pdf with an empty end": ("pdf", made.pdf(tail=b"\n%%EOF\r\n\r\n   ")),
    "png": ("png", made.png()),
    "jpeg": ("jpeg", made.jpeg()),
    "jpeg of a camera": ("jpeg", made.jpeg(tail=b"SEFT" + bytes(40))),
    "docx": ("docx", made.office("docx")),
    "xlsx": ("xlsx", made.office("xlsx")),
    "pptx": ("pptx", made.office("pptx")),
    "ofd": ("ofd", made.ofd()),
    "xlsx with a long list's end": ("xlsx", made.long_zip()),
    "docx with a careless drawing": ("docx", made.office(parts={"word/vmlDrawing1.vml": VML})),
    "docx with the data of a chart": (
        "docx",
        made.office(parts={"word/embeddings/Book1.xlsx": made.office("xlsx")}),
    ),
    "docx with a hyperlink": (
        "docx",
        made.office(
            parts={
                "word/_rels/document.xml.rels": made.links(
                    ("hyperlink", "https://a.example", "External")
                )
            }
        ),
    ),
    "docx with a large picture": (
        "docx",
        lambda: made.office(parts={"word/media/1.png": random.Random(1).randbytes(5 * MIB)}),
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_file_is_what_it_is(name):
    kind, content = SOUND[name]
    assert look(made_now(content)) == Content(kind)


OTHERS = {
    "executable": [EXE, b"\x7fELF\x02\x01\x01" + bytes(60), b"\xca\xfe\xba\xbe" + bytes(20)],
    "script": [b"#!/bin/sh\nrm -rf\n", b"@echo off\r\ndel", b"<?php echo 1;"],
    "web": [b"<!DOCTYPE html><p>", b"<html><body>", b"  <script>alert(1)</script>"],
    "vector": [b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    "archive": [
        made.zipped({"a.txt": "a"}),
        b"Rar!\x1a\x07\x01\x00" + bytes(20),
        b"7z\xbc\xaf'\x1c" + bytes(20),
        b"\x1f\x8b\x08" + bytes(20),
    ],
    "image": [b"GIF89a" + bytes(20), b"BM" + bytes(60)],
    "old_office": [made.ole()],
    "text": ["项目，金额\n一,2\n".encode(), "项目，金额\n".encode("gb18030"), b"a,b\r\n"],
    "unknown": [b"", b"\x00\x01\x02\x03" * 20],
}


@pytest.mark.parametrize(
    ("kind", "content"), [(kind, item) for kind, items in OTHERS.items() for item in items]
)
def test_a_file_of_another_kind_is_named(kind, content):
    assert look(content).kind == kind


def linked(kind, mode="External"):
    return made.office(
        parts={"word/_rels/settings.xml.rels": made.links((kind, "http://evil.example/t", mode))}
    )


def override(name, content_type):
    return f'<Override PartName="/{name}" ContentType="{content_type}"/>'


VBA = "application/vnd.ms-office.vbaProject"
EXTERNAL_LINK = "xl/externalLinks/externalLink1.xml"
MANY = {f"word/media/{number}.png": b"" for number in range(LIMITS.entries + 1)}
UTF16 = made.DOCTYPE.replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16")
NOISE = random.Random(2).randbytes(200)
CHANGED = made.office(parts={"word/a.bin": NOISE}).replace(NOISE[:100], NOISE[:99] + b"?")
HOSTILE = {
    "macros by name": (Fault.MACROS, made.office(parts={"word/vbaProject.bin": b"x"})),
    "macros by type": (
        Fault.MACROS,
        made.office(parts={"word/a.bin": b"x"}, types=override("word/a.bin", VBA)),
    ),
    "a macro template under another name": (
        Fault.MACROS,
        made.office(types=override("word/b.xml", "application/vnd.ms-word.macroEnabled.main+xml")),
    ),
    "controls": (Fault.ACTIVE, made.office(parts={"word/activeX/activeX1.xml": "<x/>"})),
    "an embedded object": (
        Fault.ACTIVE,
        made.office(parts={"word/embeddings/oleObject1.bin": b"x"}),
    ),
    "an archive as a document in a document": (
        Fault.ACTIVE,
        made.office(parts={"word/embeddings/a.docx": made.zipped({"a.txt": "a"})}),
    ),
    "a program inside": (Fault.BARRED, made.ofd({"Doc_0/Attachs/setup.EXE": EXE})),
    "a template from outside": (Fault.EXTERNAL, linked("attachedTemplate")),
    "an object from outside": (Fault.EXTERNAL, linked("oleObject", "external")),
    "a dynamic link": (
        Fault.EXTERNAL,
        made.office("xlsx", {EXTERNAL_LINK: '<e xmlns:x="u"><x:ddeLink ddeService="cmd"/></e>'}),
    ),
    "definitions in the document": (
        Fault.ENTITIES,
        made.office(parts={"word/a.xml": made.DOCTYPE}),
    ),
    "definitions in the list": (
        Fault.ENTITIES,
        made.office(parts={"a/_rels/b.rels": made.DOCTYPE}),
    ),
    "definitions in UTF-16": (Fault.ENTITIES, made.office(parts={"word/a.xml": UTF16})),
    "definitions in OFD": (Fault.ENTITIES, made.ofd({"Doc_0/Pages/p.xml": made.DOCTYPE})),
    "a part that unfolds 1000 times": (Fault.BOMB, lambda: made.bomb(30 * MIB)),
    "more than may be unfolded": (
        Fault.BOMB,
        lambda: made.office(parts={"word/a.bin": (bytes(range(256)) * 4 + bytes(30_000)) * 7000}),
    ),
    "too many parts": (Fault.BOMB, lambda: made.office(parts=MANY)),
    "a list that lies about sizes": (Fault.BROKEN, lambda: made.lying(40 * MIB)),
    "overlapping parts": (Fault.BOMB, made.overlapping(20)),
    "documents in documents": (
        Fault.NESTED,
        made.office(
            parts={"word/a.docx": made.office(parts={"word/b.docx": made.office("xlsx")})}
        ),
    ),
    "a bomb in a document": (
        Fault.BOMB,
        lambda: made.office(parts={"word/a.xlsx": made.bomb(40 * MIB)}),
    ),
    "encrypted parts": (Fault.ENCRYPTED, made.encrypted_zip()),
    "an encrypted document": (Fault.ENCRYPTED, made.ole("EncryptedPackage")),
    "another packing": (
        Fault.OPAQUE,
        made.zipped({"OFD.xml": "<x/>", "a": "b" * 999}, zipfile.ZIP_BZIP2),
    ),
    "a way out": (Fault.BROKEN, made.ofd({"../../etc/cron.d/x": b"x"})),
    "an absolute name": (Fault.BROKEN, made.ofd({"/etc/x": b"x"})),
    "a name of Windows": (Fault.BROKEN, made.ofd({"C:/x": b"x"})),
    "names that differ by case": (Fault.BROKEN, made.ofd({"ofd.XML": b"x"})),
    "a cut zip": (Fault.BROKEN, made.office()[:-40]),
    "a changed part": (Fault.BROKEN, CHANGED),
    "XML that is none": (Fault.BROKEN, made.office(parts={"word/styles.xml": "not xml"})),
    "something before the zip": (Fault.POLYGLOT, b"PK\x03\x04" + EXE + made.office()),
    "something behind the zip": (Fault.POLYGLOT, made.office() + b"MZ" + bytes(100)),
    "a script in a PDF": (Fault.SCRIPT, made.pdf("<< /S /JavaScript /JS (app.alert(1)) >>")),
    "a script spelled in numbers": (Fault.SCRIPT, made.pdf("<< /S /J#61vaScr#69pt >>")),
    "a packed script": (Fault.SCRIPT, made.pdf_packed(b"<< /S /JavaScript >>")),
    "a packed script, the packing spelled in numbers": (
        Fault.SCRIPT,
        made.pdf_packed(b"<< /S /Launch >>").replace(b"/ObjStm", b"/Obj#53tm"),
    ),
    "a launched program": (Fault.SCRIPT, made.pdf("<< /S /Launch /F (cmd.exe) >>")),
    "a PDF packed otherwise": (
        Fault.OPAQUE,
        made.pdf_packed(b"x", b"/Filter [/ASCIIHexDecode /FlateDecode]"),
    ),
    "a PDF packed with a predictor": (
        Fault.OPAQUE,
        made.pdf_packed(b"x", b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>"),
    ),
    "a PDF that unfolds": (Fault.BOMB, lambda: made.pdf_packed(bytes(LIMITS.unpacked + 1))),
    "a protected PDF": (Fault.ENCRYPTED, made.pdf("trailer << /Encrypt 5 0 R >>")),
    "a cut PDF": (Fault.BROKEN, made.pdf(tail=b"")),
    "a page of the web in a PDF": (Fault.POLYGLOT, made.pdf("<script>alert(1)</script>")),
    "a PDF that is a zip": (Fault.POLYGLOT, made.pdf() + made.zipped({"a": "b"})),
    "an image of 50,000 by 50,000": (Fault.PIXELS, made.png(50_000, 50_000)),
    "a JPEG of 60,000 by 60,000": (Fault.PIXELS, made.jpeg(60_000, 60_000)),
    "an image without size": (Fault.BROKEN, made.png(0, 10)),
    "a cut image": (Fault.BROKEN, made.png()[:-6]),
    "something behind an image": (Fault.BROKEN, made.png(tail=b"x")),
    "an image that is a zip": (Fault.POLYGLOT, made.jpeg(tail=made.zipped({"a": "b"}))),
    "an image that is a page": (Fault.POLYGLOT, made.jpeg(comment=b"<script>alert(1)</script>")),
    "an image that is a PDF": (Fault.POLYGLOT, made.jpeg(comment=made.pdf())),
    "a JPEG without a frame": (Fault.BROKEN, b"\xff\xd8\xff\xd9"),
    "a JPEG that leads in circles": (Fault.BROKEN, b"\xff\xd8\xff\xe0\x00\x00" * 50),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_found_out_quickly(name):
    fault, content = HOSTILE[name]
    content = made_now(content)
    tracemalloc.start()
    started = time.process_time()
    found = look(content)
    spent, (_, most) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert fault in found.faults, found
    assert spent < 2
    assert most < 64 * MIB


def test_a_name_is_found_where_a_large_stream_is_read_on():
    for place in range(PIECE - len("/JavaScript") - 1, PIECE + 2):
        content = made.pdf_packed(bytes(place) + b"/JavaScript " + bytes(LONGEST_NAME))
        assert Fault.SCRIPT in look(content).faults, place


def test_a_longer_name_is_not_cut_where_a_large_stream_is_read_on():
    for place in range(PIECE - len("/LaunchDate"), PIECE + 1):
        assert look(made.pdf_packed(bytes(place) + b"/LaunchDate ")).faults == frozenset()


@pytest.mark.parametrize(
    "content",
    [
        made.pdf("<< /Type /EmbeddedFile >>"),
        made.pdf_packed(b"<< /Names << /EmbeddedFiles 7 0 R >> >>"),
    ],
)
def test_embedded_files_are_marked(content):
    assert look(content) == Content("pdf", marks=frozenset({Mark.EMBEDDED}))


def test_names_end_where_they_end():
    assert look(made.pdf("<< /LaunchDate (x) /EncryptMetadata true >>")).faults == frozenset()


def test_a_document_may_lie_in_a_document_only_where_the_policy_says():
    content = made.office(parts={"word/embeddings/Book1.xlsx": made.office("xlsx")})
    assert look(content, replace(LIMITS, nested=0)).faults == {Fault.NESTED}


@pytest.mark.parametrize("name", ["xlsx", "pdf made here", "png", "jpeg"])
def test_a_file_cut_anywhere_never_raises(name):
    _, content = SOUND[name]
    for length in range(1, len(content), max(1, len(content) // 60)):
        assert look(content[:length]).kind


@pytest.mark.parametrize("name", ["xlsx", "pdf with packed objects", "png", "jpeg"])
def test_a_file_with_one_byte_changed_never_raises(name):
    _, content = SOUND[name]
    for place in range(0, len(content), max(1, len(content) // 80)):
        changed = bytearray(content)
        changed[place] ^= 0xFF
        assert look(bytes(changed)).kind


def test_a_real_library_reads_what_is_made_here():
    with zipfile.ZipFile(io.BytesIO(made.long_zip())) as package:
        assert package.testzip() is None
