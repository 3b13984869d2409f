"""Another process that saves one cell again and again: run with the database's address.

Prints the form's version after each commit, so that a reader knows what is stored.
"""

import sys
from datetime import UTC, datetime

from app.db.session import make_engine, writing
from app.domain.actors import Actor, Role, Scope
from app.services import filling
from app.services.entries import LineEntry


def main(address: str, form_id: int, line_id: int, saves: int) -> None:
    engine = make_engine(address)
    actor = Actor(1, "另一进程", Role.SYSTEM, 1, Scope("/1/"))
    for number in range(saves):
        entry = LineEntry(actual=f"{number % 90}%")
        with writing(engine) as session:
            sheet = filling.save_line(
                session, actor, datetime.now(UTC), form_id, line_id, None, entry
            )
            version, total = sheet.form.version, sheet.standard.points.shown(sheet.sheet.total)
        sys.stdout.write(f"{version} {total}\n")
        sys.stdout.flush()
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
