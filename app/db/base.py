"""What every table shares: one metadata with fixed constraint names, and the regional columns."""

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

# Alembic can only change what has a name, and the name must be the same on both databases.
NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

# Ids are never used again, as on PostgreSQL: an id with its version names one content for ever.
NEVER_REUSE_IDS = {"sqlite_autoincrement": True}


class Table(SQLModel):
    """The parent of every table."""

    metadata = MetaData(naming_convention=NAMES)


class Regional(Table):
    """A table that grows: region and year stand in every row, so that it can be partitioned."""

    region_code: str = Field(foreign_key="regions.code")
    fiscal_year: int


class Versioned(Table):
    """A row that people change: each write names the version it was made from."""

    version: int = 1
