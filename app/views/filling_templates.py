"""Filling templates (填报模板): taken out of a form, or of all that can be filled in."""

from fastapi import APIRouter, Response

from app.domain.policies import acts
from app.domain.workflow import Action
from app.doors import GuardedRoute
from app.services import filling_templates
from app.views import forms
from app.views.dependencies import Id, Writing, allows
from app.views.imports import xlsx

router = APIRouter(route_class=GuardedRoute)


@router.post("/self-evaluations/{form_id}/template", dependencies=[allows(acts(Action.EDIT))])
def post_template(form_id: Id, visit: Writing) -> Response:
    """The template of one form, as a file; taking it out is on record."""
    made = filling_templates.of_form(*visit.acting, form_id)
    return xlsx(made.name, made.content)


@router.post("/filling-templates", dependencies=[allows(acts(Action.EDIT))])
def post_templates(visit: Writing) -> Response:
    """One workbook of every form of a year that the reader can fill in."""
    year = forms.number(visit.fields, "fiscal_year")
    made = filling_templates.of_year(*visit.acting, year)
    return xlsx(made.name, made.content)
