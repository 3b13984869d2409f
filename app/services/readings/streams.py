"""Words that a page has wrapped, found again in a stream of lines."""

from collections.abc import Collection, Sequence
from functools import lru_cache

from app.domain.numbers import NotANumber, read_number
from app.domain.text import is_blank
from app.services.readings.labels import Labels, label_of

# A vertical label has one or two signs a line, and no label is longer than this many lines.
_MOST_LINES = 24
# All headings of a table together.
_LONGEST = 160


def phrase_at(texts: Sequence[str], start: int, phrases: Collection[str]) -> int:
    """Where the lines end that together make one of the phrases, 0 when they make none.

    A bracket such as （万元） may stand within or below the phrase.
    """
    whole, end = "", 0
    for place in range(start, min(start + _MOST_LINES, len(texts))):
        whole += texts[place].replace(" ", "")
        bare = label_of(whole)
        if bare in phrases:
            end = place + 1
        elif not any(phrase.startswith(bare) for phrase in phrases):
            break
    return end


def headings_at(
    texts: Sequence[str], start: int, labels: Labels, fewest: int
) -> tuple[int, list[str]]:
    """Where a row of headings ends that begins at a line, with the role of each; 0 for none."""
    if not texts[start].startswith(_first_signs(frozenset(labels))):
        return 0, []
    whole, best, roles = "", 0, list[str]()
    for place in range(start, min(start + _MOST_LINES, len(texts))):
        whole += "".join(map(label_of, texts[place].split()))
        found = _parted(whole, labels) if len(whole) <= _LONGEST else None
        if found is None:
            break
        named = [labels.get(word, "") for word in found]
        if len(set(named[:-1])) < len(named) - 1:
            break
        if all(named) and len(set(named)) == len(named):
            best, roles = place + 1, named
    return (best, roles) if len(roles) >= fewest else (0, [])


@lru_cache(maxsize=8)
def _first_signs(words: frozenset[str]) -> tuple[str, ...]:
    return tuple({word[0] for word in words})


def _parted(whole: str, labels: Labels) -> list[str] | None:
    """The stream as labels one after another, the last perhaps only begun; None when it is none.

    From the end forward, so that each place is looked at once.
    """
    parts: dict[int, list[str] | None] = {len(whole): []}
    longest = _longest(frozenset(labels))
    for place in range(len(whole) - 1, -1, -1):
        parts[place] = None
        rest = whole[place:]
        if len(rest) < longest and any(word.startswith(rest) for word in labels):
            parts[place] = [rest]
        for length in range(min(len(rest), longest), 0, -1):
            following = parts[place + length]
            if rest[:length] in labels and following is not None:
                parts[place] = [rest[:length], *following]
                break
    return parts[0]


@lru_cache(maxsize=8)
def _longest(words: frozenset[str]) -> int:
    return max(map(len, words))


def is_figure(word: str) -> bool:
    """Whether a word of a line is a number, a percent or the dash of an empty cell."""
    if is_blank(word) or word == "/":
        return True
    try:
        read_number(word.rstrip("%％"))
    except NotANumber:
        return False
    return True
