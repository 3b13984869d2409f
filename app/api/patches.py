"""JSON merge patch (RFC 7396) of text cells, and the version that guards one row of a form."""

from pydantic import BaseModel

from app.api.dependencies import Changing
from app.api.etags import expected_version, names
from app.api.shapes import FORM
from app.domain.workflow import Action
from app.services.self_evaluations import held


def patched(body: BaseModel, *only: str) -> dict[str, str]:
    """The members that were sent: null clears a cell, an absent member leaves it alone."""
    sent = body.model_fields_set & set(only) if only else body.model_fields_set
    return {name: getattr(body, name) or "" for name in sent}


def row_version(call: Changing, form_id: int, kind: str, row_id: int) -> int | None:
    """The version of a row that a write is based on.

    The tag of the whole form may be sent instead: it is then compared here, with the form
    locked, and None tells the service that the row needs no guard of its own.
    """
    if names(call.if_match, FORM, form_id):
        version = expected_version(call.if_match, FORM, form_id)
        held(call.session, call.actor, form_id, Action.EDIT, version)
        return None
    return expected_version(call.if_match, kind, row_id)
