"""Images by their headers alone: whether they are whole, and how many pixels they unfold to."""

import mmap

from app.domain.attachments import ContentLimits
from app.domain.contents import Content, Fault

PNG_HEADER = 8
CHUNK = 12  # length, name and checksum of a PNG chunk
MOST_CHUNKS = 100_000
# Frame headers of JPEG hold the size; C4, C8 and CC are other tables.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
SCAN, END = 0xDA, 0xD9


def examine_png(data: mmap.mmap, limits: ContentLimits) -> Content:
    """A PNG: whole from its header to its end, with nothing behind."""
    width, height = _number(data, 16), _number(data, 20)
    faults = _size_faults(width, height, limits)
    if data[12:16] != b"IHDR" or not _png_is_whole(data):
        faults |= {Fault.BROKEN}
    return Content("png", frozenset(faults))


def examine_jpeg(data: mmap.mmap, limits: ContentLimits) -> Content:
    """A JPEG: a frame of a bearable size, and an end; cameras put more behind that end."""
    size = _jpeg_size(data)
    faults = {Fault.BROKEN} if size is None else _size_faults(*size, limits)
    if data.rfind(bytes((0xFF, END))) < 0:
        faults |= {Fault.BROKEN}
    return Content("jpeg", frozenset(faults))


def _size_faults(width: int, height: int, limits: ContentLimits) -> set[Fault]:
    if not width or not height:
        return {Fault.BROKEN}
    return {Fault.PIXELS} if width * height > limits.pixels else set()


def _png_is_whole(data: mmap.mmap) -> bool:
    place = PNG_HEADER
    for _ in range(MOST_CHUNKS):
        if place + CHUNK > len(data):
            return False
        name = data[place + 4 : place + 8]
        place += CHUNK + _number(data, place)
        if name == b"IEND":
            return place == len(data)
    return False


def _jpeg_size(data: mmap.mmap) -> tuple[int, int] | None:
    """Width and height of the first frame; None when there is none before the picture."""
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
        elif marker in ALONE:
            place += 2
        elif marker in FRAMES:
            return _number(data, place + 7, 2), _number(data, place + 5, 2)
        elif marker in (SCAN, END):
            return None
        else:
            place += 2 + max(2, _number(data, place + 2, 2))
    return None


def _number(data: mmap.mmap, place: int, size: int = 4) -> int:
    return int.from_bytes(data[place : place + size], "big")
