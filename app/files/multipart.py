"""A multipart body (RFC 7578) read as it arrives: fields, then files, nothing spooled between."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

# Fields stand before the files and are short: a token, a number.
LONGEST_FIELD = 64 * 1024
MOST_FIELDS = 50


class BadMultipart(ValueError):
    """The body is not what its type says, or its fields are too many or too long."""


@dataclass(frozen=True, slots=True)
class Begin:
    """A part begins; `filename` is None for a field."""

    name: str
    filename: str | None


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of the part that began last."""

    content: bytes


Event = Begin | Piece


class Multipart:
    """The parts of one body: first `fields`, then `files`, each read once."""

    def __init__(self, content_type: str, chunks: AsyncIterator[bytes]) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise BadMultipart(content_type[:100])
        self._chunks = chunks
        self._header = self._value = b""
        self._headers: dict[str, bytes] = {}
        self._events: list[Event] = []
        self._waiting: list[Event] = []
        self._ended = False
        self._parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self._part_begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._part_data,
                "on_end": self._end,
            },
        )

    async def fields(self) -> dict[str, str]:
        """The fields that stand before the first file, line ends as one character."""
        found: dict[str, bytearray] = {}
        latest = bytearray()
        async for event in self._parts():
            if isinstance(event, Piece):
                latest += event.content
            elif event.filename is not None:
                self._waiting.insert(0, event)
                break
            else:
                latest = found.setdefault(event.name, bytearray())
            if len(latest) > LONGEST_FIELD or len(found) > MOST_FIELDS:
                raise BadMultipart("fields")
        texts = {name: value.decode("utf-8", "replace") for name, value in found.items()}
        return {name: text.replace("\r\n", "\n") for name, text in texts.items()}

    async def files(self) -> AsyncIterator[Event]:
        """What follows: each file begins with its name; fields among them are passed over."""
        in_file = False
        async for event in self._parts():
            if isinstance(event, Begin):
                in_file = event.filename is not None
            if in_file:
                yield event

    async def _parts(self) -> AsyncIterator[Event]:
        while True:
            while self._waiting:
                yield self._waiting.pop(0)
            if self._ended:
                return
            chunk = await anext(self._chunks, b"")
            if not chunk:
                raise BadMultipart("cut short")
            try:
                self._parser.write(chunk)
            except MultipartParseError as error:
                raise BadMultipart("parse") from error
            self._waiting, self._events = self._events, []

    def _part_begin(self) -> None:
        self._headers = {}

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._header.decode("latin-1").lower()] = self._value
        self._header = self._value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        filename = options.get(b"filename")
        self._events.append(
            Begin(_text(options.get(b"name", b"")), None if filename is None else _text(filename))
        )

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self._events.append(Piece(data[start:end]))

    def _end(self) -> None:
        self._ended = True


def _text(given: bytes) -> str:
    """A name as browsers write it, in UTF-8; old programs write the office's own encoding."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return given.decode(encoding)
        except UnicodeDecodeError:
            continue
    return given.decode("latin-1")
