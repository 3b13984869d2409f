"""Reviewing on pages (审核): read and judge a form, approve or return it, act after its end."""

from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Response

from app.domain.policies import READS, acts
from app.domain.workflow import Action
from app.doors import GuardedRoute
from app.errors import Problem, Unacceptable, VersionConflict
from app.services import completions, remarks, reviews, threads
from app.services.remarks import RemarkEntry
from app.services.reviews import JudgementEntry, ReturnEntry, ReviewEntry
from app.views import forms
from app.views.dependencies import Id, Reading, Visit, Writing, allows
from app.views.page import go_to, page
from app.views.review_sheets import review_page, review_with_thread, typed_cells

router = APIRouter(route_class=GuardedRoute)
REVIEW = "reviews/review.html"


@router.get("/self-evaluations/{form_id}/review", dependencies=[allows(READS)])
def show_review(form_id: Id, visit: Reading) -> Response:
    """A form with its review; reading it opens nothing."""
    found = threads.read_review(visit.session, visit.actor, form_id)
    return page(visit.request, REVIEW, review_with_thread(found, found[0].sheet.today(visit.now)))


@router.post(
    "/self-evaluations/{form_id}/review",
    dependencies=[allows(acts(Action.REVIEW, Action.APPROVE, Action.RETURN))],
)
def post_review(form_id: Id, visit: Writing) -> Response:
    """Save what was typed; the button pressed says whether that decides the form."""
    place = (*visit.acting, form_id, forms.version(visit.fields))
    entry, pressed = _entry(visit.fields), visit.fields.get("do")
    try:
        if pressed == "approve":
            reviews.approve(*place, entry)
        elif pressed == "return":
            reviews.send_back(*place, _return_entry(visit.fields, entry))
        else:
            reviews.save(*place, entry)
    except (Unacceptable, VersionConflict) as refusal:
        return _refused(visit, form_id, refusal)
    return go_to(visit.request, "show_review", form_id=form_id)


@router.post("/self-evaluations/{form_id}/accept", dependencies=[allows(acts(Action.ACCEPT))])
def post_accept(form_id: Id, visit: Writing) -> Response:
    """Open a form for review (受理)."""
    reviews.accept(*visit.acting, form_id, forms.version(visit.fields))
    return go_to(visit.request, "show_review", form_id=form_id)


@router.post(
    "/self-evaluations/{form_id}/remarks/{remark_id}/settle",
    dependencies=[allows(acts(Action.EDIT, Action.REVIEW))],
)
def post_settled(form_id: Id, remark_id: Id, visit: Writing) -> Response:
    """Mark a remark as settled (已处理)."""
    remarks.settle(*visit.acting, form_id, remark_id)
    back = "show_review" if visit.fields.get("next") == "review" else "show_form"
    return go_to(visit.request, back, form_id=form_id)


@router.post(
    "/self-evaluations/{form_id}/publish",
    dependencies=[allows(acts(Action.PUBLISH, Action.UNPUBLISH))],
)
def post_publish(form_id: Id, visit: Writing) -> Response:
    """Publish a completed form, or take it from the public again."""
    act = completions.unpublish if visit.fields.get("do") == "unpublish" else completions.publish
    act(*visit.acting, form_id, forms.version(visit.fields))
    return go_to(visit.request, "show_review", form_id=form_id)


@router.post(
    "/self-evaluations/{form_id}/take-back",
    dependencies=[allows(acts(Action.UNAPPROVE, Action.REOPEN))],
)
def post_taken_back(form_id: Id, visit: Writing) -> Response:
    """Put a completed form before its last reviewer, or begin its next revision."""
    reopens = visit.fields.get("do") == "reopen"
    act = completions.reopen if reopens else completions.unapprove
    reason, version = visit.fields.get("reason", ""), forms.version(visit.fields)
    try:
        form = act(*visit.acting, form_id, version, reason)
    except (Unacceptable, VersionConflict) as refusal:
        return _refused(visit, form_id, refusal)
    return go_to(visit.request, "show_review", form_id=form.id)


def restored(visit: Visit, form_id: int) -> Response | None:
    """The review with what was typed when the session had ended, each cell marked as unsaved.

    None where the form is no longer before its reader.
    """
    found = threads.read_review(visit.session, visit.actor, form_id)
    sheet, day = found[0].sheet, found[0].sheet.today(visit.now)
    if Action.REVIEW not in sheet.allowed:
        return None
    newer = forms.version(visit.fields) != sheet.form.version
    changed = forms.unsaved(visit.fields, typed_cells(review_page(found[0], day)))
    told = forms.UNSAVED_NEWER if newer else forms.UNSAVED
    context = review_with_thread(found, day, changed, told)
    return page(visit.request, REVIEW, replace(context, errors=forms.labelled(context.errors)))


def _entry(fields: Mapping[str, str]) -> ReviewEntry:
    """The review that the page posts, whole; a remark without words is none."""
    lines = {
        forms.number({"id": key}, "id"): JudgementEntry(
            own.get("points", ""), own.get("opinion", "")
        )
        for key, own in forms.grouped(fields, "lines").items()
    }
    told = tuple(RemarkEntry(own.get("path", ""), own["text"]) for own in _remarks(fields).values())
    return ReviewEntry(fields.get("opinion", ""), lines, told)


def _remarks(fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
    posted = forms.grouped(fields, "remarks")
    return {key: own for key, own in posted.items() if own.get("text", "").strip()}


def _return_entry(fields: Mapping[str, str], entry: ReviewEntry) -> ReturnEntry:
    words = {name: fields.get(name, "") for name in ("reason", "code", "to")}
    return ReturnEntry(**words, review=entry)


def _refused(visit: Visit, form_id: int, refusal: Unacceptable | VersionConflict) -> Response:
    """The page with everything typed still in it and a message at each cell to mend."""
    found = threads.read_review(visit.session, visit.actor, form_id)
    keys = list(_remarks(visit.fields))
    problems = tuple(_keyed(problem, keys) for problem in refusal.errors)
    entered = forms.refused(visit.fields, problems)
    conflict = refusal.message if isinstance(refusal, VersionConflict) else ""
    context = review_with_thread(found, found[0].sheet.today(visit.now), entered, conflict)
    return page(visit.request, REVIEW, context, status=refusal.status)


def _keyed(problem: Problem, keys: list[str]) -> Problem:
    """A remark's problem names its place in a list; the page knows it by its key."""
    steps = problem.pointer.strip("/").split("/")
    if steps[0] == "remarks":
        return Problem(f"/remarks/{keys[int(steps[1])]}/text", problem.message, problem.given)
    return problem
