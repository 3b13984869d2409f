"""What both faces share of documents on their way out: made, noted in the audit trail, sent."""

from datetime import datetime

from fastapi import FastAPI, Response
from sqlmodel import Session

from app.db.session import writing
from app.domain.actors import Actor
from app.files import downloads
from app.services import check_codes, documents, self_evaluations


def document(
    app: FastAPI, session: Session, actor: Actor, now: datetime, form_id: int, file_format: str
) -> Response:
    """The download of a form as a document, recorded before it leaves; raises NotFound.

    The form is read where its check code is issued, and printed from what was read there, in
    no transaction that others would wait for.
    """
    documents.require_kind(file_format)
    with writing(app.state.engine) as recording:
        sheet = self_evaluations.get_sheet(recording, actor, form_id)
        mark = check_codes.issue(recording, now, sheet, app.state.settings.public_url)
        documents.record_export(recording, actor, now, form_id, file_format)
    made = documents.made_of(session, sheet, file_format, now, mark)
    headers = downloads.headers(made.name, len(made.content), plain="self-evaluation")
    return Response(made.content, headers=headers, media_type=made.media_type)
