"""What a browser calls itself, in words that a person knows."""

# The first that is found names it: browsers carry the names of their ancestors behind their own.
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("QQBrowser", "QQ 浏览器"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome 内核浏览器"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
UNKNOWN = "其他程序"


def browser_of(agent: str) -> str:
    """The browser and its system, as far as the user agent tells."""
    parts = (_first(BROWSERS, agent), _first(SYSTEMS, agent))
    return "，".join(part for part in parts if part) or UNKNOWN


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((words for sign, words in names if sign in agent), "")
