"""Words that a page has wrapped, found again in a stream of lines."""

from collections.abc import Collection, Sequence

from app.domain.numbers import NotANumber, read_number
from app.domain.text import is_blank
from app.services.readings.labels import Labels, label_of

# A vertical label has one or two signs a line, and no label is longer than this many lines.
_MOST_LINES = 24


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
    words = sorted(labels, key=len, reverse=True)
    whole, best, roles = "", 0, []
    for place in range(start, min(start + _MOST_LINES, len(texts))):
        whole += label_of(texts[place]) if texts[place].count(" ") == 0 else _bare(texts[place])
        found = _parted(whole, words)
        if found is None:
            break
        if found and found[-1] != "" and _is_whole(found, labels):
            named = [labels[word] for word in found]
            if len(set(named)) == len(named):
                best, roles = place + 1, named
    return (best, roles) if len(roles) >= fewest else (0, [])


def _bare(text: str) -> str:
    return "".join(label_of(word) for word in text.split())


def _parted(whole: str, words: Sequence[str]) -> list[str] | None:
    """The stream as words one after another, the last perhaps only begun; None when it is none."""
    if not whole:
        return []
    for word in words:
        if whole.startswith(word):
            rest = _parted(whole[len(word) :], words)
            if rest is not None:
                return [word, *rest]
    return [whole] if any(word.startswith(whole) for word in words) else None


def _is_whole(found: Sequence[str], labels: Labels) -> bool:
    return all(word in labels for word in found)


def is_figure(word: str) -> bool:
    """Whether a word of a line is a number, a percent or the dash of an empty cell."""
    if is_blank(word) or word == "/":
        return True
    try:
        read_number(word.rstrip("%％"))
    except NotANumber:
        return False
    return True
