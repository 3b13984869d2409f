"""What a file from outside is, by its content, and bounds on what it may unfold to.

To be used in the guarded child, before a library for the format sees the bytes.
"""

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from enum import StrEnum
from xml.parsers import expat

from app.errors import UnreadableFile, WhyUnreadable
from app.files.limits import TOO_LARGE

MOST_ENTRIES = 600
MOST_UNPACKED = 50 * 1024 * 1024
MOST_RATIO = 100
# Below this size a high ratio harms nobody: a small sheet of equal rows has one too.
HARMLESS = 1024 * 1024
CHUNK = 256 * 1024
LOCAL_HEADER = 30
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError,
    RuntimeError,
)  # fmt: skip
XML_PARTS = (".xml", ".rels", ".vml")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HTML = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|table|\?xml|meta|head)", re.IGNORECASE
)

ENCRYPTED = "这个文件设有打开密码。请在 Excel 或 WPS 中取消密码，另存后再上传。"
OLD_EXCEL = "这是旧版 Excel 文件（.xls）。请在 Excel 或 WPS 中另存为 .xlsx，再上传。"
MACRO = "这个文件含有宏。请另存为不含宏的 .xlsx，再上传。"
BINARY = "这是二进制工作簿（.xlsb）。请另存为 .xlsx，再上传。"
NOT_A_TABLE = "这个文件不是 Excel 表格（.xlsx）或 CSV。请核对后选择正确的文件。"
WEB_PAGE = "这个文件其实是网页，只是改了扩展名。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"
DOCTYPE = "这个文件含有不应出现的内容（文档类型声明），不能读取。请另存为新的 .xlsx 后再上传。"
EMPTY = "这个文件是空的。请核对是否选错了文件。"


class Kind(StrEnum):
    """Formats that are told apart by content; TEXT is whatever has no mark of another."""

    XLSX = "xlsx"
    DOCX = "docx"
    PDF = "pdf"
    TEXT = "text"


def kind_of(content: bytes) -> Kind:
    """The format; raises UnreadableFile for one that is known and not read."""
    if not content.strip():
        raise UnreadableFile(WhyUnreadable.EMPTY, EMPTY)
    if content.startswith(b"PK"):
        return _kind_of_package(opened(content).namelist())
    if content.startswith(b"%PDF-"):
        return Kind.PDF
    if content.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise UnreadableFile(WhyUnreadable.ENCRYPTED, ENCRYPTED)
        raise UnreadableFile(WhyUnreadable.WRONG_KIND, OLD_EXCEL)
    if HTML.match(content[:1024]):
        raise UnreadableFile(WhyUnreadable.WRONG_KIND, WEB_PAGE)
    return Kind.TEXT


def _kind_of_package(names: list[str]) -> Kind:
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnreadableFile(WhyUnreadable.ACTIVE, MACRO)
    if "xl/workbook.bin" in names:
        raise UnreadableFile(WhyUnreadable.WRONG_KIND, BINARY)
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "word/document.xml" in names:
        return Kind.DOCX
    raise UnreadableFile(WhyUnreadable.WRONG_KIND, NOT_A_TABLE)


def opened(content: bytes) -> zipfile.ZipFile:
    """The package, its table of contents within bounds; raises UnreadableFile."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except BROKEN as error:
        raise UnreadableFile(WhyUnreadable.DAMAGED) from error
    entries = package.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile(WhyUnreadable.ENCRYPTED, ENCRYPTED)
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if (
        len(entries) > MOST_ENTRIES
        or unpacked > MOST_UNPACKED
        or (unpacked > HARMLESS and unpacked / packed > MOST_RATIO)
    ):
        raise UnreadableFile(WhyUnreadable.TOO_LARGE, TOO_LARGE)
    if _overlapping(entries) or any(_astray(entry.filename) for entry in entries):
        raise UnreadableFile(WhyUnreadable.DAMAGED)
    return package


def _overlapping(entries: list[zipfile.ZipInfo]) -> bool:
    """Whether entries share bytes (a small file then unfolds to a huge one) or a name."""
    names = {entry.filename for entry in entries}
    ends = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < ends:
            return True
        ends = entry.header_offset + LOCAL_HEADER + entry.compress_size
    return len(names) < len(entries)


def _astray(name: str) -> bool:
    """Whether the name leads out of the package."""
    return name.startswith(("/", "\\")) or ":" in name or ".." in re.split(r"[/\\]", name)


def unfold(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unfold one part; refuse it when it is damaged, not as long as it says, or has a DTD."""
    if entry.filename.lower().endswith(XML_PARTS):
        parse(package, entry, expat.ParserCreate())
    else:
        for _ in pieces(package, entry):
            pass


def parse(package: zipfile.ZipFile, entry: zipfile.ZipInfo, parser: expat.XMLParserType) -> None:
    """Run one part through the parser and its handlers; a document type is refused."""
    parser.StartDoctypeDeclHandler = _doctype
    try:
        for piece in pieces(package, entry):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableFile(WhyUnreadable.DAMAGED) from error


def pieces(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of one part, checked against the size and the sum that it states."""
    try:
        with package.open(entry) as part:
            while piece := part.read(CHUNK):
                yield piece
    except BROKEN as error:
        raise UnreadableFile(WhyUnreadable.DAMAGED) from error


def _doctype(*_: object) -> None:
    raise UnreadableFile(WhyUnreadable.ACTIVE, DOCTYPE)
