"""Files made in code, sound and hostile: none of the dangerous ones lies in the tree."""

import io
import random
import struct
import zipfile
import zlib

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}
DOCTYPE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'


def pdf(body: str | bytes = "", *, tail: bytes = b"\n%%EOF\n") -> bytes:
    """As much of a PDF as is looked at."""
    given = body.encode() if isinstance(body, str) else body
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj << /Type /Catalog >> endobj\n" + given + tail


def pdf_packed(content: bytes, dictionary: bytes = b"/Filter /FlateDecode") -> bytes:
    """A PDF whose objects lie in an object stream."""
    packed = zlib.compress(content, 9)
    head = b"2 0 obj << /Type /ObjStm /N 1 /First 4 %s /Length %d >>\n" % (dictionary, len(packed))
    return pdf(head + b"stream\r\n" + packed + b"\r\nendstream\nendobj\n")


def png(width: int = 2, height: int = 2, *, tail: bytes = b"") -> bytes:
    """A PNG that says it is that large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\0\0" * 2)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks) + tail


def jpeg(width: int = 2, height: int = 2, *, comment: bytes = b"", tail: bytes = b"") -> bytes:
    """A JPEG that says it is that large, without a picture in it."""
    segments = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    if comment:
        segments += b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\x01\x00\x00\x3f\x00" + b"\x12\x34"
    return b"\xff\xd8" + segments + frame + scan + b"\xff\xd9" + tail


def office(
    kind: str = "docx", parts: dict[str, bytes | str] | None = None, *, types: str = ""
) -> bytes:
    """A small document of Word, Excel or PowerPoint with more parts and types."""
    name, content_type = MAIN[kind]
    listed = (
        f'<?xml version="1.0"?><Types xmlns="{TYPES}"><Override PartName="/{name}" '
        f'ContentType="application/vnd.openxmlformats-officedocument.{content_type}"/>'
        f"{types}</Types>"
    )
    own = {"[Content_Types].xml": listed, "_rels/.rels": links(), name: '<?xml version="1.0"?><x/>'}
    return zipped(own | (parts or {}))


def ofd(parts: dict[str, bytes | str] | None = None) -> bytes:
    """A small layout document (GB/T 33190)."""
    root = '<?xml version="1.0"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>'
    return zipped({"OFD.xml": root, "Doc_0/Document.xml": "<x/>"} | (parts or {}))


def links(*targets: tuple[str, str, str]) -> str:
    """Relationships: of each the last step of its type, its target and its mode."""
    rows = "".join(
        f'<Relationship Id="r{place}" Type="{OFFICE}/{kind}" Target="{target}"'
        f"{f' TargetMode={chr(34)}{mode}{chr(34)}' if mode else ''}/>"
        for place, (kind, target, mode) in enumerate(targets)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{LINKS}">{rows}</Relationships>'


def zipped(
    parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED, *, comment: bytes = b""
) -> bytes:
    """A zip of those parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
        package.comment = comment
    return made.getvalue()


def bomb(size: int) -> bytes:
    """A document with a part that unfolds to so many bytes of nothing."""
    return office("xlsx", {"xl/worksheets/sheet1.xml": b"<x>" + bytes(size)})


def lying(size: int) -> bytes:
    """A document whose list says that the unfolded part is short."""
    whole = bytearray(bomb(size))
    told, short = struct.pack("<I", size + 3), struct.pack("<I", 3)
    return bytes(whole.replace(told, short))


def overlapping(times: int, size: int = 200_000) -> bytes:
    """A zip whose list names the same bytes again and again under other names."""
    whole = office("docx", {"word/media/a.bin": random.Random(1).randbytes(size)})
    end = whole.rindex(b"PK\x05\x06")
    begin = int.from_bytes(whole[end + 16 : end + 20], "little")
    listed, entry = whole[begin:end], b""
    place = listed.rindex(b"PK\x01\x02")
    entry = listed[place:]
    for number in range(times):
        listed += entry.replace(b"a.bin", b"%c.bin" % (98 + number % 24))
    count = int.from_bytes(whole[end + 10 : end + 12], "little") + times
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(listed), begin, 0)
    return whole[:begin] + listed + tail


def encrypted_zip() -> bytes:
    """A document whose parts are flagged as encrypted."""
    whole = bytearray(office())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = whole.find(signature)
        while place >= 0:
            whole[place + offset] |= 1
            place = whole.find(signature, place + 1)
    return bytes(whole)


def long_zip() -> bytes:
    """A document written by a program that always writes the long form of the list's end."""
    whole = office("xlsx")
    end = whole.rindex(b"PK\x05\x06")
    count, length, begin = struct.unpack("<HII", whole[end + 10 : end + 20])
    long_end = struct.pack(
        "<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, begin
    )
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    short = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    return whole[:end] + long_end + locator + short


def ole(name: str = "WordDocument") -> bytes:
    """An old container with a stream of that name in its directory."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + name.encode("utf-16-le") + bytes(512)


def _chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )
