"""What both faces share of documents on their way out: made, noted in the audit trail, sent."""

from datetime import datetime

from fastapi import FastAPI, Response
from sqlmodel import Session

from app.db.session import writing
from app.domain.actors import Actor
from app.files import downloads
from app.services import documents


def document(
    app: FastAPI, session: Session, actor: Actor, now: datetime, form_id: int, file_format: str
) -> Response:
    """The download of a form as a document, recorded before it leaves; raises NotFound.

    The document is made in the transaction that reads, so that nobody waits to write meanwhile.
    """
    made = documents.make(session, actor, form_id, file_format, now)
    with writing(app.state.engine) as recording:
        documents.record_export(recording, actor, now, form_id, file_format)
    headers = downloads.headers(made.name, len(made.content), plain="self-evaluation")
    return Response(made.content, headers=headers, media_type=made.media_type)
