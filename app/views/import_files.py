"""Files in a posted form: the name and the bytes of one field."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from app.services.imports import Upload

FILE_FIELD = "file"


async def uploaded(request: Request) -> Upload:
    """The file of the form, empty when none was chosen; the edge bounds its size."""
    form = await request.form()
    given = form.get(FILE_FIELD)
    file = given if isinstance(given, UploadFile) else None
    found = Upload(file.filename or "", await file.read()) if file else Upload("", b"")
    await form.close()
    return found


Uploaded = Annotated[Upload, Depends(uploaded)]
