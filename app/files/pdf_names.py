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
# A slash, forty characters spelled with three each, and the one behind them.
LONGEST_NAME = 122
PIECE = 1024 * 1024
LOCK = "Encrypt"
DEFLATED = (b"/FlateDecode", b"/Fl")


def examine(data: mmap.mmap, limits: ContentLimits) -> Content:
    """Whether a PDF is whole, open to be looked into, and does nothing by itself."""
    faults: set[Fault] = set()
    found = _names(data)
    left = limits.unpacked
    for dictionary, begin in _packed(data):
        looked = _looked_into(data, dictionary, begin, left)
        if looked is None:
            faults.add(Fault.OPAQUE)
            continue
        names, length = looked
        found |= names
        left -= length
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


def _names(data: mmap.mmap | bytes, before: int | None = None) -> set[str]:
    """The names that begin in it, or begin before a place."""
    found = NAME.finditer(data)
    return {_spelled_out(match[1]) for match in found if before is None or match.start() < before}


def _spelled_out(name: bytes) -> str:
    return SPELLED.sub(lambda pair: bytes.fromhex(pair[1].decode()), name).decode("latin-1")


def _packed(data: mmap.mmap) -> Iterator[tuple[bytes, int]]:
    """The dictionary of each object stream, and where the stream begins."""
    for match in NAME.finditer(data):
        if _spelled_out(match[1]) != PACKED:
            continue
        begin = BEGIN.search(data, match.end(), match.end() + DICTIONARY)
        if begin is None:
            continue
        opened = data.rfind(b"obj", max(0, match.start() - DICTIONARY), match.start())
        yield data[max(opened, 0) : begin.start()], begin.end()


def _looked_into(
    data: mmap.mmap, dictionary: bytes, begin: int, most: int
) -> tuple[set[str], int] | None:
    """The names in a stream and its unpacked length, read until it is more than `most`."""
    given = FILTER.search(_plain(dictionary))
    end = data.find(b"endstream", begin)
    stream = data[begin : end if end >= 0 else len(data)]
    if given is None:
        return set(), len(stream)  # its names stand in plain sight
    if given[1].strip(b"[] \t\r\n") not in DEFLATED or b"/Predictor" in dictionary:
        return None
    names: set[str] = set()
    length, window = 0, b""
    try:
        for piece in _unfolded(stream):
            length, window = length + len(piece), window + piece
            # A name that the next piece may go on with is looked at again together with it.
            names |= _names(window, len(window) - LONGEST_NAME)
            window = window[-LONGEST_NAME:]
            if length > most:
                break
    except zlib.error:
        return None
    return names | _names(window), length


def _unfolded(stream: bytes) -> Iterator[bytes]:
    """What a stream unpacks to, in pieces: a bomb never lies in memory as a whole."""
    unpacker = zlib.decompressobj()
    while piece := unpacker.decompress(stream, PIECE):
        yield piece
        stream = unpacker.unconsumed_tail


def _plain(dictionary: bytes) -> bytes:
    return SPELLED.sub(lambda pair: bytes.fromhex(pair[1].decode()), dictionary)
