"""Password policies (口令策略): what a named profile asks of a password, in words for a person."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.tables import Table, TableError
from app.domain.text import forbidden_characters

CLASSES = 4
# What people write for a letter; a common password stays one in this disguise.
DISGUISE = str.maketrans("@4310$5!7", "aaeiossit")
# Shorter pieces of a name stand in half of all passwords by chance.
SHORTEST_WORD = {True: 3, False: 2}  # by: is it ASCII
CORE = re.compile(r"^[\W\d_]*(.*?)[\W\d_]*$", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordProfile:
    """One named policy; lengths in characters, `change_after` None for never."""

    name: str
    title: str
    basis: str
    shortest: int
    longest: int
    classes: int
    change_after: timedelta | None
    remembered: int
    issued_for: timedelta
    barred_words: tuple[str, ...]
    common: frozenset[str]

    def expires_at(self, set_at: datetime) -> datetime | None:
        """When a password chosen at `set_at` has to be changed, or None."""
        return None if self.change_after is None else set_at + self.change_after

    def asks(self) -> tuple[str, ...]:
        """The policy as sentences, shown before anybody types."""
        rules = [f"{self.shortest} 到 {self.longest} 个字符，可以粘贴或由密码管理器填写"]
        if self.classes > 1:
            rules.append(f"小写字母、大写字母、数字、符号中至少有 {self.classes} 种")
        rules.append("不含账号、姓名和单位名称，不是常见密码")
        if self.remembered > 1:
            rules.append(f"与最近 {self.remembered} 次用过的密码都不相同")
        if self.change_after:
            rules.append(f"每 {self.change_after.days} 天更换一次")
        return tuple(rules)

    def faults(self, password: str, own_words: Iterable[str] = ()) -> tuple[str, ...]:
        """What to mend, in Chinese; empty when the password will do."""
        if forbidden_characters(password):
            return ("密码含有看不见的控制字符，请删去后重新输入。",)
        found = [
            self._length_fault(password),
            self._class_fault(password),
            self._word_fault(password, own_words),
            self._common_fault(password),
        ]
        return tuple(fault for fault in found if fault)

    def _length_fault(self, password: str) -> str:
        if len(password) < self.shortest:
            return f"密码至少 {self.shortest} 个字符，现在是 {len(password)} 个，请加长。"
        if len(password) > self.longest:
            return f"密码最多 {self.longest} 个字符，现在是 {len(password)} 个，请缩短。"
        return ""

    def _class_fault(self, password: str) -> str:
        kinds = len({_kind(character) for character in password})
        if kinds < self.classes:
            return (
                f"小写字母、大写字母、数字、符号中至少要有 {self.classes} 种，现在有 {kinds} 种。"
            )
        return ""

    def _word_fault(self, password: str, own_words: Iterable[str]) -> str:
        small = password.casefold()
        for word in (*self.barred_words, *own_words):
            for piece in _pieces(word):
                if piece in small:
                    return f"密码里有容易被猜到的“{piece}”（账号、姓名、单位或系统名称），请换掉。"
        return ""

    def _common_fault(self, password: str) -> str:
        small = password.casefold()
        plain = small.translate(DISGUISE)
        core = CORE.sub(r"\1", small).translate(DISGUISE)
        if self.common.isdisjoint((small, plain, core)):
            return ""
        return "这是常见密码，或只是在常见密码前后加了数字和符号，请换一个。"


def parse(name: str, document: Mapping[str, Any], common: Iterable[str]) -> PasswordProfile:
    """The profile of a TOML document; raises TableError for a figure that makes no sense."""
    table = Table(document, name)
    days = table.whole("change_after_days")
    made = PasswordProfile(
        name=name,
        title=table.text("title"),
        basis=table.text("basis"),
        shortest=table.whole("shortest"),
        longest=table.whole("longest"),
        classes=table.whole("classes"),
        change_after=timedelta(days=days) if days else None,
        remembered=table.whole("remembered"),
        issued_for=timedelta(days=table.whole("issued_days")),
        barred_words=table.texts("barred_words"),
        common=frozenset(common),
    )
    table.close()
    if not (0 < made.shortest <= made.longest and made.classes <= CLASSES and days >= 0):
        raise TableError(f"{name}: shortest, longest, classes or change_after_days out of range")
    return made


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isascii() and character.isalpha():
        return "small" if character.islower() else "capital"
    return "other"


def _pieces(word: str) -> tuple[str, ...]:
    """A user name or unit name whole, and each part of it that is long enough to tell."""
    whole = word.strip().casefold()
    parts = {whole, *re.split(r"[\W_]+", whole)}
    told = (part for part in parts if len(part) >= SHORTEST_WORD[part.isascii()])
    return tuple(sorted(told, key=lambda part: (-len(part), part)))
