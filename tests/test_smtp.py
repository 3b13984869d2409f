"""One letter handed to a real server: what it took, and what is told when it did not."""

import socket
from datetime import UTC, datetime

import pytest

from app import smtp
from app.settings import Security
from app.smtp import Connection, NotTaken, Patience, Unknown, composed
from tests.mail_server import (
    LOGIN,
    PASSWORD,
    SENDER,
    Post,
    authority,
    free_port,
    serving,
    to_server,
)

AT = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
SHORT = Patience(connect=2, accept=2)
LETTER = smtp.Post(
    key="jixiao-7-20250303",
    to="zhou.xiaolan@example.gov.cn",
    subject="已退回：参保人员就医凭证制作费",
    body="“参保人员就医凭证制作费”已退回。\n.\n退回意见：请按决算更正。",
    written_at=AT,
)


def hand_over(settings, letter=LETTER, about_to=lambda: True):
    with Connection(settings, SHORT) as connection:
        connection.hand_over(letter, about_to)


def refusal(settings, letter=LETTER, fault=NotTaken, **more):
    with pytest.raises(fault) as told:
        hand_over(settings, letter, **more)
    return told.value


def test_a_letter_in_chinese_arrives_whole():
    post = Post()
    with serving(post) as port:
        hand_over(to_server(port))
    (taken,), (envelope,) = post.taken, post.envelopes
    assert taken["subject"] == LETTER.subject
    assert taken["from"].addresses[0].addr_spec == SENDER
    assert taken["from"].addresses[0].display_name == "预算绩效管理"
    assert taken["to"] == LETTER.to
    assert taken["message-id"] == "<jixiao-7-20250303@jixiao.example.gov.cn>"
    assert taken["auto-submitted"] == "auto-generated"
    assert taken.get_content().replace("\r\n", "\n").startswith(LETTER.body)
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [LETTER.to])
    assert envelope.content.isascii()


def test_two_letters_go_over_one_connection():
    post = Post()
    with serving(post) as port, Connection(to_server(port), SHORT) as connection:
        for _ in range(2):
            connection.hand_over(LETTER, lambda: True)
    assert len(post.taken) == 2


def test_a_recipient_who_is_refused_does_not_end_the_connection():
    post = Post(to_recipient="550 no such user")
    with serving(post) as port, Connection(to_server(port), SHORT) as connection:
        with pytest.raises(NotTaken, match="收件地址") as told:
            connection.hand_over(LETTER, lambda: True)
        assert (told.value.for_good, told.value.everything) == (True, False)
        assert told.value.reply == "550 no such user"
        post.to_recipient = "250 OK"
        connection.hand_over(LETTER, lambda: True)
    assert len(post.taken) == 1


@pytest.mark.parametrize(
    ("reply", "for_good", "everything"),
    [
        ("451 try later", False, False),
        ("554 spam", True, False),
        ("421 closing", False, True),
    ],
)
def test_a_text_that_is_refused(reply, for_good, everything):
    with serving(Post(to_text=reply)) as port:
        told = refusal(to_server(port))
    assert (told.for_good, told.everything) == (for_good, everything)
    assert told.reply == reply


def test_hanging_up_before_the_text_is_a_letter_not_taken():
    with serving(Post(hangs_up="at recipient")) as port:
        told = refusal(to_server(port))
    assert (told.for_good, told.everything) == (False, True)


def test_hanging_up_after_the_text_leaves_it_unknown():
    post = Post(hangs_up="after text")
    with serving(post) as port:
        refusal(to_server(port), fault=Unknown)
    assert len(post.taken) == 1


def test_silence_after_the_text_leaves_it_unknown():
    with serving(Post(waits=4)) as port:
        refusal(to_server(port), fault=Unknown)


def test_what_is_called_off_before_the_text_is_not_sent():
    post = Post()
    with serving(post) as port:
        assert refusal(to_server(port), about_to=lambda: False).everything
    assert post.taken == []


def test_nobody_listening():
    told = refusal(to_server(free_port()))
    assert told.words == "邮件服务器连接不上或中途断开"
    assert told.everything


def test_a_server_that_never_greets():
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        told = refusal(to_server(mute.getsockname()[1]))
    assert told.everything


# ---------------------------------------------------------------- encryption and login


def test_starttls_with_a_certificate_that_is_vouched_for_and_a_login(tmp_path):
    context, file = authority(tmp_path)
    post = Post()
    with serving(post, context=context, login=True) as port:
        known = {"user": LOGIN.decode(), "password": PASSWORD.decode()}
        hand_over(to_server(port, security=Security.STARTTLS, ca_file=file, **known))
        told = refusal(
            to_server(
                port, security=Security.STARTTLS, ca_file=file, user="jixiao", password="wrong"
            )
        )
    assert len(post.taken) == 1
    assert (told.words, told.everything) == ("邮件服务器不接受用户名和密码", True)
    assert "wrong" not in told.reply


def test_tls_from_the_start(tmp_path):
    context, file = authority(tmp_path)
    post = Post()
    with serving(post, context=context, implicit=True) as port:
        hand_over(to_server(port, security=Security.TLS, ca_file=file))
    assert len(post.taken) == 1


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path, security):
    context, _ = authority(tmp_path)
    post = Post()
    with serving(post, context=context, implicit=security is Security.TLS) as port:
        told = refusal(to_server(port, security=security))
    assert told.words == "邮件服务器的证书核验不通过"
    assert post.taken == []


def test_a_certificate_for_another_name_is_refused(tmp_path):
    context, file = authority(tmp_path)
    with serving(Post(), context=context) as port:
        settings = to_server(port, security=Security.STARTTLS, ca_file=file, host="localhost")
        assert refusal(settings).words == "邮件服务器的证书核验不通过"


def test_a_server_without_starttls_gets_nothing_in_clear():
    post = Post()
    with serving(post) as port:
        told = refusal(to_server(port, security=Security.STARTTLS))
    assert told.words == "邮件服务器不支持所设置的加密或登录方式"
    assert post.taken == []


# ---------------------------------------------------------------- what is written


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": "已退回\r\nBcc: someone@example.com"},
        {"subject": "已退回\nBcc: someone@example.com"},
        {"to": "a@example.com\r\nBcc: b@example.com"},
        {"to": "a@example.com, b@example.com"},
    ],
)
def test_no_header_can_be_slipped_in(changed):
    words = {name: getattr(LETTER, name) for name in ("key", "to", "subject", "body", "written_at")}
    letter = smtp.Post(**words | changed)
    with pytest.raises(ValueError):  # noqa: PT011 - the library's, of several kinds
        composed(to_server(25), letter)
    post = Post()
    with serving(post) as port:
        assert refusal(to_server(port), letter).for_good
    assert post.taken == []


def test_a_long_subject_is_folded_and_read_again():
    subject = "待审核：" + "定点医药机构及医疗费用审核管理经费" * 6
    post = Post()
    words = {name: getattr(LETTER, name) for name in ("key", "to", "body", "written_at")}
    with serving(post) as port:
        hand_over(to_server(port), smtp.Post(subject=subject, **words))
    assert post.taken[0]["subject"] == subject
    assert max(map(len, post.envelopes[0].content.splitlines())) <= 78


def test_what_a_server_says_fits_on_one_line_of_a_page():
    assert smtp.printable("550 \x1b[31mno\r\nsuch\x00 user") == "550 [31mno such user"


def test_settings_do_not_print_their_password():
    assert "hidden" not in repr(to_server(25, user="u", password="hidden"))
