"""The kinds of tables that can be imported, by name."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from app.domain.actors import READ, WRITE, Actor
from app.domain.policies import Policy
from app.errors import NotFound
from app.services.claims import require_policy
from app.services.import_budgets import Budgets
from app.services.import_declarations import Declarations
from app.services.import_forms import FilledForms
from app.services.import_organisations import Organisations
from app.services.import_plans import Kind, TableKind
from app.services.import_projects import Projects
from app.services.import_users import Users

_TABLES: tuple[TableKind, ...] = (
    Users(), Organisations(), Projects(), Budgets(), Declarations(),
)  # fmt: skip
TABLES: Mapping[str, TableKind] = MappingProxyType({kind.name: kind for kind in _TABLES})
FILLED = FilledForms()
KINDS: Mapping[str, Kind] = MappingProxyType({**TABLES, FILLED.name: FILLED})


def open_to(actor: Actor) -> tuple[Kind, ...]:
    """The kinds whose imports the actor may read; importing asks `kind_for`."""
    return tuple(kind for kind in KINDS.values() if _reading(kind.policy).lets_in(actor))


def _reading(policy: Policy) -> Policy:
    """The same people; of keys, those that read, but accounts need the scope for accounts."""
    return replace(policy, scopes=(READ,)) if WRITE in policy.scopes else policy


def kind_for(actor: Actor, name: str) -> Kind:
    """The kind of that name; raises NotFound for none, Forbidden for one that is not theirs."""
    kind = KINDS.get(name)
    if kind is None:
        raise NotFound("没有这一类导入，请从列表中选择。")
    require_policy(actor, kind.policy)
    return kind


def table_for(actor: Actor, name: str) -> TableKind:
    """The kind of that name, if it is a plain table; raises NotFound, Forbidden."""
    kind_for(actor, name)
    table = TABLES.get(name)
    if table is None:
        raise NotFound("这一类没有表格模板，请下载填报模板。")
    return table
