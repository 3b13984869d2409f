"""How each route is asked so that nothing but the caller's right decides the answer.

A route that changes something needs a case here, and one with an id in its path needs that id
in the records of the world; without them its test fails and says so.
"""

from collections.abc import Mapping

from app.domain.workflow import Action
from tests.api.routes import OPERATIONS, body_of, is_guarded
from tests.factories import YEAR
from tests.matrix.case import (
    ANY,
    READ,
    Case,
    Fields,
    answered,
    nothing,
    number,
    picked,
    reasoned,
    returned,
    said,
    sheet,
    typed_cell,
    with_sheet,
)
from tests.matrix.forms import STANDINGS
from tests.matrix.places import ABSENT, Person, Record
from tests.matrix.table import Declared

CONTRACT = {f"api {method} {path}": operation for method, path, operation in OPERATIONS}
# Asked for who comes in alone: the world holds no such row yet.
AT_THE_DOOR = Case(fields=nothing, own=True, status=ANY, writes=None)
# A task is issued by a finance bureau, to units of its own tree.
WRITERS = ("write", "read write score audit accounts")
ISSUERS = {f"key ({scopes}) at {place}": answer for scopes in WRITERS
           for place, answer in (("top", 200), ("other tree", 422))}  # fmt: skip
LEND, TAKE = "unit_lead at own", "filler at own"
NEWCOMER = {"username": "new.comer", "name": "李静", "organisation": "310000-U"}
GRANT = {"role": "unit_lead", "grant_organisation": "310000-U", "reason": "接替"}
EVERY = tuple(STANDINGS)
IN_USE = tuple(name for name in STANDINGS if name != "superseded")
UNSENT = ("draft", "withdrawn", "returned")
SENT = tuple(name for name in STANDINGS if name not in UNSENT)
REMARKED = tuple(name for name in STANDINGS if name != "draft")
FORM = "/self-evaluations/{form_id}"
PAGES: Mapping[str, tuple[Case, ...]] = {
    "POST /login": (Case(fields=lambda *_: {"username": "x", "password": "y"}, status=422,
                         writes=None),),
    "POST /logout": (Case(fields=nothing, writes=None),),
    "POST /filing-tasks": (AT_THE_DOOR,),
    "POST /filing-tasks/{task_id}/edit": (AT_THE_DOOR,),
    "POST /filing-tasks/{task_id}/end": (AT_THE_DOOR,),
    "POST /filing-tasks/{task_id}/ask": (AT_THE_DOOR,),
    "POST /filing-tasks/{task_id}/reminders": (AT_THE_DOOR,),
    "POST /reminder-templates": (AT_THE_DOOR,),
    "POST /filing-requests/{request_id}/decide": (AT_THE_DOOR,),
    "POST /filing-requests/{request_id}/withdraw": (AT_THE_DOOR,),
    "POST /imports/export": (AT_THE_DOOR,),
    # Whose kind it is, the service says: the door lets in whoever imports anything.
    "GET /imports/templates/{kind}.{ending}": (Case(status=ANY, writes=None),),
    "GET /login/oidc": (Case(status=ANY, writes=False),),
    "GET /login/oidc/return": (Case(status=ANY, writes=None),),
    "POST /carried": (Case(fields=nothing, status=ANY, writes=False),),
    "POST /session": (Case(fields=nothing, writes=None),),
    "POST /session/login": (Case(fields=nothing, status=ANY, writes=None),),
    "POST /session/verify": (Case(fields=nothing, status=ANY, writes=None),),
    "GET /setup": (Case(status=404, writes=False),),
    "POST /setup": (Case(fields=nothing, status=404, writes=False),),
    "GET /static/": (Case(status=404, writes=False),),
    "POST /login/verify": (Case(fields=nothing, writes=False),),
    "POST /account/password": (Case(fields=nothing, status=409, writes=False),),
    "POST /account/posts": (Case(fields=lambda person, _: {"post": person.post}),),
    "POST /account/delegations": (Case(fields=nothing, status=422, writes=False),),
    "POST /account/delegations/{delegation_id}/acceptance": (Case(
        fields=sheet, records=("offered",), whose={LEND: 403, TAKE: 200}),),
    "POST /account/delegations/{delegation_id}/declination": (Case(
        fields=sheet, records=("offered",), whose={LEND: 403, TAKE: 200}),),
    "POST /account/delegations/{delegation_id}/end": (Case(
        fields=sheet, records=("offered",), whose={LEND: 200, TAKE: 200}),),
    "GET /users/{user_id}": (Case(records=("asked", "granted"), writes=False),),
    "POST /users": (Case(fields=lambda *_: NEWCOMER | GRANT, in_body=True, yearly=False,
                         foreign=422),),
    "POST /users/{user_id}/grants": (Case(fields=lambda *_: GRANT, records=("granted",)),),
    "POST /users/{user_id}/state": (Case(fields=sheet, records=("asked",)),),
    "POST /users/{user_id}/password": (Case(fields=sheet, records=("asked",)),),
    "POST /users/{user_id}/second-factor": (Case(fields=sheet, records=("asked",)),),
    "POST /grants/{grant_id}/confirmation": (Case(fields=sheet, records=("asked",)),),
    "GET /grants/{grant_id}/refusal": (Case(records=("asked",), writes=False),),
    "POST /grants/{grant_id}/refusal": (Case(fields=reasoned, records=("asked",)),),
    "GET /grants/{grant_id}/revocation": (Case(records=("granted",), writes=False),),
    "POST /grants/{grant_id}/revocation": (Case(fields=reasoned, records=("granted",)),),
    "POST /workflow-settings": (Case(
        fields=lambda *_: {"version": 0, "steps.unit_review": "on"}, foreign=422,
        whose={"finance at top": 200, "finance at other tree": 200}),),
    "POST /workflow-settings/reasons": (Case(fields=lambda *_: {
        "version": 0, "code": "unclear", "label": "佐证材料不清晰"}),),
    f"GET {FORM}/documents/{{file_format}}": (Case(),),
    f"POST {FORM}/template": (Case(fields=nothing),),
    "POST /filling-templates": (
        Case(fields=lambda *_: {"fiscal_year": YEAR}, in_body=True, status=ANY, own=True,
             writes=None),),
    f"POST {FORM}/attachments": (Case(fields=nothing, status=422, writes=False),),
    f"POST {FORM}/attachments/{{attachment_id}}/delete": (Case(fields=nothing, writes=False),),
    f"POST {FORM}/thread": (
        Case(fields=said, records=IN_USE),
        Case(label="too late", fields=said, records=("superseded",), status=409),
    ),
    f"POST {FORM}/thread/read": (Case(fields=nothing, own=True, writes=None),),
    "POST /messages/read": (Case(fields=nothing, writes=None),),
    "POST /messages/{message_id}/read": (Case(fields=nothing, writes=None),),
    "POST /messages/{message_id}/open": (Case(fields=nothing, writes=None),),
    "POST /account/mail": (Case(fields=nothing, status=409, writes=None),),
    "POST /account/mail/code": (Case(fields=nothing, status=409, writes=None),),
    "POST /account/mail/kinds": (Case(fields=nothing, status=409, writes=None),),
    "POST /account/mail/remove": (Case(fields=nothing, writes=None),),
    "POST /mails/{mail_id}/resend": (Case(fields=sheet, writes=None),),
    "POST /imports": (Case(fields=nothing, status=422, writes=False),),
    "GET /check-codes/{code}": (Case(status=404, writes=False),),
    "POST /exports": (Case(
        records=("draft",), in_body=True, foreign=422,
        fields=lambda person, record: {**picked(person, record), "kind": "csv"}),),
    "POST /exports/selection": (Case(fields=picked, records=("draft",), writes=False),),
    "POST /exports/{export_id}/delete": (Case(fields=nothing, writes=None),),
    "POST /imports/exports": (Case(fields=lambda *_: {"kind": "projects"}, writes=None),),
    "POST /imports/{import_id}/apply": (Case(fields=sheet, writes=None),),
    "POST /imports/{import_id}/preview": (Case(fields=sheet, writes=None),),
    "POST /imports/{import_id}/passwords": (Case(fields=sheet, writes=None),),
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
    f"POST {FORM}/cells": (Case(fields=typed_cell),),
    f"POST {FORM}/undo": (Case(fields=nothing, status=409, writes=False),),
    f"POST {FORM}/answers": (Case(fields=answered),),
    f"POST {FORM}/last-year": (Case(fields=lambda _, record: {
        "version": record.version, f"actual.{record.ids['line_id']}": "on"}),),
    # Nothing differs here, and what was not shown is not taken.
    f"POST {FORM}/repull": (Case(fields=sheet, status=409, writes=False),),
    f"POST {FORM}/submit": (
        Case(fields=sheet, records=UNSENT),
        # Sent before: it leads to the one receipt, and nothing is written.
        Case(label="again", fields=sheet, records=SENT, always=True, writes=False)),
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
    "POST /scorings/files": (Case(status=415, writes=False),),
    "GET /users/{user_id}": (Case(records=("asked",), writes=False),),
    "GET /grants/{grant_id}": (Case(records=("asked",), writes=False),),
    "POST /users": (Case(in_body=True, yearly=False, foreign=422, fields=lambda _, record: {
        "organisation_id": number(record, "organisation_id"), "grants": []}),),
    "POST /users/{user_id}/deactivations": (Case(records=("granted",)),),
    "POST /grants": (Case(in_body=True, yearly=False, records=("granted",),
                          fields=lambda _, record: {"user_id": number(record, "user_id"),
                                                    "organisation_id": None}),),
    "POST /grants/{grant_id}/revocations": (Case(records=("granted",)),),
    "POST /workflow-settings": (Case(fields=lambda *_: {"branches": None}, records=("bureau",),
                                       in_body=True, yearly=False, foreign=422),),
    "POST /organisations": (Case(in_body=True, yearly=False, foreign=422, fields=lambda _, record: {
        "code": "NEW", "parent_id": number(record, "organisation_id")}),),
    "PUT /organisations/{organisation_id}": (Case(fields=lambda *_: {
        "code": "310000-U", "parent_id": None}),),
    "DELETE /organisations/{organisation_id}": (Case(records=("spare",)),),
    "POST /projects": (Case(in_body=True, yearly=False, foreign=422, fields=lambda _, record: {
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
    f"GET {FORM}/documents/{{file_format}}": (Case(),),
    f"POST {FORM}/answers": (Case(fields=answered),),
    f"POST {FORM}/last-year": (Case(fields=lambda _, record: {
        "actuals": [number(record, "line_id")], "reasons": [], "attachments": []}),),
    f"POST {FORM}/repulls": (Case(status=409, writes=False),),
    f"POST {FORM}/attachments": (Case(status=415, writes=False),),
    f"POST {FORM}/thread": (
        Case(records=IN_USE),
        Case(label="too late", records=("superseded",), status=409),
    ),
    "POST /reminder-templates": (Case(foreign=403, whose=dict.fromkeys(ISSUERS, 200)),),
    "POST /filing-tasks": (Case(
        foreign=403, whose=ISSUERS,
        fields=lambda _, record: {
            "targets": [{"organisation_id": number(record, "organisation_id"), "below": True}]}),),
    "POST /imports": (Case(needs=frozenset({"write"}), writes=None),),
    "POST /exports": (Case(in_body=True, foreign=422, fields=lambda _, record: {
        "fiscal_year": YEAR, "organisation_id": number(record, "organisation_id")}),),
    "POST /filling-templates": (Case(status=ANY, own=True, writes=None),),
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
    return f'"{noun}.{record.ids.get(f"{noun}_id", ABSENT)}.{record.version}"'
