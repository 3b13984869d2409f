"""A page of plain Chinese text as PDF, for demonstrations: no font is embedded."""

from collections.abc import Sequence

# A4 in points.
SHEET = (
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
    "/Resources << /Font << /F 4 0 R >> >> /Contents 5 0 R >>"
)
FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
    "/DescendantFonts [ << /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light "
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> "
    "/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 "
    "/FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 752 /Descent -271 /CapHeight 737 "
    "/StemV 58 >> >> ] >>"
)
TOP, LEFT, LEADING = 770, 72, 24


def made(lines: Sequence[str]) -> bytes:
    """The PDF, the first line larger as its title."""
    texts = (line.encode("utf-16-be").hex() for line in lines)
    shown = (f"/F {16 if place == 0 else 12} Tf <{text}> Tj T*" for place, text in enumerate(texts))
    drawing = f"BT {LEADING} TL {LEFT} {TOP} Td {' '.join(shown)} ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        SHEET,
        FONT,
        f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream",
    )
    written, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size, begin = len(objects) + 1, len(written)
    written += f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    written += f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{begin}\n%%EOF\n"
    return written.encode("ascii")
