"""The thread at a form on pages: asked by the unit, answered by the reviewer, seen by both."""

import pytest

RETURNED, DRAFT, UNIT = "医疗保险稽核检查经费", "信息化建设项目", "热线服务保障经费"


@pytest.fixture
def department(visit):
    visitor = visit()
    visitor.sign_in("department")
    return visitor


@pytest.fixture
def auditor(visit):
    visitor = visit()
    visitor.sign_in("auditor")
    return visitor


def words(page):
    return [word.get_text(" ", strip=True) for word in page.soup.select(".said-here")]


def test_the_demo_has_a_thread_whose_answer_is_new(filler):
    page = filler.get(filler.form(RETURNED))
    assert len(words(page)) == 2
    (new,) = page.soup.select(".word.new")
    assert "仍按扣除中止期计算" in new.get_text()
    assert page.text(".head .badge").startswith("1")
    cell = page.soup.select_one(".word .by a")
    assert cell.get_text() == "异地协查案件办理天数 实际完成值"
    assert page.soup.select(cell["href"])


def test_asked_answered_and_seen_at_both_pages(filler, department):
    path = filler.form(DRAFT)
    asked = filler.post(f"{path}/thread", {"text": "请问口径？", "next": "form"})
    assert asked.url.endswith(f"{path}#thread")
    assert words(asked) == ["请问口径？"]
    assert not asked.soup.select(".word.new")
    assert "新的留言" in department.get("/messages?show=unread").html
    review = department.get(f"{path}/review")
    assert len(review.soup.select(".word.new")) == 1
    answered = department.post(f"{path}/thread", {"text": "按决算。", "next": "review"})
    assert answered.url.endswith("/review#thread")
    assert words(answered) == ["请问口径？", "按决算。"]
    assert not answered.soup.select(".word.new")
    seen = filler.get(path)
    assert len(seen.soup.select(".word.new")) == 1
    read = filler.post(f"{path}/thread/read", {"next": "form"})
    assert not read.soup.select(".word.new")


def test_a_word_about_a_cell_names_and_links_it(filler):
    path = filler.form(DRAFT)
    page = filler.get(path)
    option = page.soup.select("#word-path option")[-1]
    said = filler.post(f"{path}/thread", {"text": "请问", "path": option["value"], "next": "form"})
    assert said.soup.select(".word .by a")[-1].get_text() == option.get_text()


@pytest.mark.parametrize("text", ["", "  ", "长" * 1001, "甲\x00"])
def test_what_does_not_fit_is_told_and_kept(filler, text):
    path = filler.form(DRAFT)
    page = filler.post(f"{path}/thread", {"text": text, "path": "/achieved", "next": "form"})
    assert page.status == 422
    assert "留言" in page.text("#word-note")
    assert page.one("#word-text")["aria-invalid"] == "true"
    assert page.one("#word-path option[selected]")["value"] == "/achieved"
    kept = page.one("#word-text").get_text().removeprefix("\n")
    assert kept == text.replace("\x00", "\ufffd")  # as a browser reads it
    assert words(filler.get(path)) == []


def test_a_cell_of_nowhere_is_refused(filler):
    path = filler.form(DRAFT)
    page = filler.post(f"{path}/thread", {"text": "请问", "path": "/lines/1/nothing"})
    assert page.status == 422
    assert "不在这张表上" in page.text("#word-note")


def test_others_read_and_have_nowhere_to_write(filler, auditor):
    path = filler.form(RETURNED)
    page = auditor.get(path)
    assert len(words(page)) == 2
    assert not page.soup.select("form.say")
    assert auditor.post(f"{path}/thread", {"text": "请问"}).status == 403


def test_the_whole_thread_has_a_page_of_its_own(filler):
    path = filler.form(RETURNED)
    page = filler.get(f"{path}/thread")
    assert len(words(page)) == 2
    assert page.soup.select_one(".word .by a")["href"].startswith(f"{path}#line-")
    for number in range(21):
        filler.post(f"{path}/thread", {"text": f"第{number}条", "next": "form"})
    end = filler.get(path)
    assert len(words(end)) == 20
    assert end.one(".thread header a")["href"] == f"{path}/thread"
    assert len(words(filler.get(f"{path}/thread"))) == 23


@pytest.mark.parametrize("suffix", ["/thread", ""])
def test_a_foreign_form_is_absent(filler, suffix):
    assert filler.get(f"/self-evaluations/999999{suffix}").status == 404
    assert filler.post("/self-evaluations/999999/thread", {"text": "请问"}).status == 404


def test_what_was_written_shows_as_text(filler):
    path = filler.form(DRAFT)
    page = filler.post(f"{path}/thread", {"text": "<b>x</b> & 5>3", "next": "form"})
    assert words(page) == ["<b>x</b> & 5>3"]
    assert not page.soup.select(".said-here b")


def test_it_stands_in_the_history(filler):
    path = filler.form(DRAFT)
    filler.post(f"{path}/thread", {"text": "请问口径？", "next": "form"})
    page = filler.get(f"{path}/history")
    assert "留言" in page.text("main")
    assert "请问口径？" in page.text("main")
