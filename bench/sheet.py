"""A form of 200 rows: one cell saved, 200 rows pasted, and its page opened over HTTP."""

from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

from sqlalchemy import Engine

from app.db import indicator_lines
from app.db.session import reading, writing
from app.services import cells
from app.services.cells import Bulk, CellEntry
from bench.bare import running_bare
from bench.client import Site
from bench.database import NOW, TYPED, engine_on, writable_place
from bench.endpoints import page_question, question_measure
from bench.pairs import Measure, Pace, measure, repeated
from bench.saving import LIMIT, OURS, Save, filler, plain_writes
from bench.served import Served

ROWS = 200


def measures(pace: Pace, served: Served, folder: Path) -> Iterator[Measure]:
    """Each saving against the statements that it sends, the page against bare bytes.

    The database is the one that `saving` has left in the folder.
    """
    with engine_on(folder / OURS) as engine:
        paths = _grown(engine)
        for name, some, bulk in (
            (f"save a cell of {ROWS} rows", paths[:1], None),
            (f"paste {len(paths)} cells of {ROWS} rows", paths, Bulk.PASTE),
        ):
            save, texts = _saving(engine, some, bulk), cycle(TYPED)
            with plain_writes(engine, save, folder) as limit:
                run = repeated(lambda save=save, texts=texts: save(next(texts)))  # type: ignore[misc]
                yield measure(name, run, limit, LIMIT, pace)
    with engine_on(served.database) as engine:
        _grown(engine)
    with running_bare() as bare:
        question = page_question(
            served.site, served.place.form_id, f"show the form page of {ROWS} rows"
        )
        yield question_measure(question, served.site, Site(bare), pace)


def _grown(engine: Engine) -> list[str]:
    """The cells of one column after the demo's longest draft has become as long as that."""
    place = writable_place(engine)
    with writing(engine) as session:
        lines = indicator_lines.of_form(session, place.form_id)
        model = next(line for line in lines if line.id == place.line_id)
        values = model.model_dump(exclude={"id", "position", "name"})
        for position in range(len(lines), ROWS):
            name = f"{model.name}（{position}）"
            session.add(type(model)(**values, position=position, name=name))
        session.flush()
        typed = indicator_lines.of_form(session, place.form_id)
        return [f"/lines/{line.id}/actual" for line in typed if line.target == model.target]


def _saving(engine: Engine, paths: Sequence[str], bulk: Bulk | None) -> Save:
    """Fills those cells with a text, over whichever of the texts stands there."""
    form_id, actor = writable_place(engine).form_id, filler(engine)
    with reading(engine) as session:
        known = {line.actual for line in indicator_lines.of_form(session, form_id)} | set(TYPED)

    def save(text: str) -> object:
        entries = [CellEntry(path, text, tuple(known)) for path in paths]
        with writing(engine) as session:
            return cells.save_cells(session, actor, NOW, form_id, entries, bulk)

    return save
