"""The one door of the domain: a form and an edition in, a scored and examined sheet out."""

from dataclasses import replace

from app.domain.checks import examine
from app.domain.forms import Form
from app.domain.sheet import Sheet, reckon
from app.domain.standards import Standard


def score_form(form: Form, standard: Standard) -> Sheet:
    """Score a form under an edition; nothing in the form is refused, all of it is examined."""
    sheet = reckon(form, standard)
    return replace(sheet, findings=examine(sheet))
