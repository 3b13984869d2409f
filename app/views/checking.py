"""The page 验算: somebody hands in a published form and sees whether its arithmetic holds."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from app.domain.findings import Severity
from app.domain.policies import SIGNED_IN
from app.doors import GuardedRoute
from app.errors import AppError
from app.schemas.places import place_words
from app.schemas.scorings import FindingOut
from app.services import checking
from app.services.checking import Checked
from app.views.dependencies import Held, allows
from app.views.page import page

router = APIRouter(route_class=GuardedRoute)
TEMPLATE = "checking/checking.html"
CHOOSE = "请先选择一个文件，再按“验算”。"
CHIPS = {
    Severity.ERROR: ("错误", "error", "circle-alert"),
    Severity.WARNING: ("提醒", "warn", "triangle-alert"),
    Severity.INFO: ("提示", "primary", "info"),
}


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure recomputed and as printed; `holds` is None where nothing is printed."""

    label: str
    recomputed: str
    printed: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class LineView:
    """An indicator as read, its points as printed and as recomputed with the arithmetic."""

    level1: str
    level2: str
    name: str
    target: str
    actual: str
    full: str
    printed: str
    points: str
    because: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding at its place; `explained` are other rules that would give the printed figure."""

    label: str
    tone: str
    icon: str
    place: str
    message: str
    explained: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoteView:
    """A doubt, or a line that was not used, where it stands in the file."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class CheckedView:
    """One form of the file."""

    project: str
    unit: str
    department: str
    standard: str
    edition: str
    because: tuple[str, ...]
    figures: tuple[FigureView, ...]
    lines: tuple[LineView, ...]
    findings: tuple[FindingView, ...]
    doubts: tuple[NoteView, ...]
    unread: tuple[NoteView, ...]
    errors: int


@dataclass(frozen=True, slots=True)
class CheckingPage:
    """验算: before a file, with its forms, or with the reason why it cannot be read."""

    name: str = ""
    message: str = ""
    forms: tuple[CheckedView, ...] = ()


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was handed in."""

    name: str
    content: bytes


async def uploaded(request: Request) -> Upload:
    """The file of the form; empty without one."""
    form = await request.form()
    file = form.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    name = file.filename if isinstance(file, UploadFile) else ""
    await form.close()
    return Upload(name or "", content)


@router.get("/check", dependencies=[allows(SIGNED_IN)])
def show_checking(request: Request, _: Held) -> Response:
    """Where a file is chosen."""
    return page(request, TEMPLATE, CheckingPage())


@router.post("/check", dependencies=[allows(SIGNED_IN)])
def post_checking(
    request: Request, _: Held, upload: Annotated[Upload, Depends(uploaded)]
) -> Response:
    """The forms of the file, recomputed; nothing of it is kept."""
    if not upload.name:
        return page(request, TEMPLATE, CheckingPage(message=CHOOSE), status=422)
    try:
        found = checking.check(upload.content)
    except AppError as refusal:
        refused = CheckingPage(upload.name, refusal.message)
        return page(request, TEMPLATE, refused, status=refusal.status)
    return page(request, TEMPLATE, CheckingPage(upload.name, "", tuple(map(checked_view, found))))


def checked_view(checked: Checked) -> CheckedView:
    """One form as the page shows it."""
    findings = tuple(finding_view(found, checked) for found in checked.result.findings)
    reading = checked.reading
    return CheckedView(
        project=checked.request.project or reading.title,
        unit=checked.request.unit,
        department=reading.department,
        standard=checked.sheet.standard.title,
        edition=checked.result.edition,
        because=checked.because,
        figures=tuple(_figures(checked)),
        lines=tuple(line_view(checked, index) for index in range(len(checked.result.indicators))),
        findings=findings,
        doubts=tuple(
            NoteView(f"{place_words(mark.path)}（第{mark.line}行）", mark.because)
            for mark in reading.marks
        ),
        unread=tuple(
            NoteView(f"{line.place}第{line.line}行", line.text) for line in reading.unread
        ),
        errors=sum(found.severity == Severity.ERROR for found in checked.result.findings),
    )


def _figures(checked: Checked) -> list[FigureView]:
    result, claimed = checked.result, checked.request.claimed
    execution = result.execution
    rate = f"{execution.rate}%" if execution.rate else ""
    printed_rate = f"{claimed.rate.rstrip('%％')}%" if claimed.rate else ""
    told = [
        ("执行率", rate, printed_rate, ("/claimed/rate", "/funds/0/rate")),
        (
            "预算执行得分",
            execution.points,
            claimed.execution_points,
            ("/claimed/execution_points", "/funds/0/points"),
        ),
        ("总分", result.total, claimed.total, ("/claimed/total",)),
        ("评分等级", result.grade, claimed.grade, ("/claimed/grade",)),
    ]
    wrong = {found.path for found in result.findings if found.given}
    return [
        FigureView(label, mine, printed, wrong.isdisjoint(paths) if printed else None)
        for label, mine, printed, paths in told
    ]


def line_view(checked: Checked, index: int) -> LineView:
    """One indicator as read beside what came of it."""
    row, scored = checked.request.indicators[index], checked.result.indicators[index]
    path = f"/indicators/{index}/points"
    return LineView(
        level1=row.level1,
        level2=row.level2,
        name=row.name,
        target=row.target,
        actual=row.actual,
        full=row.full,
        printed=row.points,
        points=scored.points if scored.determined else "",
        because=scored.because,
        wrong=any(found.path == path and found.given for found in checked.result.findings),
    )


def finding_view(found: FindingOut, checked: Checked) -> FindingView:
    """One finding with the rules that would explain what is printed."""
    label, tone, icon = CHIPS[Severity(found.severity)]
    explained = tuple(
        f"按“{item.rule}”：{item.because}" for item in checked.candidates if item.path == found.path
    )
    return FindingView(label, tone, icon, place_words(found.path), found.message, explained)
