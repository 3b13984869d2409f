"""Progress of a filing task (填报进度): by branch of the tree, and filing by filing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from sqlmodel import Session

from app.db import filing_progress, organisations, regions
from app.db.filing_progress import Listed, Wanted
from app.db.filing_tasks import FilingTask
from app.db.organisations import Organisation
from app.domain.actors import Actor, Scope
from app.domain.filing_tasks import (
    NOTHING_ASKED,
    OWED,
    STATES,
    Bucket,
    Tally,
    bucket_of,
    local_day,
    together,
)
from app.domain.workflow import State
from app.errors import NotFound
from app.services import filing_tasks, paging
from app.services.paging import Page

LATE = "late"


@dataclass(frozen=True, slots=True)
class Branch:
    """The filings of an organisation and of all below it; `inner` tells that there are any."""

    organisation: Organisation
    tally: Tally
    inner: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """A task as far as a branch has come: its own sum, and each branch directly below it.

    `above` are the organisations from the actor's own down to the branch; `own` are the
    filings of the branch's organisation itself, without those below.
    """

    task: FilingTask
    above: tuple[Organisation, ...]
    whole: Branch
    own: Tally
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class WhichFilings:
    """Which page of the filings below an organisation, in a bucket or `late`; None for all."""

    organisation_id: int | None = None
    bucket: str | None = None
    after: str | None = None
    limit: int | None = None


ALL_FILINGS = WhichFilings()


@dataclass(frozen=True, slots=True)
class FilingItem:
    """One filing: where it stands, and the days left to its last day in time."""

    listed: Listed
    bucket: Bucket
    days_left: int | None


def progress(
    session: Session,
    actor: Actor,
    now: datetime,
    task_id: int,
    organisation_id: int | None = None,
) -> Progress:
    """How far a task has come below an organisation, by default the actor's own."""
    task = filing_tasks.get(session, actor, task_id).task
    top = branch_of(session, actor, organisation_id)
    scope = Scope(top.path, actor.scope.first_year, actor.scope.last_year)
    tallies = tallies_of(session, scope, task, now)
    below = organisations.children(session, top.id)
    inner = organisations.parents_below(session, top.id)
    paths = organisations.paths(session, scope)
    found = (Branch(unit, _sum(tallies, paths, unit.path), unit.id in inner) for unit in below)
    return Progress(
        task=task,
        above=tuple(organisations.line(session, actor.scope, top)),
        whole=Branch(top, together(tallies.values()), bool(below)),
        own=tallies.get(top.id, NOTHING_ASKED),
        branches=tuple(branch for branch in found if branch.tally.asked),
    )


def tallies_of(session: Session, scope: Scope, task: FilingTask, now: datetime) -> dict[int, Tally]:
    """The filings of a task within a scope, by organisation."""
    found: dict[int, list[Tally]] = {}
    for row in filing_progress.counts(session, scope, task, days(session, scope, task, now)):
        state = State(row.state) if row.state else None
        counts = MappingProxyType({bucket_of(state, waived=row.waived): row.count})
        late = row.count if row.late else 0
        found.setdefault(row.organisation_id, []).append(Tally(counts, late))
    return {organisation_id: together(own) for organisation_id, own in found.items()}


def list_filings(
    session: Session,
    actor: Actor,
    now: datetime,
    task_id: int,
    asked: WhichFilings = ALL_FILINGS,
) -> Page[FilingItem]:
    """A page of the filings of a task below an organisation, by project."""
    task = filing_tasks.get(session, actor, task_id).task
    top = branch_of(session, actor, asked.organisation_id)
    scope = Scope(top.path, actor.scope.first_year, actor.scope.last_year)
    today, size = days(session, scope, task, now), paging.size(asked.limit)
    wanted, after = _wanted(asked.bucket, today), paging.id_after(asked.after)
    rows = filing_progress.page(session, scope, task, today, wanted, after, size + 1)
    listed = [item_of(row, today) for row in rows]
    return paging.page_of(listed, size, lambda item: item.listed.project.id)


def days(session: Session, scope: Scope, task: FilingTask, now: datetime) -> dict[str, date]:
    """The day that it is in each region of a task's organisations within a scope."""
    codes = filing_progress.regions(session, scope, task)
    zones = regions.zones(session, codes)
    return {code: local_day(now, zones[code]) for code in codes}


def bucket(row: Listed) -> Bucket:
    """Where a filing stands."""
    state = State(row.form.state) if row.form else None
    return bucket_of(state, waived=row.waived)


def _wanted(bucket: str | None, today: Mapping[str, date]) -> Wanted:
    if bucket is None:
        return Wanted()
    if bucket == LATE:
        yesterday = {code: date.fromordinal(day.toordinal() - 1) for code, day in today.items()}
        return Wanted(owed=True, by=yesterday)
    chosen = Bucket(bucket)
    if chosen is Bucket.WAIVED:
        return Wanted(waived=True)
    states: frozenset[State | None] = frozenset(STATES[chosen])
    return Wanted(states=states or frozenset({None}), waived=False)


def item_of(row: Listed, today: Mapping[str, date]) -> FilingItem:
    """A filing as a list shows it, judged on the day of its region."""
    stands, day = bucket(row), today.get(row.project.region_code)
    return FilingItem(row, stands, (row.due - day).days if stands in OWED and day else None)


def branch_of(session: Session, actor: Actor, organisation_id: int | None) -> Organisation:
    """The organisation of that id, by default the actor's own; raises NotFound."""
    wanted = actor.organisation_id if organisation_id is None else organisation_id
    found = organisations.find(session, actor.scope, wanted)
    if found is None:
        raise NotFound
    return found


def _sum(tallies: Mapping[int, Tally], paths: Mapping[int, str], path: str) -> Tally:
    """The sum of the organisations at or below a path."""
    return together(_below(tallies, paths, path))


def _below(tallies: Mapping[int, Tally], paths: Mapping[int, str], path: str) -> Iterable[Tally]:
    return (tally for key, tally in tallies.items() if paths[key].startswith(path))
