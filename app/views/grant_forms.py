"""What is typed about a grant (授权): text into an entry, every faulty field at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.actors import ROLE_LABELS
from app.errors import Problem
from app.services import organisations
from app.services.grant_entries import PEOPLE, GrantEntry
from app.services.paging import MOST
from app.views.dependencies import Visit

DAYS = {"starts": "开始日期", "ends": "截止日期"}
YEARS = {"first_year": "开始年度", "last_year": "结束年度"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form of a grant offers as (value, label): roles, and units by their code.

    Of a long list of units only the first are offered; any code may be typed.
    """

    roles: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]


def choices(visit: Visit) -> Choices:
    """The roles that people may have, and the units that the visitor sees."""
    units = organisations.list_organisations(visit.session, visit.actor, limit=MOST).items
    return Choices(
        roles=tuple((role, ROLE_LABELS[role]) for role in PEOPLE),
        units=tuple((unit.code, unit.name) for unit in units if unit.active),
    )


def entry(visit: Visit, problems: list[Problem], at: str = "") -> GrantEntry:
    """The grant that was typed; what cannot be read is added to the problems."""
    fields = visit.fields
    code = fields.get("grant_organisation", "")
    return GrantEntry(
        role=fields.get("role", ""),
        organisation_id=organisations.id_of_code(visit.session, visit.actor, code),
        first_year=_year(fields, "first_year", problems, at),
        last_year=_year(fields, "last_year", problems, at),
        starts=day(fields, "starts", problems, at),
        ends=day(fields, "ends", problems, at),
        reason=fields.get("reason", ""),
    )


def day(fields: Mapping[str, str], name: str, problems: list[Problem], at: str = "") -> date | None:
    """A day as typed, None for nothing."""
    text = fields.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        message = f"{DAYS[name]}请写成 2025-03-31 的样子"
        problems.append(Problem(f"{at}/{name}", message, text[:200]))
        return None


def _year(fields: Mapping[str, str], name: str, problems: list[Problem], at: str) -> int | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) == 4:
        return int(text)
    problems.append(Problem(f"{at}/{name}", f"{YEARS[name]}请写四位年份，如 2025", text[:200]))
    return None
