"""What a file from outside is by its content. Nothing is decoded but what is bounded."""

import mmap
import re
from collections.abc import Callable
from typing import BinaryIO, Final

import puremagic

from app.domain.attachments import ContentLimits
from app.domain.contents import Content, Fault
from app.files import images, packages, pdf_names

PDF, JPEG, PNG, ZIP = b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The stream that holds an encrypted document in an old container, as its directory names it.
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
HEAD = 4096
WEB = re.compile(rb"<\s*(?:!doctype\s+html|html|script|body|iframe|\?php)", re.IGNORECASE)
VECTOR = re.compile(rb"<\s*svg", re.IGNORECASE)
SCRIPT = re.compile(rb"\s*(?:#!|@echo|<\?php|<%)", re.IGNORECASE)
ZIP_END = b"PK\x05\x06"
ZIP_END_BYTES = 22
LONGEST_COMMENT = 65535
# Endings that the library of signatures names, by what they are to people.
FAMILIES = {
    "executable": "exe dll sys drv com elf msi class appimage dmg deb",
    "archive": "zip rar 7z gz bz2 xz tar cab tgz lz zst iso arj",
    "media": "mp4 mov avi mkv mp3 wav wma wmv flv m4a ogg 3gp",
    "image": "gif bmp tif tiff webp heic heif ico psd avif jp2",
}


def examine(file: BinaryIO, limits: ContentLimits) -> Content:
    """What an open file is, with everything that makes it unfit; an empty one is unknown."""
    if not file.seek(0, 2):
        return Content("unknown")
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        head = data[:HEAD]
        if head.startswith(ZIP):
            return packages.examine(file, limits)
        for signature, look in KNOWN:
            if head.startswith(signature):
                return _with_strangers(look(data, limits), data)
        return Content(_other(head))


def _with_strangers(content: Content, data: mmap.mmap) -> Content:
    """The same, with what shows that the file is at once a file of another kind."""
    head = data[:HEAD]
    mixed = WEB.search(head) or VECTOR.search(head) or _is_zip_too(data)
    mixed = mixed or (content.kind != "pdf" and PDF in head)
    faults = content.faults | ({Fault.POLYGLOT} if mixed else set())
    return Content(content.kind, faults, content.marks)


def _old_office(data: mmap.mmap, _: ContentLimits) -> Content:
    locked = data.find(ENCRYPTED) >= 0
    return Content("old_office", frozenset({Fault.ENCRYPTED} if locked else ()))


# What is looked into, by how it begins.
KNOWN: tuple[tuple[bytes, Callable[[mmap.mmap, ContentLimits], Content]], ...] = (
    (PDF, pdf_names.examine),
    (JPEG, images.examine_jpeg),
    (PNG, images.examine_png),
    (OLE, _old_office),
)


def _is_zip_too(data: mmap.mmap) -> bool:
    """Whether a zip ends where the file ends: its reader begins from there."""
    first = max(0, len(data) - ZIP_END_BYTES - LONGEST_COMMENT)
    place = data.rfind(ZIP_END, first)
    while place >= 0:
        comment = int.from_bytes(data[place + 20 : place + 22], "little")
        if place + ZIP_END_BYTES + comment == len(data):
            return True
        place = data.rfind(ZIP_END, first, place)
    return False


def _other(head: bytes) -> str:
    """The family of a file that is of none of the kinds looked into."""
    if VECTOR.search(head):
        return "vector"
    if SCRIPT.match(head):
        return "script"
    if WEB.search(head):
        return "web"
    if head.startswith((b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")):
        return "executable"
    try:
        ending = puremagic.from_string(head).lstrip(".").lower()
    except (puremagic.PureError, ValueError):
        ending = ""
    known = (family for family, endings in FAMILIES.items() if ending in endings.split())
    return next(known, "text" if _is_text(head) else "unknown")


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    # A character may be cut at the end of what was read.
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False
