"""Templates on the pages: downloaded, filled in, uploaded, looked through, confirmed."""

import pytest

from app.db.imports import Import
from app.db.session import reading
from app.domain.audit import AuditAction
from app.files import tables
from tests.files.hostile import CORPUS
from tests.services.template_cases import ACTUAL, KIND, changed, line
from tests.services.trail import told, trail
from tests.views.test_imports import path, sent_by, upload
from tests.views.visitor import Visitor

# Of the corpus, those that no template may smuggle in; the rest is tested at the reader.
SMUGGLED = (
    "a million rows", "zip bomb", "ten thousand sheets", "macro", "external entity in the links",
)  # fmt: skip


class Given:
    """A file to upload."""

    name = "填好.xlsx"

    def __init__(self, content: bytes) -> None:
        self.content = content


def taken(visitor: Visitor, form: str, **fields: str) -> bytes:
    """The template of a page's form."""
    seen = visitor.get("/")
    answer = visitor.client.post(form, data={"csrf": visitor.csrf, **fields}, headers=visitor.sent)
    assert (answer.status_code, seen.status) == (200, 200)
    assert answer.headers["content-disposition"].startswith("attachment;")
    return answer.content


def first_form(visitor: Visitor) -> str:
    links = visitor.get("/").soup.select("td.act a")
    return next(link["href"] for link in links if link.get_text().startswith("填写"))


def test_download_fill_in_upload_preview_and_confirm(views, filler):
    place = first_form(filler)
    assert "上传填好的模板" in filler.get(place).text("details.offline")
    book = taken(filler, f"{place}/template")
    with reading(views.state.engine) as session:
        event = trail(session)[-1]
    assert (event.action, event.object_kind) == (AuditAction.EXPORT, "self_evaluation")
    assert told(event)["/template"][1].startswith("填报模板-")

    def typed(sheet):
        line(sheet, 0, ACTUAL).value = "6.66(%)"

    seen = upload(filler, KIND, Given(changed(book, typed)))
    assert "待确认导入" in seen.text("header .chip")
    assert "6.66(%)" in seen.text("table.trail tbody")
    done = filler.post(f"{path(seen)}/apply", sent_by(seen, "apply"))
    assert "到任务列表查看" in done.text("main")
    assert "6.66(%)" in str(filler.get(place).soup)
    assert "6.66(%)" in filler.get(f"{place}/history").text("main")


def test_a_whole_year_comes_from_the_list_of_tasks(filler):
    book = taken(filler, "/filling-templates", fiscal_year="2024")
    sheets = tables.read(book)
    assert sheets[-1].name == "填报说明"
    assert len(sheets) > 2
    seen = upload(filler, KIND, Given(book))
    assert "表中的内容与现有数据相同" in seen.text("main")
    none = filler.post("/filling-templates", {"fiscal_year": "2020"})
    assert none.status == 409
    assert "没有可以填写的自评表" in none.text("main")


def test_a_form_in_review_has_no_template(visit, filler):
    links = filler.get("/").soup.select("td.act a")
    place = next(link["href"] for link in links if link.get_text().startswith("查看"))
    assert not filler.get(place).soup.select("details.offline")
    assert filler.post(f"{place}/template", {}).status == 409
    lead = visit()
    lead.sign_in("unit-lead")
    assert not lead.get("/").soup.select("form[action='/filling-templates']")


@pytest.mark.parametrize("name", SMUGGLED)
def test_a_hostile_template_ends_in_words_beside_the_field(views, filler, name):
    make, word = CORPUS[name]
    seen = upload(filler, KIND, Given(make()))
    assert seen.status == 422
    assert word in seen.text(".message")
    with reading(views.state.engine) as session:
        assert session.get(Import, 1) is None
