"""How each route is asked so that nothing but the caller's right decides the answer.

A route that changes something needs a case here, and one with an id in its path needs that id
in the records of the world; without them its test fails and says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.workflow import Action
from tests.api.routes import OPERATIONS, body_of, is_guarded
from tests.factories import YEAR
from tests.matrix.table import Declared
from tests.matrix.world import STANDINGS, Person, Record

Fields = Mapping[str, Any]
Maker = Callable[[Person, Record], Fields]
CONTRACT = {f"api {method} {path}": operation for method, path, operation in OPERATIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way to ask a route.

    `fields` are posted, or laid over the example of an API body. `acts` is what is done where
    the route offers several acts; `records` those that are asked for, by default the form in each
    standing; `only` the standings in which more than the state decides.
    `foreign` is the answer to an id out of reach, and a body that names one says so. `always`:
    answered whatever the state. `status`: what is answered instead of success. `writes` is
    None where it does not matter.
    """

    label: str = ""
    fields: Maker | None = None
    acts: tuple[Action, ...] = ()
    records: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    foreign: int = 404
    in_body: bool = False
    always: bool = False
    status: int = 0
    writes: bool | None = True

    def done(self, declared: Declared) -> frozenset[Action]:
        """The acts that are asked for."""
        return frozenset(self.acts) or declared.policy.actions

    def names(self, declared: Declared) -> bool:
        """Whether the request names a row of somebody."""
        return self.in_body or "_id}" in declared.path

    def standings(self, declared: Declared) -> tuple[str, ...]:
        """The records to ask for: a form in each standing, or what the case says."""
        if self.records:
            return self.records
        return tuple(STANDINGS) if "{form_id}" in declared.path else ("loose",)


READ = Case(writes=False)


def number(record: Record, name: str) -> int:
    """An id of the record."""
    return int(record.ids[name])


def sheet(_: Person, record: Record) -> Fields:
    """The version of the form."""
    return {"version": record.version}


def with_sheet(**fields: str) -> Maker:
    """The version of the form and more."""
    return lambda person, record: {**sheet(person, record), **fields}


def picked(_: Person, record: Record) -> Fields:
    """The form ticked in a list."""
    return {f"pick.{record.ids['form_id']}": record.version}


def returned(to: str) -> Maker:
    """A decision to return."""
    return with_sheet(do="return", reason="请补充样本数。", to=to, opinion="请补充。")


def answered(_: Person, record: Record) -> Fields:
    """A word on the form's warning."""
    return {"code": record.warning[0], "path": record.warning[1], "reason": "年中新增服务点。"}


def nothing(*_: object) -> Fields:
    """An empty form."""
    return {}


EVERY = tuple(STANDINGS)
REMARKED = tuple(name for name in STANDINGS if name != "draft")
FORM = "/self-evaluations/{form_id}"
PAGES: Mapping[str, tuple[Case, ...]] = {
    "POST /login": (Case(fields=lambda *_: {"username": "x", "password": "y"}, status=422,
                         writes=None),),
    "POST /logout": (Case(fields=nothing, writes=None),),
    "GET /setup": (Case(status=404, writes=False),),
    "POST /setup": (Case(fields=nothing, status=404, writes=False),),
    "GET /static/": (Case(status=404, writes=False),),
    "POST /login/verify": (Case(fields=nothing, writes=False),),
    "POST /account/password": (Case(fields=nothing, status=409, writes=False),),
    "POST /account/sessions/others": (Case(fields=nothing, writes=False),),
    "POST /account/sessions/{handle}": (Case(fields=nothing),),
    "POST /account/second-factor": (Case(fields=lambda *_: {"code": "1"}, status=422,
                                         writes=None),),
    "POST /account/second-factor/codes": (Case(fields=lambda *_: {"code": "1"}, status=409,
                                               writes=False),),
    "POST /account/second-factor/off": (Case(fields=lambda *_: {"code": "1"}, status=409,
                                             writes=False),),
    "POST /audit/export": (Case(fields=nothing),),
    "POST /check": (Case(fields=nothing, status=422, writes=False),),
    "POST /self-evaluations": (Case(
        in_body=True,
        fields=lambda _, record: {"project_id": record.ids["declared_id"], "fiscal_year": YEAR},
    ),),
    f"POST {FORM}": (Case(fields=with_sheet(achieved="改写")),),
    f"POST {FORM}/lines/{{line_id}}": (Case(fields=lambda *_: {"actual": "299册"}),),
    f"POST {FORM}/funds/{{source}}": (Case(fields=lambda *_: {"executed": "99.00"}),),
    f"POST {FORM}/goal": (Case(fields=lambda *_: {"achieved": "改写"}),),
    f"POST {FORM}/answers": (Case(fields=answered),),
    f"POST {FORM}/submit": (Case(fields=sheet),),
    f"POST {FORM}/withdraw": (Case(fields=sheet),),
    f"POST {FORM}/accept": (Case(fields=sheet),),
    f"POST {FORM}/review": (
        Case(label="save", acts=(Action.REVIEW,), fields=with_sheet(do="save", opinion="已核对")),
        Case(label="approve", acts=(Action.APPROVE,), fields=with_sheet(do="approve")),
        Case(label="return", acts=(Action.RETURN,), fields=returned("returned")),
    ),
    f"POST {FORM}/remarks/{{remark_id}}/settle": (Case(fields=nothing, records=REMARKED),),
    f"POST {FORM}/publish": (
        Case(label="publish", acts=(Action.PUBLISH,), fields=sheet),
        Case(label="unpublish", acts=(Action.UNPUBLISH,), fields=with_sheet(do="unpublish")),
    ),
    f"POST {FORM}/take-back": (
        Case(label="unapprove", acts=(Action.UNAPPROVE,), fields=with_sheet(reason="更正")),
        Case(label="reopen", acts=(Action.REOPEN,),
             fields=with_sheet(do="reopen", reason="更正")),
    ),
    "POST /approvals/summary": (
        Case(records=EVERY, fields=picked, in_body=True, always=True, writes=False),
    ),
    "POST /approvals": (
        Case(records=EVERY, fields=picked, in_body=True, always=True, writes=None),
    ),
}  # fmt: skip
API: Mapping[str, tuple[Case, ...]] = {
    "POST /scorings": (Case(writes=False),),
    "POST /organisations": (Case(in_body=True, foreign=422, fields=lambda _, record: {
        "code": "NEW", "parent_id": number(record, "organisation_id")}),),
    "PUT /organisations/{organisation_id}": (Case(fields=lambda *_: {
        "code": "310000-U", "parent_id": None}),),
    "DELETE /organisations/{organisation_id}": (Case(records=("spare",)),),
    "POST /projects": (Case(in_body=True, foreign=422, fields=lambda _, record: {
        "code": "31000024T000000009999", "organisation_id": number(record, "organisation_id")}),),
    "PUT /projects/{project_id}": (Case(fields=lambda _, record: {
        "code": record.code, "organisation_id": number(record, "organisation_id")}),),
    "POST /budgets": (Case(in_body=True, foreign=422, fields=lambda _, record: {
        "project_id": number(record, "project_id")}),),
    "PUT /budgets/{budget_id}": (Case(fields=lambda _, record: {
        "project_id": number(record, "declared_id")}),),
    "POST /declarations": (Case(in_body=True, foreign=422, fields=lambda _, record: {
        "project_id": number(record, "project_id")}),),
    "PUT /declarations/{declaration_id}": (Case(fields=lambda _, record: {
        "project_id": number(record, "declared_id")}),),
    "POST /self-evaluations": (Case(in_body=True, fields=lambda _, record: {
        "project_id": number(record, "declared_id")}),),
    f"PATCH {FORM}": (Case(fields=lambda _, record: {
        "lines": {record.ids["line_id"]: {"actual": "299册"}}}),),
    f"DELETE {FORM}": (Case(only=("draft",)),),
    f"POST {FORM}/answers": (Case(fields=answered),),
    f"POST {FORM}/remarks/{{remark_id}}/settlements": (Case(records=REMARKED),),
    "POST /approvals": (
        Case(records=EVERY, in_body=True, always=True, foreign=200, writes=None,
             fields=lambda _, record: {"forms": [
                 {"id": number(record, "form_id"), "version": record.version}]}),
    ),
}  # fmt: skip


def cases_of(declared: Declared) -> tuple[Case, ...]:
    """How to ask a route; none for one that nobody wrote a case for."""
    own = f"{declared.method} {declared.path}"
    if declared.face == "page":
        return PAGES.get(own, (READ,) if declared.method == "GET" else ())
    if own in API:
        return API[own]
    return (READ,) if declared.method == "GET" else (Case(),)


def body(declared: Declared, case: Case, person: Person, record: Record) -> Fields | None:
    """What is sent."""
    given = {} if case.fields is None else dict(case.fields(person, record))
    if declared.face == "page":
        return None if declared.method == "GET" else given
    operation = CONTRACT.get(declared.name)
    shown = body_of(operation) if operation else None
    return None if shown is None else {**shown, **given}


def guard(declared: Declared, record: Record) -> str:
    """The If-Match that such a write asks for, or nothing."""
    operation = CONTRACT.get(declared.name)
    if operation is None or not is_guarded(operation):
        return ""
    if "{form_id}" in declared.path:
        return f'"self-evaluation.{record.ids["form_id"]}.{record.version}"'
    noun = declared.path.partition("{")[2].partition("_id}")[0]
    return f'"{noun}.{record.ids[f"{noun}_id"]}.{record.version}"'
