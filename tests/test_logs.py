"""The log says what happened and hides what must not be known."""

from app.logs import HIDDEN, hide_secrets


def test_secrets_are_hidden_by_their_names() -> None:
    event = {
        "event": "key made",
        "api_key": "abc",
        "Authorization": "Bearer abc",
        "password": "abc",
        "session_token": "abc",
        "cookie": "abc",
        "keyboard": "abc",
    }
    shown = hide_secrets(None, "info", dict(event))
    assert [name for name, value in shown.items() if value == HIDDEN] == [
        "api_key",
        "Authorization",
        "password",
        "session_token",
        "cookie",
    ]


def test_what_uvicorn_writes_for_terminals_is_left_out() -> None:
    assert "color_message" not in hide_secrets(None, "info", {"event": "a", "color_message": "b"})
