"""Strict reading of a table of figures: every key is asked for by name, the rest refused."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

T = TypeVar("T")


class TableError(ValueError):
    """A table of figures is not as it should be; the text names the place and the mend."""


class Table:
    """A TOML table being read. `close()` refuses the keys that nobody asked for."""

    def __init__(self, values: Mapping[str, Any], place: str = "") -> None:
        self._values = values
        self._place = place
        self._asked: set[str] = set()

    def where(self, key: str) -> str:
        """The dotted place of a key, for messages."""
        return f"{self._place}.{key}" if self._place else key

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        """A text value; without a default the key is required."""
        return self._typed(key, str, default)

    def flag(self, key: str, default: bool) -> bool:
        """A true/false value."""
        return self._typed(key, bool, default)

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number that is not a decimal (a count of places, a number of rows)."""
        return self._typed(key, int, default)

    def day(self, key: str) -> date:
        """A date, written as TOML dates are: 2024-01-01."""
        return self._typed(key, date, None)

    def decimal(self, key: str, default: Decimal | None = None) -> Decimal:
        """An exact figure, written as a whole number or a decimal."""
        value = self._take(key, default)
        numeric = isinstance(value, int | Decimal) and not isinstance(value, bool)
        if not numeric or not Decimal(value).is_finite():
            raise TableError(f"{self.where(key)}: expected a number, got {value!r}")
        return Decimal(value)

    def optional_decimal(self, key: str) -> Decimal | None:
        """A figure that may be left out."""
        return self.decimal(key) if self.has(key) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty when the key is not written."""
        value = self._take(key, ())
        if not _is_list_of(str, value):
            raise TableError(f"{self.where(key)}: expected a list of texts, got {value!r}")
        return tuple(value)

    def table(self, key: str) -> "Table":
        """A table below this one, empty when it is not written."""
        value = self._take(key, {})
        if not isinstance(value, Mapping):
            raise TableError(f"{self.where(key)}: expected a table, got {value!r}")
        return Table(value, self.where(key))

    def tables(self, key: str) -> tuple["Table", ...]:
        """A list of tables below this one, empty when it is not written."""
        value = self._take(key, ())
        if not _is_list_of(Mapping, value):
            raise TableError(f"{self.where(key)}: expected a list of tables, got {value!r}")
        return tuple(Table(item, f"{self.where(key)}[{i}]") for i, item in enumerate(value))

    def names(self) -> tuple[str, ...]:
        """The keys as written, in order."""
        return tuple(self._values)

    def raw(self, key: str) -> Any:
        """A value as TOML gave it, for tables whose shape another table decides."""
        return self._take(key, None)

    def close(self) -> None:
        """Raise TableError when a key was written that nothing reads: most often a typing slip."""
        unknown = [key for key in self._values if key not in self._asked]
        if unknown:
            known = ", ".join(sorted(self._asked))
            raise TableError(f"{self.where(unknown[0])}: unknown key; known keys: {known}")

    def _typed(self, key: str, kind: type[T], default: T | None) -> T:
        value = self._take(key, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise TableError(f"{self.where(key)}: expected {kind.__name__}, got {value!r}")
        return value

    def _take(self, key: str, default: Any) -> Any:
        self._asked.add(key)
        if key in self._values:
            return self._values[key]
        if default is None:
            raise TableError(f"{self.where(key)}: missing")
        return default


def _is_list_of(kind: type, value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, kind) for item in value)
