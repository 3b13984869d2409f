"""Answers to score polls, built once a version and kept as bytes."""

from dataclasses import dataclass
from threading import Lock

from app.api.etags import PRIVATE, Tag

KIND = "score"
MOST = 10_000

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class BuiltScore:
    """One answer ready to be sent: the version it holds for, its tag, headers and body."""

    version: int
    tag: str
    headers: Headers
    body: bytes


class ScoreCache:
    """The newest answer of each form. Nobody trusts it alone: the version is read each time."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._built: dict[int, BuiltScore] = {}
        self._lock = Lock()

    def get(self, form_id: int, version: int) -> BuiltScore | None:
        """The answer for exactly that version, if it was built."""
        built = self._built.get(form_id)
        return built if built is not None and built.version == version else None

    def put(self, form_id: int, version: int, body: bytes) -> BuiltScore:
        """Keep an answer; the form that was built longest ago makes room."""
        tag = str(Tag(KIND, form_id, version))
        named = {"ETag": tag, **PRIVATE}
        headers = tuple((name.lower().encode(), value.encode()) for name, value in named.items())
        built = BuiltScore(version, tag, headers, body)
        with self._lock:
            self._built.pop(form_id, None)
            self._built[form_id] = built
            if len(self._built) > self._most:
                del self._built[next(iter(self._built))]
        return built
