"""A form as a document to download (导出): Excel, Word or PDF in its official layout."""

from fastapi import APIRouter, Response

from app import downloads
from app.domain.policies import READS
from app.doors import GuardedRoute
from app.views.dependencies import Id, Reading, allows

router = APIRouter(route_class=GuardedRoute)


@router.get("/self-evaluations/{form_id}/documents/{file_format}", dependencies=[allows(READS)])
def get_document(form_id: Id, file_format: str, visit: Reading) -> Response:
    """The form as it stands now."""
    app = visit.request.app
    return downloads.document(app, visit.session, visit.actor, visit.now, form_id, file_format)
