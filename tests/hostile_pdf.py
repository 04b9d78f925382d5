"""Small PDFs written by hand, sound and hostile, for tests; nothing in them is anybody's text."""

import zlib
from collections.abc import Sequence

SENTENCE = "Give amoxicillin 500 mg three times a day for five days."
# Contents of a page: bytes that are packed here, or (packed bytes, their filters).
Contents = bytes | tuple[bytes, str]
A4 = "/MediaBox [0 0 595 842]"
LAYER_OFF = "/OCProperties<</OCGs[4 0 R]/D<</OFF[4 0 R]>>>>"
LAYER_ON = "/OCProperties<</OCGs[4 0 R]/D<<>>>>"
# The whole page painted over and over: read in a tenth of a second, drawn in half a minute.
PAINTED = b"q 0.9 0.9 1 rg " + b"0 0 595 842 re f " * 20_000 + b"Q "


def words(text: str = SENTENCE, x: int = 72, y: int = 700, before: str = "") -> bytes:
    """Give the drawing of one row of text."""
    return f"{before} BT /F 12 Tf {x} {y} Td ({text}) Tj ET".encode()


def pdf(contents: Sequence[Contents], page: str = A4, catalog: str = "") -> bytes:
    """Give a PDF with one page for each contents; `page` and `catalog` are further entries."""
    objects = [f"<</Type/Catalog/Pages 2 0 R {catalog}>>".encode(), b""]
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    objects.append(b"<</Type/OCG/Name(hidden layer)>>")
    kids = []
    for given in contents:
        packed, filters = (
            (zlib.compress(given), "/FlateDecode") if isinstance(given, bytes) else given
        )
        head = f"<</Length {len(packed)}/Filter {filters}>>stream\n".encode()
        objects.append(head + packed + b"\nendstream")
        own = f"/Contents {len(objects)} 0 R/Resources<</Font<</F 3 0 R>>/Properties<</L 4 0 R>>>>"
        objects.append(f"<</Type/Page/Parent 2 0 R {page} {own}>>".encode())
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, written in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, written)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, xref = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, rows)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, xref)
    return bytes(out)


def bomb(unit: bytes, megabytes: int) -> Contents:
    """Give contents that unpack to so much of one repeated piece."""
    packer, out = zlib.compressobj(9), bytearray()
    block = unit * ((1 << 20) // len(unit))
    for _ in range(megabytes):
        out += packer.compress(block)
    return bytes(out + packer.flush()), "/FlateDecode"
