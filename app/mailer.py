"""The sender of mail: a thread beside the requests that empties the outbox, one letter at a time.

Several processes may run one each: letters are claimed with a lease, so that each is sent by one.
"""

import logging
import os
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Engine

from app.db.session import reading, writing
from app.domain.mails import MailPolicy, hidden
from app.services import mails
from app.services.mails import Letter
from app.settings import MailSettings
from app.smtp import Connection, NotTaken, Patience, Post, Unknown
from app.sweeping import Sweeping

log = logging.getLogger(__name__)


class Mailer(Sweeping):
    """Sends the letters that are due."""

    def __init__(
        self,
        engine: Engine,
        settings: MailSettings,
        clock: Callable[[], datetime],
        policy: MailPolicy,
    ) -> None:
        super().__init__("mailer", policy.look_every)
        self._engine, self._settings, self._clock = engine, settings, clock
        self._policy = policy
        self._worker = f"{os.getpid()}-{secrets.token_hex(8)}"

    def sweep(self) -> int:
        """Send what is due now; how many letters were claimed."""
        if not self._any_due():
            return 0
        with writing(self._engine) as session:
            letters = mails.claim(session, self._clock(), self._worker, self._policy)
        if letters:
            self._send(letters)
        return len(letters)

    def _any_due(self) -> bool:
        with reading(self._engine) as session:
            return mails.any_due(session, self._clock())

    def _send(self, letters: Iterable[Letter]) -> None:
        policy = self._policy
        patience = Patience(policy.connect_within.seconds, policy.accept_within.seconds)
        waiting = list(letters)
        try:
            with Connection(self._settings, patience) as connection:
                while waiting and not self.stopping:
                    self._deliver(connection, waiting[0])
                    waiting.pop(0)
        except NotTaken as fault:
            for letter in waiting:
                self._postpone(letter, fault)

    def _deliver(self, connection: Connection, letter: Letter) -> None:
        """One letter; raises NotTaken when the others need not be tried."""
        try:
            connection.hand_over(self._post(letter), lambda: self._about_to(letter))
        except Unknown as fault:
            self._store(mails.uncertain, letter, *_told(letter, fault))
        except NotTaken as fault:
            if fault.everything:
                raise
            if fault.for_good:
                self._store(mails.refused, letter, *_told(letter, fault))
            else:
                self._postpone(letter, fault)
        else:
            self._store(mails.accepted, letter)

    def _about_to(self, letter: Letter) -> bool:
        with writing(self._engine) as session:
            given = (self._clock(), letter.id, self._worker, self._policy)
            return mails.hand_over(session, *given)

    def _postpone(self, letter: Letter, fault: NotTaken) -> None:
        self._store(mails.postpone, letter, self._policy, *_told(letter, fault))

    def _store(self, settle: Callable[..., None], letter: Letter, *told: object) -> None:
        with writing(self._engine) as session:
            settle(session, self._clock(), letter.id, self._worker, *told)

    def _post(self, letter: Letter) -> Post:
        body = letter.body
        if letter.path:
            body = f"{body}\n\n查看和办理：{self._settings.public_url}{letter.path}"
        return Post(
            key=f"jixiao-{letter.id}-{letter.written_at:%Y%m%d%H%M%S}",
            to=letter.address,
            subject=letter.subject,
            body=body,
            written_at=letter.written_at,
        )


def _told(letter: Letter, fault: NotTaken | Unknown) -> tuple[str, str]:
    """What came in the way, also for the log: without the address, which servers like to repeat."""
    reply = fault.reply.replace(letter.address, hidden(letter.address))
    log.warning("mail %s: %s %s", letter.id, fault.words, reply)
    return fault.words, reply
