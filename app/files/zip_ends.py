"""The end of a zip, read by hand: how long its list of parts is, before anybody reads that list."""

from typing import BinaryIO

from app.domain.attachments import ContentLimits
from app.domain.contents import Fault

END, LOCATOR, LONG_END = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
END_BYTES, LOCATOR_BYTES, LONG_END_BYTES = 22, 20, 56


def fault(file: BinaryIO, limits: ContentLimits) -> Fault | None:
    """What keeps the list of parts from being read; None for one of a bearable length.

    Nothing may stand before the first part, between list and end, or behind the end: what
    does belongs to a file of another kind, or is a list that other readers would see.
    """
    size = file.seek(0, 2)
    end = _read(file, size - END_BYTES, END_BYTES)
    if not end.startswith(END):
        return Fault.POLYGLOT if END in _read(file, size - 65_557, 65_557) else Fault.BROKEN
    if _number(end, 4, 2) or _number(end, 6, 2) or _number(end, 20, 2):
        return Fault.BROKEN  # on several disks, or with a comment
    entries, length, begins = _number(end, 10, 2), _number(end, 12, 4), _number(end, 16, 4)
    ends = size - END_BYTES
    locator = _read(file, ends - LOCATOR_BYTES, LOCATOR_BYTES)
    if locator.startswith(LOCATOR):
        ends = _number(locator, 8, 8)
        long_end = _read(file, ends, LONG_END_BYTES)
        if (
            not long_end.startswith(LONG_END)
            or ends + LONG_END_BYTES + LOCATOR_BYTES + END_BYTES != size
        ):
            return Fault.BROKEN
        entries, length, begins = (_number(long_end, at, 8) for at in (32, 40, 48))
    if entries > limits.entries or length > limits.directory:
        return Fault.BOMB
    return None if begins + length == ends else Fault.POLYGLOT


def _read(file: BinaryIO, place: int, length: int) -> bytes:
    file.seek(max(0, place))
    return file.read(length)


def _number(data: bytes, place: int, size: int) -> int:
    return int.from_bytes(data[place : place + size], "little")
