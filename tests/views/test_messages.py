"""Messages on pages: the bell, the list, one of them, and where it leads."""

import pytest

from app.db.session import writing
from app.domain.messages import MessageKind
from app.services import accounts, messages

RETURNED, FINANCE = "医疗保险稽核检查经费", "工作服置装费"


@pytest.fixture
def as_role(visit):
    def sign_in(name):
        visitor = visit()
        visitor.sign_in(name)
        return visitor

    return sign_in


def subjects(page):
    return [button.get_text(" ", strip=True) for button in page.soup.select("button.subject")]


def action(page, words):
    """Where the button of a message leads."""
    button = next(item for item in page.soup.select("button.subject") if words in item.get_text())
    return button.find_parent("form")["action"]


def test_the_bell_counts_and_leads_to_the_list(filler):
    home = filler.get("/")
    number = int(home.one(".bell .badge").contents[0])
    page = filler.get(home.one("a[href='/messages']")["href"])
    assert len(page.soup.select("tr.unread")) == number > 0
    unread = filler.get("/messages?show=unread")
    assert len(subjects(unread)) == number < len(subjects(page))


def test_the_demo_lists_the_newest_first(filler):
    page = filler.get("/messages")
    times = [time["datetime"] for time in page.soup.select("table time")]
    assert times == sorted(times, reverse=True)


def test_opening_marks_as_read_and_leads_to_the_form(filler):
    page = filler.get("/messages")
    form = filler.post(action(page, f"新的留言：{RETURNED}"), {})
    assert form.url.endswith("#thread")
    assert form.text("h1") == RETURNED
    assert not form.soup.select(".word.new")
    left = filler.get("/messages?show=unread")
    assert all("新的留言" not in words for words in subjects(left))


def test_a_form_that_waits_opens_its_review(as_role):
    finance = as_role("finance")
    page = finance.post(action(finance.get("/messages"), f"待审核：{FINANCE}"), {})
    assert page.url.endswith("/review")


def test_marked_one_by_one_and_all_at_once(filler):
    page = filler.get("/messages?show=unread")
    count = len(subjects(page))
    one = page.soup.select_one("td.act form")
    after = filler.post(one["action"], {"show": "unread"})
    assert after.url.endswith("?show=unread")
    assert len(subjects(after)) == count - 1
    done = filler.post("/messages/read", {})
    assert not done.soup.select("tr.unread, .badge")
    assert "没有未读的消息" in filler.get("/messages?show=unread").text(".empty")


def test_a_link_in_a_mail_leads_to_one_message_which_stays_unread(filler):
    page = filler.get("/messages")
    path = action(page, "已退回").removesuffix("/open")
    message = filler.get(path)
    assert RETURNED in message.text("h1")
    assert "退回意见" in message.text(".plain-page .body")
    assert message.one("main form")["action"] == f"{path}/open"


def test_whoever_follows_a_link_signs_in_first(stranger):
    page = stranger.get("/messages/1")
    assert page.one("input[name=to]")["value"] == "/messages/1"


@pytest.mark.parametrize("path", ["/messages/{}", "/messages/999999", "/messages/0", "/messages/x"])
def test_what_is_anothers_is_absent(filler, as_role, path):
    own = action(filler.get("/messages"), "已退回").split("/")[2]
    other = as_role("finance")
    page = other.get(path.format(own))
    assert page.status == 404
    assert other.post(f"/messages/{own}/open", {}).status == 404
    assert other.post(f"/messages/{own}/read", {}).status == 404


def test_nobody_without_a_session_and_no_form_from_elsewhere(stranger, filler):
    assert stranger.post("/messages/read", {}).status == 401
    answer = filler.client.post("/messages/read", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_an_altered_position_is_refused(filler):
    assert filler.get("/messages?after=!!").status == 422


def test_pages_of_fifty(filler, views):
    with writing(views.state.engine) as session:
        sender = accounts.actor_of_key(session, "demo-key")
        about = messages.about_year(MessageKind.URGED, "310000", 2024)
        for number in range(60):
            given = (f"催报{number}", "请于月底前送审。", about)
            messages.send(session, sender, views.state.clock(), [1], *given)
    page = filler.get("/messages")
    assert len(subjects(page)) == 50
    earlier = filler.get(page.one("a[rel=next]")["href"])
    assert subjects(earlier)[0] == "未读： 催报9"
    home = filler.post(action(page, "催报59"), {})
    assert home.url.endswith("/?year=2024")
