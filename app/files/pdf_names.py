"""A PDF by the names in it: what it would do when it is opened. It is not parsed.

Names stand in plain sight or in object streams, which are unpacked within limits. A name may be
spelled with #xx for any character.
"""

import mmap
import re
import zlib
from collections.abc import Iterator

from app.domain.attachments import ContentLimits
from app.domain.contents import Content, Fault, Mark

NAME = re.compile(rb"/((?:[A-Za-z]|#[0-9A-Fa-f]{2}){2,40})(?![A-Za-z])")
SPELLED = re.compile(rb"#([0-9A-Fa-f]{2})")
BEGIN = re.compile(rb"stream\r?\n")
FILTER = re.compile(rb"/(?:Filter|F)\s*(\[[^\]]*\]|/\w+)")
END, TAIL = b"%%EOF", 2048
# A dictionary before its stream, at the most.
DICTIONARY = 4096
PACKED = "ObjStm"
LOCK = "Encrypt"
DEFLATED = (b"/FlateDecode", b"/Fl")


def examine(data: mmap.mmap, limits: ContentLimits) -> Content:
    """Whether a PDF is whole, open to be looked into, and does nothing by itself."""
    faults: set[Fault] = set()
    found = _names(data)
    left = limits.unpacked
    for unpacked in _packed(data, limits):
        if unpacked is None:
            faults.add(Fault.OPAQUE)
            continue
        found |= _names(unpacked)
        left -= len(unpacked)
        if left < 0:
            faults.add(Fault.BOMB)
            break
    if LOCK in found:
        faults = {Fault.ENCRYPTED}
    if found & limits.pdf_refused:
        faults.add(Fault.SCRIPT)
    if data.find(END, max(0, len(data) - TAIL)) < 0:
        faults.add(Fault.BROKEN)
    marks = {Mark.EMBEDDED} if found & limits.pdf_marked else set()
    return Content("pdf", frozenset(faults), frozenset(marks))


def _names(data: mmap.mmap | bytes) -> set[str]:
    return {_spelled_out(match[1]) for match in NAME.finditer(data)}


def _spelled_out(name: bytes) -> str:
    return SPELLED.sub(lambda pair: bytes.fromhex(pair[1].decode()), name).decode("latin-1")


def _packed(data: mmap.mmap, limits: ContentLimits) -> Iterator[bytes | None]:
    """The content of each object stream; None for one that cannot be looked into."""
    for match in NAME.finditer(data):
        if _spelled_out(match[1]) != PACKED:
            continue
        begin = BEGIN.search(data, match.end(), match.end() + DICTIONARY)
        if begin is None:
            continue
        opened = data.rfind(b"obj", max(0, match.start() - DICTIONARY), match.start())
        yield _unpacked(data, data[max(opened, 0) : begin.start()], begin.end(), limits)


def _unpacked(
    data: mmap.mmap, dictionary: bytes, begin: int, limits: ContentLimits
) -> bytes | None:
    given = FILTER.search(_plain(dictionary))
    end = data.find(b"endstream", begin)
    stream = data[begin : end if end >= 0 else len(data)]
    if given is None:
        return stream
    if given[1].strip(b"[] \t\r\n") not in DEFLATED or b"/Predictor" in dictionary:
        return None
    try:
        # One byte more than is allowed shows that there is more.
        return zlib.decompressobj().decompress(stream, limits.unpacked + 1)
    except zlib.error:
        return None


def _plain(dictionary: bytes) -> bytes:
    return SPELLED.sub(lambda pair: bytes.fromhex(pair[1].decode()), dictionary)
