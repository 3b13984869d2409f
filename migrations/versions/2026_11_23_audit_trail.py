"""The audit trail: rows that are only ever added, and the head of their chain."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_audit_trail"
down_revision = "2026_11_22_self_evaluations"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
GENESIS = "0" * 64

ONLY_ADDED = "audit events are only ever added"
# REPLACE deletes a row without firing a trigger, hence the watch over inserts.
NO_GAPS = "audit events are numbered without gaps"
NEXT = "(SELECT coalesce(max(number), 0) + 1 FROM audit_events)"


def upgrade() -> None:
    create_audit_events()
    create_audit_heads()
    if op.get_bind().dialect.name == "sqlite":
        guard_on_sqlite()
    else:
        guard_on_postgresql()


def downgrade() -> None:
    op.drop_table("audit_events")
    op.drop_table("audit_heads")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_audit_change()")
        op.execute("DROP FUNCTION require_next_audit_number()")


def create_audit_events() -> None:
    op.create_table(
        "audit_events",
        sa.Column("number", KEY, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object_kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("region_code", sa.String(), nullable=True),
        sa.Column("fiscal_year", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_events"),
    )
    for columns in (
        ["object_kind", "object_id", "number"],
        ["at"],
        ["actor_name", "number"],
        ["region_code", "fiscal_year", "number"],
    ):
        op.create_index(f"ix_audit_events_{'_'.join(columns)}", "audit_events", columns)


def create_audit_heads() -> None:
    heads = op.create_table(
        "audit_heads",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_heads"),
    )
    op.bulk_insert(heads, [{"id": 1, "number": 0, "digest": GENESIS, "algorithm": "sha256"}])


def guard_on_sqlite() -> None:
    for when, table in (
        ("UPDATE", "audit_events"),
        ("DELETE", "audit_events"),
        ("DELETE", "audit_heads"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_no_{when.lower()} BEFORE {when} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{ONLY_ADDED}'); END"
        )
    op.execute(
        "CREATE TRIGGER audit_events_next_number BEFORE INSERT ON audit_events "
        f"WHEN NEW.number IS NOT {NEXT} BEGIN SELECT RAISE(ABORT, '{NO_GAPS}'); END"
    )


def guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{ONLY_ADDED}'; END $$"
    )
    op.execute(
        "CREATE FUNCTION require_next_audit_number() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NEW.number <> {NEXT} THEN RAISE EXCEPTION '{NO_GAPS}'; END IF; "
        "RETURN NEW; END $$"
    )
    for table, changes in (("audit_events", "UPDATE OR DELETE"), ("audit_heads", "DELETE")):
        for when, each in ((changes, "ROW"), ("TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{when.split()[0].lower()} BEFORE {when} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_audit_change()"
            )
    op.execute(
        "CREATE TRIGGER audit_events_next_number BEFORE INSERT ON audit_events "
        "FOR EACH ROW EXECUTE FUNCTION require_next_audit_number()"
    )
