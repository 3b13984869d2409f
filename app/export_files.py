"""Files of exports, for both faces: where they are kept, and how one leaves."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine

from app.db import exports as stored
from app.db.session import reading, writing
from app.domain.actors import Actor
from app.errors import Damaged
from app.files import archives, downloads
from app.files.store import Store
from app.services import exports
from app.settings import Settings

FOLDER = "exports"
LOST = "导出的文件已丢失，或与生成时不一致，不能下载。请重新导出。"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of finished exports, and the database that names them."""

    engine: Engine
    store: Store

    def taken_out(self, actor: Actor, now: datetime, export_id: int) -> StreamingResponse:
        """The file of an export, recorded before it leaves.

        Raises NotFound, Conflict where there is none, and Damaged.
        """
        with reading(self.engine) as session:
            found = exports.ready(session, actor, now, export_id)
        if self.store.digest(found.key) != found.sha256:
            raise Damaged(LOST)
        with writing(self.engine) as session:
            exports.record_download(session, actor, now, export_id)
        headers = downloads.headers(found.name, found.size)
        pieces = self.store.pieces(found.key)
        return StreamingResponse(pieces, headers=headers, media_type=archives.MEDIA_TYPE)

    def sweep(self) -> int:
        """Remove what processes that ended left behind; how many files that were."""
        with reading(self.engine) as session:
            known = stored.keys(session)
        return self.store.sweep(known, self._in_use)

    def _in_use(self, key: str) -> bool:
        with reading(self.engine) as session:
            return stored.in_use(session, key)


def shelf(settings: Settings, engine: Engine) -> Shelf:
    """Where the settings say that finished exports are kept."""
    return Shelf(engine, Store(settings.data_dir / FOLDER))


def of_application(app: FastAPI) -> Shelf:
    """The shelf of a running application."""
    found: Shelf = app.state.shelf
    return found
