"""Where and who: two trees, the places seen from U, and what is known of a caller and a record."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.actors import EVERY_SCOPE, Role
from app.domain.workflow import Course, State

# name: above, kind, region. U is where the records are that everybody asks for.
TREE = {
    "F": (None, "finance", "310000"),
    "D": ("F", "department", "310000"),
    "U": ("D", "unit", "310000"),
    "C": ("U", "unit", "310000"),
    "S": ("D", "unit", "310000"),
    "V": ("D", "unit", "310000"),
    "D2": ("F", "department", "310000"),
    "U2": ("D2", "unit", "310000"),
    "X": (None, "finance", "330000"),
}
RELATIONS = {
    "U": "own", "C": "child", "D": "parent", "F": "top", "S": "sibling", "D2": "other branch",
    "U2": "other unit", "X": "other tree",
}  # fmt: skip
EVERYWHERE = (1, 9999)
ABSENT = "999999"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a desk of some organisation, or a key; nobody at all without either."""

    name: str
    place: str
    role: Role | None = None
    scopes: frozenset[str] = EVERY_SCOPE
    years: tuple[int, int] = EVERYWHERE
    token: str = ""
    csrf: str = ""
    handle: str = ""
    id: int = 0
    post: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A row that a request can name, and all that goes with it."""

    name: str
    place: str
    ids: Mapping[str, str] = field(default_factory=dict)
    version: int = 1
    state: State | None = None
    course: Course = field(default_factory=Course)
    warning: tuple[str, str] = ("", "")
    code: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """Who there is and what there is; `paths` are those of the organisations."""

    people: tuple[Person, ...]
    keys: tuple[Person, ...]
    records: Mapping[str, Record]
    paths: Mapping[str, str]

    def reaches(self, person: Person, place: str) -> bool:
        """Whether the organisation lies at or below the person's own."""
        return self.paths[place].startswith(self.paths[person.place])

    def shown_above(self, person: Person, place: str) -> bool:
        """Whether the organisation stands above the person's: its name is no secret there."""
        return self.paths[person.place].startswith(self.paths[place])
