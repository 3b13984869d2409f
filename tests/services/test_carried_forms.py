"""What was typed before a session ended travels sealed, for half a day, within bounds."""

from datetime import timedelta

from app.domain.actors import Role
from app.services import accounts, carried_forms, form_tokens
from app.services.carried_forms import KEPT, LARGEST, Carried
from tests.factories import make_tree

KEY = b"k" * 32
TYPED = Carried(7, "/self-evaluations/5", {"achieved": "写了一半\n还有", "version": "3"}, True)


def test_it_opens_as_it_was_for_half_a_day(now):
    sealed = carried_forms.seal(KEY, now, TYPED)
    assert "写了一半" not in sealed
    assert carried_forms.opened(KEY, now + KEPT, sealed) == TYPED
    assert carried_forms.opened(KEY, now + KEPT + timedelta(seconds=1), sealed) is None
    for odd in ("", "x", sealed[:-4], sealed.swapcase()):
        assert carried_forms.opened(KEY, now, odd) is None


def test_more_than_any_form_holds_is_not_carried(now):
    assert carried_forms.seal(KEY, now, Carried(7, "/x", {"achieved": "字" * LARGEST})) == ""


def test_a_token_names_its_person_after_the_session(session, now):
    unit = make_tree(session).unit
    user = accounts.add_user(session, now, "wang", "王敏", Role.FILLER, unit, "Maple-River-2031")
    token = accounts.log_in(session, now, "wang", "Maple-River-2031")
    given = form_tokens.token(KEY, accounts.holder_of_token(session, now, token))
    accounts.log_out(session, now, token)
    assert form_tokens.page_of(session, KEY, given).user_id == user.id
    forged = given[:-1] + ("0" if given[-1] != "0" else "1")
    for odd in ("", ".", "é", forged, "0" * 32 + "." + "0" * 64):
        assert form_tokens.page_of(session, KEY, odd) is None
    assert form_tokens.page_of(session, b"l" * 32, given) is None
