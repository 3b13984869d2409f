"""Parts of a packed document: which of them say what it is, and which make it do something."""

from collections.abc import Collection
from typing import NamedTuple
from xml.parsers import expat

from app.domain.contents import Fault

CONTENT_TYPES, LAYOUT = "[Content_Types].xml", "OFD.xml"
# A part that is read whole may be this long.
LONGEST = 1024 * 1024
MAIN = {
    "wordprocessingml.document.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
    "presentationml.presentation.main+xml": "pptx",
}
FAULTY_TYPES = {
    "macroenabled": Fault.MACROS,
    "vbaproject": Fault.MACROS,
    "ms-office.activex": Fault.ACTIVE,
    "oleobject": Fault.ACTIVE,
}
FAULTY_NAMES = {
    "vbaproject.bin": Fault.MACROS,
    "vbadata.xml": Fault.MACROS,
    "/activex/": Fault.ACTIVE,
    "oleobject": Fault.ACTIVE,
}
# Links that a document follows when it is opened; a hyperlink waits for a click.
FOLLOWED = ("/attachedtemplate", "/oleobject", "/frame", "/subdocument", "/externalvba")
DYNAMIC = "ddeLink"


class Element(NamedTuple):
    """The begin of an XML element."""

    name: str
    attributes: dict[str, str]


class Reader:
    """Reads a part in pieces; a part that is not XML is passed over."""

    kind = ""

    def __init__(self, name: str) -> None:
        low = f"/{name.lower()}"
        self.faults = {fault for word, fault in FAULTY_NAMES.items() if word in low}

    def feed(self, chunk: bytes) -> None:
        """Take the next piece."""


class XmlReader(Reader):
    """Looks at what stands before the first element: no definitions may stand there.

    Without definitions there are no entities, so nothing that is parsed can unfold.
    """

    whole = False

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._length = 0
        self._done = False
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start

    def feed(self, chunk: bytes) -> None:
        """Parse the next piece as long as there is something to learn."""
        self._length += len(chunk)
        if self.whole and self._length > LONGEST:
            self._end(Fault.BOMB)
        if self._done:
            return
        try:
            self._parser.Parse(chunk, False)
        except expat.ExpatError:
            # Behind the first element a drawing may be as careless as a web page.
            self._end(Fault.BROKEN)

    def learn(self, element: Element) -> None:
        """Learn from an element."""
        if element.name.rpartition(":")[2] == DYNAMIC:
            self.faults.add(Fault.EXTERNAL)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.learn(Element(name, attributes))
        if not self.whole:
            self._done = True
            self._parser.StartElementHandler = None

    def _refuse(self, *_: object) -> None:
        self._end(Fault.ENTITIES)

    def _end(self, fault: Fault) -> None:
        """Stop at a fault, unless all that matters was read before it."""
        if not self._done:
            self.faults.add(fault)
        self._done = True


class TypesReader(XmlReader):
    """The list of what the parts are: it names the document's kind, macros and controls."""

    whole = True

    def learn(self, element: Element) -> None:
        """A part's type."""
        given = element.attributes.get("ContentType", "")
        self.kind = self.kind or next((MAIN[word] for word in MAIN if word in given), "")
        low = given.lower()
        self.faults |= {fault for word, fault in FAULTY_TYPES.items() if word in low}


class LinksReader(XmlReader):
    """The links of a part to other parts and to the world."""

    whole = True

    def learn(self, element: Element) -> None:
        """One link."""
        link = element.attributes
        outside = link.get("TargetMode", "").lower() == "external"
        if outside and link.get("Type", "").lower().endswith(FOLLOWED):
            self.faults.add(Fault.EXTERNAL)


class LinkedReader(XmlReader):
    """What another workbook or program supplies."""

    whole = True


def reader(name: str) -> Reader:
    """Who reads the part of that name."""
    low = name.lower()
    if name == CONTENT_TYPES:
        return TypesReader(name)
    if low.endswith(".rels"):
        return LinksReader(name)
    if "/externallinks/" in low and low.endswith(".xml"):
        return LinkedReader(name)
    return XmlReader(name) if low.endswith((".xml", ".vml")) else Reader(name)


def kind_by_names(names: Collection[str]) -> str:
    """The kind as far as names tell: a layout document, else an archive until a list says more."""
    return "ofd" if LAYOUT in names else "archive"
