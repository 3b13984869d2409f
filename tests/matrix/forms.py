"""A form in each standing, and the master data around it, made by the services themselves."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from app.db.organisations import Organisation
from app.db.projects import Project
from app.db.remarks import Remark
from app.db.reviews import Review
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.findings import Severity
from app.domain.workflow import Course, State
from app.services import completions, filling, reviews, submissions
from app.services.entries import LineEntry
from app.services.reviews import ReturnEntry, ReviewEntry
from app.services.self_evaluations import get_sheet, open_form
from tests import factories
from tests.factories import MOMENT, YEAR
from tests.matrix.places import Record

LAST_YEAR = "287册"
INDICATORS = (
    {"target": "≥100册", "full": Decimal(50)},
    {"level1": "效益指标", "level2": "社会效益指标", "target": "改善", "full": Decimal(30)},
    {"level1": "满意度指标", "level2": "服务对象满意度指标", "target": "≥90%",
     "full": Decimal(10)},
)  # fmt: skip
STANDINGS: Mapping[str, tuple[str, ...]] = {
    "draft": (),
    "withdrawn": ("submit", "withdraw"),
    "unit review": ("submit",),
    "unit review, opened": ("submit", "accept"),
    "department review": ("submit", "approve"),
    "department review, opened": ("submit", "approve", "accept"),
    "finance review": ("submit", "approve", "approve"),
    "finance review, opened": ("submit", "approve", "approve", "accept"),
    "returned": ("submit", "return"),
    "completed": ("submit", "approve", "approve", "approve"),
    "published": ("submit", "approve", "approve", "approve", "publish"),
    "superseded": ("submit", "approve", "approve", "approve", "reopen"),
}


def form(
    session: Session,
    maker: Actor,
    name: str,
    place: Organisation,
    standing: str,
    acts: tuple[str, ...],
) -> Record:
    """A form that was filled in and taken as far as the acts say; the year before another."""
    ids = _project(session, name, place)
    _last_year(session, maker, ids["project_id"])
    made = open_form(session, maker, MOMENT, ids["project_id"], YEAR, date(2025, 3, 31))
    mark = f"own-{name}-{YEAR}"
    _fill(session, maker, made.id, mark)
    for act in acts:
        _take(session, maker, made.id, act, mark)
    sheet = get_sheet(session, maker, made.id)
    warned = next(item for item in sheet.sheet.findings if item.severity is Severity.WARNING)
    ids |= {"form_id": made.id, "line_id": sheet.lines[0].id, "organisation_id": place.id}
    if acts:
        ids["remark_id"] = _remark(session, made, mark).id
    return Record(
        name=standing,
        place=name,
        ids=_words(ids),
        version=made.version,
        state=State(made.state),
        course=Course(opened=made.opened_at is not None, in_use=made.is_current),
        warning=(warned.code, warned.path),
    )


def _words(ids: Mapping[str, int]) -> dict[str, str]:
    return {name: str(value) for name, value in ids.items()}


def _last_year(session: Session, maker: Actor, project_id: int) -> None:
    project = session.get_one(Project, project_id)
    rows = [{"name": f"指标 {project.name[3:]} {place}"} | row
            for place, row in enumerate(INDICATORS)]  # fmt: skip
    factories.make_declaration(session, project, rows, fiscal_year=YEAR - 1)
    made = open_form(session, maker, MOMENT, project_id, YEAR - 1)
    line = get_sheet(session, maker, made.id).lines[0]
    entry = LineEntry(actual=LAST_YEAR)
    filling.save_line(session, maker, MOMENT, made.id, line.id, None, entry)


def _fill(session: Session, maker: Actor, form_id: int, mark: str) -> None:
    sheet = get_sheet(session, maker, form_id)
    reason = f"说明 {mark}"
    # Far beyond the target without a reason: the warning that the form is answered for.
    typed = (("300册", ""), ("达成指标", reason), ("95%", reason))
    for line, (actual, why) in zip(sheet.lines, typed, strict=True):
        entry = LineEntry(actual=actual, reason=why)
        filling.save_line(session, maker, MOMENT, form_id, line.id, None, entry)
    sheet = filling.save_goal(session, maker, MOMENT, form_id, None, f"完成 {mark}")
    for finding in sheet.sheet.findings:
        if finding.severity is Severity.WARNING:
            said = (finding.code, finding.path, f"情况 {mark}")
            submissions.answer_warning(session, maker, MOMENT, form_id, *said)


def _take(session: Session, maker: Actor, form_id: int, act: str, mark: str) -> None:
    place = (session, maker, MOMENT, form_id, None)
    said = ReviewEntry(opinion=f"意见 {mark}")
    if act == "submit":
        submissions.submit(*place)
    elif act == "withdraw":
        submissions.withdraw(*place)
    elif act == "accept":
        reviews.accept(*place)
    elif act == "approve":
        reviews.approve(*place, said)
    elif act == "return":
        reviews.send_back(*place, ReturnEntry(reason=f"退回 {mark}", review=said))
    elif act == "publish":
        completions.publish(*place)
    else:
        completions.reopen(*place, f"重开 {mark}")


def _remark(session: Session, form: SelfEvaluation, mark: str) -> Remark:
    """A remark that is still to be settled, of a review long decided."""
    keys = {"region_code": form.region_code, "fiscal_year": form.fiscal_year}
    keys |= {"self_evaluation_id": form.id}
    review = Review(**keys, step=State.UNIT_REVIEW, round=9, reviewer_id=1, reviewer="某人",
                    decision=reviews.APPROVED, begun_at=MOMENT, decided_at=MOMENT)  # fmt: skip
    session.add(review)
    session.flush()
    remark = Remark(**keys, review_id=review.id, path="/achieved", text=f"批注 {mark}",
                    author_id=1, author="某人", written_at=MOMENT)  # fmt: skip
    session.add(remark)
    session.flush()
    return remark


def _project(session: Session, name: str, place: Organisation) -> dict[str, int]:
    """A project with a budget and declared targets."""
    mark = f"own-{name}-{YEAR}"
    project = factories.make_project(session, place, name=f"项目 {mark}", first_year=2020)
    budget = factories.make_budget(session, project)
    rows = [{"name": f"指标 {mark} {place}"} | row for place, row in enumerate(INDICATORS)]
    declared = factories.make_declaration(session, project, rows, goal=f"目标 {mark}")
    return {"project_id": project.id, "budget_id": budget.id, "declaration_id": declared.id}


def loose(session: Session, place: Organisation) -> Record:
    """Master data of U: a project that nothing hangs on, and another without a form."""
    ids = _project(session, "U", place)
    alone = factories.make_project(session, place, name=f"项目 own-U-{YEAR}")
    named = ids | {"declared_id": ids["project_id"], "project_id": alone.id}
    named["organisation_id"] = place.id
    return Record("loose", "U", _words(named), code=alone.code)
