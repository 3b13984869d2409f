"""Packed documents (.docx, .xlsx, .pptx, .ofd): what they are and what is wrong with them.

The list of parts is measured before it is read, each part is unpacked once within limits and
thrown away, and of the XML only what stands before the first element is looked at; the parts
that say what the document is made of are read whole.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from app.domain.attachments import ContentLimits
from app.domain.contents import Content, Fault
from app.files import package_parts, zip_ends

STEP = 256 * 1024
# A part smaller than this may be packed as tightly as it likes.
SMALL = 1024 * 1024
LOCKED = 0x1
PART_HEADER = 30  # bytes before a part's name
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
INNER = (".docx", ".xlsx", ".pptx")


@dataclass
class Budget:
    """What may still be unpacked, over all parts and all that lie in them."""

    left: int


class TooMuch(Exception):
    """A part unfolds beyond the limits."""


class Damaged(Exception):
    """A part is not what the list says of it."""


def examine(file: BinaryIO, limits: ContentLimits) -> Content:
    """What a zip is: a document of a known kind or a mere archive, with its faults."""
    return _examine(file, limits, Budget(limits.unpacked))


def _examine(file: BinaryIO, limits: ContentLimits, budget: Budget) -> Content:
    fault = zip_ends.fault(file, limits)
    if fault is not None:
        return Content("archive", frozenset({fault}))
    try:
        with zipfile.ZipFile(file) as package:
            return _looked_into(package, limits, budget)
    except TooMuch:
        return Content("archive", frozenset({Fault.BOMB}))
    except (zipfile.BadZipFile, zlib.error, Damaged, EOFError, RuntimeError, ValueError, OSError):
        return Content("archive", frozenset({Fault.BROKEN}))


def _looked_into(package: zipfile.ZipFile, limits: ContentLimits, budget: Budget) -> Content:
    parts = package.infolist()
    faults = set(_list_faults(parts, limits))
    if faults:
        return Content("archive", frozenset(faults))
    size = sum(part.compress_size for part in parts)
    if sum(part.file_size for part in parts) > min(budget.left, size * limits.ratio + SMALL):
        raise TooMuch
    kind = package_parts.kind_by_names({part.filename for part in parts})
    for part in parts:
        read = package_parts.reader(part.filename)
        for chunk in _unpacked(package, part, limits, budget):
            read.feed(chunk)
        kind = read.kind or kind
        faults |= read.faults
        if part.filename.lower().endswith(INNER):
            faults |= _inner_faults(package, part, limits, budget)
    return Content(kind, frozenset(faults))


def _list_faults(parts: list[zipfile.ZipInfo], limits: ContentLimits) -> Iterator[Fault]:
    names = [part.filename for part in parts]
    if len({name.lower() for name in names}) != len(names) or any(map(_strays, names)):
        yield Fault.BROKEN
    if any(part.flag_bits & LOCKED for part in parts):
        yield Fault.ENCRYPTED
    if any(part.compress_type not in METHODS for part in parts):
        yield Fault.OPAQUE
    if any(name.lower().rpartition(".")[2] in limits.barred_endings for name in names):
        yield Fault.BARRED
    # Parts that lie over each other unfold the same bytes again and again.
    end = 0
    for part in sorted(parts, key=lambda item: item.header_offset):
        if part.header_offset < end:
            yield Fault.BOMB
        end = part.header_offset + PART_HEADER + part.compress_size


def _strays(name: str) -> bool:
    """Whether a part's name leads out of the package."""
    steps = name.split("/")
    return not name or name[0] == "/" or "\\" in name or ":" in steps[0] or ".." in steps


def _unpacked(
    package: zipfile.ZipFile, part: zipfile.ZipInfo, limits: ContentLimits, budget: Budget
) -> Iterator[bytes]:
    """A part in pieces; raises TooMuch, or Damaged when its size is not as told."""
    if part.file_size > SMALL and part.file_size > part.compress_size * limits.ratio:
        raise TooMuch
    taken = 0
    with package.open(part) as opened:
        while chunk := opened.read(STEP):
            taken += len(chunk)
            budget.left -= len(chunk)
            if budget.left < 0:
                raise TooMuch
            yield chunk
    if taken != part.file_size:
        raise Damaged


def _inner_faults(
    package: zipfile.ZipFile, part: zipfile.ZipInfo, limits: ContentLimits, budget: Budget
) -> frozenset[Fault]:
    """Faults of a document in a document, such as the data of a chart."""
    if not limits.nested:
        return frozenset({Fault.NESTED})
    inner = io.BytesIO()
    for chunk in _unpacked(package, part, limits, budget):
        inner.write(chunk)
    found = _examine(inner, replace(limits, nested=limits.nested - 1), budget)
    return found.faults or frozenset(() if found.kind != "archive" else (Fault.ACTIVE,))
