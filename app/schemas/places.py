"""Places within a form in words, for whoever reads findings on paper or on a page."""

from app.schemas.labels import LABELS

# Beside a row's number, and in one line with others, the plain label would say too little.
_OWN = {"claimed": "", "funds": "资金", "name": "指标名称", "received": "到位资金"}


def place_words(path: str) -> str:
    """A JSON pointer into a form in words: /indicators/2/points is 指标第3行得分."""
    words = ""
    for part in path.strip("/").split("/"):
        if part.isdigit():
            words += f"第{int(part) + 1}行"
        else:
            words += _OWN.get(part, LABELS.get(part, part))
    return words
