"""Runs all due migrations in one transaction: the whole step or nothing, on SQLite too."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import BigInteger, Connection, text
from sqlmodel import AutoString

from app.db.schema import metadata
from app.db.session import make_engine
from app.db.types import Exact, UtcDateTime
from app.settings import from_environment

# Any number, the same in every process: two servers that start together queue on it.
MIGRATION_LOCK = 7_418_202_611


def render_item(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Column types as the database knows them: a migration must not change with the program."""
    if kind != "type":
        return False
    if isinstance(item, BigInteger) and item._variant_mapping:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    if isinstance(item, Exact):
        return "sa.BigInteger()"
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, AutoString):
        return "sa.String()"
    return False


def migrate(connection: Connection) -> None:
    """Run the migrations on a connection that has not begun."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        _foreign_keys(connection, on=False)
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render_item,
        render_as_batch=True,
        transactional_ddl=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        if not sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        context.run_migrations()
        if sqlite:
            _refuse_orphans(connection)
    if sqlite:
        _foreign_keys(connection, on=True)


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    """Rebuilding a table drops it, which would delete the rows that point to it.

    SQLite ignores this pragma inside a transaction, so it goes past SQLAlchemy's BEGIN.
    """
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
    cursor.close()


def _refuse_orphans(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        raise RuntimeError(f"the migration would leave rows without their parent: {orphans[:5]}")


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with make_engine(from_environment().database_url).connect() as own:
        migrate(own)
