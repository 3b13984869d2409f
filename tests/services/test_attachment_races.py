"""Two uploads at once at the edge of a quota: one is kept, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier

import pytest

from app.db import attachments as stored
from app.db.session import reading, writing
from app.errors import Unacceptable
from app.services import attachments
from app.services.attachment_policies import policy
from app.services.attachments import Received
from app.services.self_evaluations import open_form
from tests import factories
from tests.services.filling_cases import INDICATORS, opened

NOW = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
AT_ONCE = 4


@pytest.mark.parametrize("quota", ["form_quota", "files_per_form", "unit_quota"])
def test_uploads_at_once_never_pass_a_quota(engine, quota):
    with writing(engine) as session:
        case = opened(session, NOW)
        forms = [case.form_id] * AT_ONCE
        if quota == "unit_quota":
            forms = [case.form_id, *(_form(session, case) for _ in range(AT_ONCE - 1))]
    small = replace(policy(), **{quota: 2 if quota == "files_per_form" else 25})
    start = Barrier(AT_ONCE)

    def upload(number):
        file = Received(f"{quota}-{number}", "a.pdf", "pdf", 10, "0" * 64)
        start.wait()
        try:
            with writing(engine) as session:
                place = (session, case.filler, NOW, forms[number], None)
                attachments.attach(*place, [file], small)
        except Unacceptable:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        kept = list(pool.map(upload, range(AT_ONCE)))
    assert sum(kept) == 2
    with reading(engine) as session:
        rows = [row for form in set(forms) for row in stored.of_form(session, form)]
    assert len(rows) == 2


def _form(session, case):
    unit = session.get_one(factories.Organisation, case.filler.organisation_id)
    project = factories.make_project(session, unit)
    factories.make_declaration(session, project, INDICATORS)
    return open_form(session, case.filler, NOW, project.id, factories.YEAR).id
