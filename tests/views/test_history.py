"""The page of a form's history."""

import pytest

from app.db.session import reading
from app.domain.actors import Actor, Role, Scope
from app.services import history


@pytest.fixture
def path(filler):
    """The path of the first draft of the list."""
    rows = filler.get("/").soup.select("table.tasks tbody tr")
    drafts = (row.select_one("th a") for row in rows if "草稿" in row.get_text())
    return next(link["href"] for link in drafts if link)


def first_line(seen):
    return next(name for name in seen.fields() if name.endswith(".actual"))


def rows(seen):
    return [
        " ".join(row.get_text(" ", strip=True).split())
        for row in seen.soup.select("table.trail tbody tr")
    ]


def test_a_saved_cell_is_told_with_its_name_before_and_after(filler, path):
    form = filler.get(path)
    place = first_line(form).removesuffix(".actual")
    was = form.fields()[f"{place}.actual"]
    line_id = place.split(".")[1]
    name = next(form.one(f"#line-{line_id}-name").stripped_strings)
    filler.cells(path, {f"{place}.actual": "15.5%"})
    seen = filler.get(f"{path}/history")
    assert seen.text("h1") == "历史"
    newest = rows(seen)[0]
    assert newest.startswith("2025-03-03 10:00 周晓岚 经办人 填写 第")
    assert newest.endswith(f"行“{name}” 实际完成值 {was or '（空）'} 15.5%")


def test_an_emptied_cell_is_told_as_empty(filler, path):
    filler.cells(path, {"achieved": "第一版。"})
    filler.cells(path, {"achieved": ""})
    assert rows(filler.get(f"{path}/history"))[0].endswith("实际完成情况 第一版。 （空）")


def test_states_and_amounts_are_in_the_words_of_the_form(filler, path):
    filler.cells(path, {"funds.other.initial": "1234.5"})
    told = rows(filler.get(f"{path}/history"))
    assert told[0].endswith("其他资金 年初预算数 0.00 元 1,234.50 元")
    assert any(row.endswith("状态 （空） 草稿") for row in told)
    assert any("2024" in row and "上海" in row for row in told)


def test_the_form_leads_to_its_history_and_back(filler, path):
    link = filler.get(path).one("a[href$='/history']")
    seen = filler.get(link["href"])
    assert seen.one("link[rel=alternate]")["href"] == f"/api/v1{link['href']}"
    assert path in [back["href"] for back in seen.soup.select(".place a")]


def test_long_histories_are_paged(filler, path):
    filler.retype(path, "achieved", (f"第{number}版。" for number in range(55)))
    seen = filler.get(f"{path}/history")
    assert len(seen.soup.select("table.trail tbody")) == 50
    earlier = filler.get(seen.one("a[rel=next]")["href"])
    assert "第4版。" in rows(earlier)[0]
    assert "建立" in earlier.text("table.trail")
    assert not earlier.soup.select("a[rel=next]")
    assert filler.get(earlier.soup.select_one(".more a")["href"]).text("h1") == "历史"


@pytest.mark.parametrize("username", ["unit-lead", "department", "finance", "auditor"])
def test_whoever_may_read_the_form_may_read_its_history(visit, path, username):
    visitor = visit()
    visitor.sign_in(username)
    assert visitor.get(f"{path}/history").status == 200


def test_what_somebody_typed_is_text(filler, path):
    filler.cells(path, {"achieved": "<b>粗</b>\n第二行"})
    seen = filler.get(f"{path}/history")
    assert not seen.soup.select("table.trail b")
    assert "<b>粗</b>" in rows(seen)[0]


def test_a_form_that_is_not_there_has_no_history(filler):
    assert filler.get("/self-evaluations/999/history").status == 404
    assert filler.get("/self-evaluations/1/history?after=x").status == 422


def test_page_and_service_tell_the_same(filler, path, views):
    form_id = int(path.rsplit("/", 1)[1])
    with reading(views.state.engine) as session:
        actor = Actor(1, "某人", Role.FILLER, 1, Scope("/"))
        found = history.of_form(session, actor, form_id)
    seen = filler.get(f"{path}/history")
    ids = [body["id"] for body in seen.soup.select("table.trail tbody")]
    assert ids == [f"event-{item.event.number}" for item in found.events.items]
