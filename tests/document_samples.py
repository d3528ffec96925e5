"""Small invented files of many formats, made when a test asks for them."""

import io
import struct
import zipfile
import zlib
from email.message import EmailMessage

TEXT = "The deputy saw two men at AT&T <north> on 2 March."


def pack(files: dict[str, bytes | str]) -> bytes:
    """Make a zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def pdf(*pages: str, title: str = "Brief", password: str = "", attached: bytes = b"") -> bytes:
    """Make a PDF with a page for each text; an empty text makes a page that is a picture of nothing but a line."""
    from reportlab.lib.pagesizes import letter
    from reportlab.pdfgen import canvas

    stream = io.BytesIO()
    page = canvas.Canvas(stream, pagesize=letter, encrypt=password or None)
    page.setTitle(title)
    page.setAuthor("Ann Lee")
    for text in pages:
        for at, line in enumerate(text.splitlines()):
            page.drawString(72, 720 - 14 * at, line)
        if not text:
            page.line(10, 10, 200, 200)
        page.showPage()
    page.save()
    return _with_attachment(stream.getvalue(), attached) if attached else stream.getvalue()


def _with_attachment(content: bytes, attached: bytes) -> bytes:
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    writer.add_attachment("list.csv", attached)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def docx(*paragraphs: str) -> bytes:
    """Make a Word document with a heading, the paragraphs, and a table."""
    import docx as library

    document = library.Document()
    document.core_properties.title = "Weekly brief"
    document.core_properties.author = "Ann Lee"
    document.add_heading("Summary", 1)
    for text in paragraphs:
        document.add_paragraph(text)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Plate", "4AB 123"
    document.sections[0].header.paragraphs[0].text = "Head of page"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_SHOW = f'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" {_DRAWING} xmlns:r="{_RELATIONS}"'


def relations(*targets: tuple[str, str, str]) -> str:
    """Write what a part refers to: identifier, sort and target of each."""
    inner = "".join(f'<Relationship Id="{one}" Type="{_RELATIONS}/{sort}" Target="{to}"/>' for one, sort, to in targets)
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def _slide(title: str, text: str) -> str:
    shape = "<p:sp><p:nvSpPr><p:nvPr>{0}</p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>{1}</a:t></a:r></a:p></p:txBody></p:sp>"
    head = shape.format('<p:ph type="title"/>', title) if title else ""
    return f"<p:sld {_SHOW}>{head}{shape.format('', text)}</p:sld>"


def pptx() -> bytes:
    """Make a presentation whose slides are shown in the other order than they are numbered."""
    ids = '<p:sldIdLst><p:sldId id="1" r:id="r2"/><p:sldId id="2" r:id="r1"/></p:sldIdLst>'
    return pack(
        {
            "[Content_Types].xml": "<Types/>",
            "ppt/presentation.xml": f"<p:presentation {_SHOW}>{ids}</p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations(
                ("r1", "slide", "slides/slide1.xml"), ("r2", "slide", "slides/slide2.xml")
            ),
            "ppt/slides/slide1.xml": _slide("Second", "Text of the second"),
            "ppt/slides/slide2.xml": _slide("First", "Text of the first &amp; more"),
            "ppt/slides/_rels/slide2.xml.rels": relations(("n", "notesSlide", "../notesSlides/notesSlide1.xml")),
            "ppt/notesSlides/notesSlide1.xml": _slide("", "A note").replace("p:sld", "p:notes"),
            "ppt/media/image1.png": b"\x89PNG\r\n\x1a\n",
        }
    )


_OPEN = "urn:oasis:names:tc:opendocument:xmlns"


def odt(body: str) -> bytes:
    """Make an OpenDocument text whose body is this XML; `t:` and `tb:` are its prefixes of text and tables."""
    spaces = f'xmlns:o="{_OPEN}:office:1.0" xmlns:t="{_OPEN}:text:1.0" xmlns:tb="{_OPEN}:table:1.0" xmlns:d="{_OPEN}:drawing:1.0"'
    meta = '<m xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Weekly</dc:title><dc:creator>Ann</dc:creator></m>'
    return pack(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<o:document-content {spaces}><o:body><o:text>{body}</o:text></o:body></o:document-content>",
            "meta.xml": meta,
        }
    )


def epub() -> bytes:
    """Make a book of two chapters, of which one is missing."""
    container = '<container><rootfiles><rootfile full-path="in/book.opf"/></rootfiles></container>'
    items = '<item id="a" href="a%20b.xhtml"/><item id="b" href="lost.xhtml"/>'
    package = f'<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Guide</dc:title></metadata><manifest>{items}</manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>'
    return pack(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "in/book.opf": package,
            "in/a b.xhtml": "<html><body><h1>One</h1><p>Text of a chapter.</p></body></html>",
        }
    )


def eml(*, html: bool = False) -> bytes:
    """Make a message with a picture and another message attached."""
    message = EmailMessage()
    message["From"] = "Ann Lée <ann@a.example>"
    message["To"] = '"Ray, Bob" <bob@b.example>, cy@c.example'
    message["Cc"] = "dan@d.example"
    message["Subject"] = "Blue truck — seen"
    message["Date"] = "Mon, 02 Mar 2026 08:00:00 -0500"
    message["Message-ID"] = "<3@a.example>"
    message["In-Reply-To"] = "<2@a.example>"
    message["References"] = "<1@a.example> <2@a.example>"
    message.set_content("It was seen at noon.\n\nCall me.\n")
    if html:
        message.set_content("<p>It was <b>seen</b> at <a href='https://x.example/a'>noon</a>.</p>", subtype="html")
    message.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="Überblick.png")
    inner = EmailMessage()
    inner["Subject"] = "Inner"
    inner["From"] = "eve@e.example"
    inner.set_content("Inner text.")
    message.add_attachment(inner)
    return message.as_bytes()


def ole(streams: dict[str, bytes]) -> bytes:
    """Make an OLE file whose streams all lie in its sectors of 64 bytes."""
    nodes: list[tuple[str, int, list[int], bytes]] = [("Root Entry", 5, [], b"")]
    places = {"": 0}
    for path, content in streams.items():
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            name, above = "/".join(parts[:depth]), "/".join(parts[: depth - 1])
            if name not in places:
                places[name] = len(nodes)
                is_stream = depth == len(parts)
                nodes.append((parts[depth - 1], 2 if is_stream else 1, [], content if is_stream else b""))
                nodes[places[above]][2].append(places[name])
    return _sectors(nodes)


def _sectors(nodes: list[tuple[str, int, list[int], bytes]]) -> bytes:
    sectors: list[bytes] = []
    chain: list[int] = []

    def add(content: bytes) -> int:
        begin, count = len(sectors), max(-(-len(content) // 512), 1)
        sectors.extend(content[at * 512 : (at + 1) * 512].ljust(512, b"\0") for at in range(count))
        chain.extend([*range(begin + 1, begin + count), 0xFFFFFFFE])
        return begin

    small, small_chain, starts = b"", list[int](), list[int]()
    for _, _, _, content in nodes:
        starts.append(len(small_chain) if content else 0xFFFFFFFE)
        count = -(-len(content) // 64)
        small_chain.extend([*range(len(small_chain) + 1, len(small_chain) + count), 0xFFFFFFFE] if count else [])
        small += content.ljust(count * 64, b"\0")
    starts[0] = add(small)
    small_fat = add(
        struct.pack(f"<{len(small_chain)}I", *small_chain).ljust(-(-len(small_chain) // 128) * 512, b"\xff")
    )
    following = {one: after for _, _, inner, _ in nodes for one, after in zip(inner, [*inner[1:], -1], strict=False)}
    table = b""
    for at, (name, sort, inner, content) in enumerate(nodes):
        written = name.encode("utf-16-le") + b"\0\0"
        entry = written.ljust(64, b"\0") + struct.pack("<HBB", len(written), sort, 1)
        entry += struct.pack("<iii", -1, following.get(at, -1), inner[0] if inner else -1) + b"\0" * 36
        table += entry + struct.pack("<II", starts[at], len(small) if at == 0 else len(content)) + b"\0" * 4
    begin = add(table)
    fats = -(-(len(sectors) + 4) // 128)
    first = len(sectors)
    fat = struct.pack(f"<{len(chain)}I", *chain) + struct.pack("<I", 0xFFFFFFFD) * fats
    fat = fat.ljust(fats * 512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    small_fats = -(-len(small_chain) // 128)
    head += struct.pack("<IIIIIIIII", 0, fats, begin, 0, 4096, small_fat, small_fats, 0xFFFFFFFE, 0)
    head += struct.pack(f"<{fats}I", *range(first, first + fats))
    return head.ljust(512, b"\xff") + b"".join(sectors) + fat


def msg(*, locked: bool = False) -> bytes:
    """Make a message of Outlook with a file and another message attached."""

    def text(prop: str, value: str) -> tuple[str, bytes]:
        return f"__substg1.0_{prop}001F", value.encode("utf-16-le")

    def fixed(head: int, *entries: tuple[int, int, int]) -> bytes:
        return b"\0" * head + b"".join(struct.pack("<HHIQ", sort, prop, 6, value) for sort, prop, value in entries)

    sent = 134_168_400_000_000_000
    inner = "__attach_version1.0_#00000001/__substg1.0_3701000D/"
    streams = dict(
        [
            ("__properties_version1.0", fixed(32, (0x40, 0x39, sent))),
            text("001A", "IPM.Note.SMIME" if locked else "IPM.Note"),
            text("0037", "Blue truck"),
            text("0C1A", "Ann Lee"),
            text("5D01", "ann@a.example"),
            text("1000", "It was seen at noon.\r\n\r\nCall me."),
            text("1035", "<3@a.example>"),
            ("__recip_version1.0_#00000000/__properties_version1.0", fixed(8, (3, 0x0C15, 1))),
            ("__recip_version1.0_#00000000/__substg1.0_3001001F", "Bob Ray".encode("utf-16-le")),
            ("__recip_version1.0_#00000000/__substg1.0_39FE001F", "bob@b.example".encode("utf-16-le")),
            ("__attach_version1.0_#00000000/__substg1.0_3707001F", "list.csv".encode("utf-16-le")),
            ("__attach_version1.0_#00000000/__substg1.0_37010102", b"id,what\n1,fall\n"),
            (inner + "__properties_version1.0", fixed(24)),
            (inner + "__substg1.0_0037001F", "Inner".encode("utf-16-le")),
            (inner + "__substg1.0_1000001F", "Inner text.".encode("utf-16-le")),
        ]
    )
    return ole(streams)


def doc(
    *paragraphs: tuple[str, int, bytes],
    deleted: tuple[int, int] = (0, 0),
    flags: int = 0x200,
    encoding: str = "utf-16-le",
) -> bytes:
    """Make a document of Word 97: texts with the sign that ends each, the number of their style, and codes of their form.

    `deleted` are the letters, from and to, that were deleted while changes were tracked.
    """
    text = "".join(said for said, _, _ in paragraphs)
    width = 2 if encoding == "utf-16-le" else 1
    begin = 0x800
    body = text.encode(encoding)
    ends = [begin]
    for said, _, _ in paragraphs:
        ends.append(ends[-1] + len(said.encode(encoding)))
    first_page = -(-(begin + len(body)) // 512)
    gone = [begin, begin + width * deleted[0], begin + width * deleted[1], ends[-1]]
    main = bytearray(begin) + body
    main = main.ljust(first_page * 512, b"\0")
    main += _page(gone, [b"", b"\x03\x00\x08\x01" if deleted[1] else b"", b""], 1)
    main += _page(ends, [_paragraph(style, codes) for _, style, codes in paragraphs], 13)
    start = begin if width == 2 else 0x40000000 | begin * 2
    pieces = struct.pack("<IIHIH", 0, len(body) // width, 0, start, 0)
    pieces = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    letters = struct.pack("<III", begin, ends[-1], first_page)
    formed = struct.pack("<III", begin, ends[-1], first_page + 1)
    struct.pack_into("<HHxxxxxxH", main, 0, 0xA5EC, 0xC1, flags)
    struct.pack_into("<I", main, 0x4C, len(body) // width)
    struct.pack_into("<II", main, 0xFA, len(pieces), len(letters))
    struct.pack_into("<II", main, 0x102, len(pieces) + len(letters), len(formed))
    struct.pack_into("<II", main, 0x1A2, 0, len(pieces))
    return ole({"WordDocument": bytes(main), "1Table": pieces + letters + formed})


def _paragraph(style: int, codes: bytes) -> bytes:
    content = struct.pack("<H", style) + codes
    return b"\0" + bytes([-(-len(content) // 2)]) + content.ljust(-(-len(content) // 2) * 2, b"\0")


def _page(starts: list[int], forms: list[bytes], step: int) -> bytes:
    """Make a page that says how stretches of the file are formed."""
    page = bytearray(512)
    struct.pack_into(f"<{len(starts)}I", page, 0, *starts)
    page[-1] = len(forms)
    at = 510
    for number, form in enumerate(forms):
        if form:
            at = (at - len(form)) // 2 * 2
            page[at : at + len(form)] = form
            page[4 * len(starts) + step * number] = at // 2
    return bytes(page)


def old_doc(text: str, *, page: int = 1252, language: int = 0x409) -> bytes:
    """Make a document of Word 95, whose letters are in a code page."""
    body = text.encode(f"cp{page}")
    main = bytearray(0x300) + body
    struct.pack_into("<HHxxH", main, 0, 0xA5DC, 0x68, language)
    struct.pack_into("<II", main, 0x18, 0x300, 0x300 + len(body))
    return ole({"WordDocument": bytes(main)})


def _record(sort: int, content: bytes, *, instance: int = 0, holds: bool = False) -> bytes:
    return struct.pack("<HHI", instance << 4 | (0xF if holds else 0), sort, len(content)) + content


def _box(*records: bytes) -> bytes:
    """Make the drawing of a slide with a box that holds these records."""
    inner = b"".join(records)
    for sort in (0xF00D, 0xF004, 0xF003, 0xF002, 0x040C):
        inner = _record(sort, inner, holds=True)
    return inner


def ppt(*, locked: bool = False, title: str = "First title") -> bytes:
    """Make a presentation of PowerPoint 97: a slide with a title and a box, its notes and a comment, and a second slide."""

    def text(said: str, sort: int = 4) -> bytes:
        return _record(0x0F9F, struct.pack("<I", sort)) + _record(0x0FA0, said.encode("utf-16-le"))

    def listed(*slides: tuple[int, int, bytes], instance: int) -> bytes:
        told = b"".join(
            _record(0x03F3, struct.pack("<IIIII", at, 0, 0, number, 0)) + said for at, number, said in slides
        )
        return _record(0x0FF0, told, instance=instance, holds=True)

    strings = b"".join(
        _record(0x0FBA, said.encode("utf-16-le"), instance=at) for at, said in enumerate(("Ann", "Check this"))
    )
    tag = _record(
        0x1388, _record(0x138A, _record(0x138B, _record(0x2EE0, strings, holds=True)), holds=True), holds=True
    )
    parts = [
        _record(
            0x03E8,
            listed(
                (2, 256, text(title, 0)), (4, 257, _record(0x0F9F, b"\0" * 4) + _record(0x0FA8, b"Second")), instance=0
            )
            + listed((3, 700, b""), instance=2),
            holds=True,
        ),
        _record(0x03EE, _box(_record(0x0F9E, struct.pack("<I", 0))) + _box(text("In a box\rbelow")) + tag, holds=True),
        _record(0x03F0, _record(0x03F1, struct.pack("<II", 256, 0)) + _box(text("Say this first")), holds=True),
        _record(0x03EE, _box(_record(0x0F9E, struct.pack("<I", 0))), holds=True),
    ]
    places = [sum(map(len, parts[:at])) for at in range(len(parts))]
    content = b"".join(parts)
    directory = _record(0x1772, struct.pack(f"<I{len(places)}I", 1 | len(places) << 20, *places))
    edit = _record(0x0FF5, struct.pack("<IIIIIII", 0, 0, 0, len(content), 1, 5, 0))
    user = struct.pack("<HHIIII", 0, 0x0FF6, 20, 20, 0xF3D1C4DF if locked else 0xE391C05F, len(content + directory))
    return ole({"PowerPoint Document": content + directory + edit, "Current User": user})


def signed(message: bytes, *, indefinite: bool = False) -> bytes:
    """Wrap a message in signed data of CMS, with no signature in it."""

    def value(tag: int, content: bytes) -> bytes:
        if indefinite and tag & 0x20:
            return bytes([tag, 0x80]) + content + b"\0\0"
        return bytes([tag, 0x82]) + len(content).to_bytes(2, "big") + content

    def named(last: int) -> bytes:
        return b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07" + bytes([last])

    halves = value(0x24, value(0x04, message[:20]) + value(0x04, message[20:]))
    data = value(0x30, named(1) + value(0xA0, halves))
    return value(
        0x30, named(2) + value(0xA0, value(0x30, b"\x02\x01\x01" + value(0x31, b"") + data + value(0x31, b"")))
    )


def sealed_mail(message: bytes, *, indefinite: bool = False) -> bytes:
    """Make a message whose text is packed into its signature."""
    from base64 import encodebytes

    head = b"From: a@b.example\nTo: c@d.example\nSubject: Sealed\nMIME-Version: 1.0\n"
    head += b"Content-Type: application/pkcs7-mime; smime-type=signed-data\nContent-Transfer-Encoding: base64\n\n"
    return head + encodebytes(signed(message, indefinite=indefinite))


def tnef(*, plain: str = "It was seen at noon.", html: bytes = b"", packed: bytes = b"") -> bytes:
    """Make a package of Outlook with a file attached."""

    def attribute(name: int, content: bytes, level: int = 1) -> bytes:
        return struct.pack("<BII", level, name, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)

    def value(name: int, sort: int, content: bytes) -> bytes:
        return struct.pack("<HHII", sort, name, 1, len(content)) + content.ljust(-(-len(content) // 4) * 4, b"\0")

    named = (
        struct.pack("<HH", 3, 0x8001) + bytes(16) + struct.pack("<II", 1, 6) + b"a\0b\0\0\0\0\0" + struct.pack("<I", 7)
    )
    told = [named, value(0x0037, 0x1F, "Blue truck — seen".encode("utf-16-le")), value(0x1000, 0x1E, plain.encode())]
    told += [value(0x1013, 0x102, html)] * bool(html) + [value(0x1009, 0x102, packed)] * bool(packed)
    file = struct.pack("<I", 1) + value(0x3707, 0x1F, "Übersicht.csv\0".encode("utf-16-le"))
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(0x00069007, struct.pack("<II", 1252, 0))
        + attribute(0x00069003, struct.pack("<I", len(told)) + b"".join(told))
        + attribute(0x00069002, bytes(14), 2)
        + attribute(0x00018010, b"UBERSI~1.CSV\0", 2)
        + attribute(0x0006800F, b"id,what\n1,fall\n", 2)
        + attribute(0x00069005, file, 2)
    )


def packed_rtf(content: bytes, *, repeated: int = 0) -> bytes:
    """Pack rich text as Outlook does, letter by letter; behind it so many repetitions of its last 17 bytes."""
    out, write = bytearray(), 207
    tokens = [bytes([letter]) for letter in content]
    tokens += [((write + len(content) - 17 + 17 * at) % 4096 << 4 | 15).to_bytes(2, "big") for at in range(repeated)]
    write += len(content) + 17 * repeated
    tokens.append((write % 4096 << 4).to_bytes(2, "big"))
    for at in range(0, len(tokens), 8):
        group = tokens[at : at + 8]
        out.append(sum((len(one) == 2) << bit for bit, one in enumerate(group)))
        out += b"".join(group)
    checksum = zlib.crc32(out, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return struct.pack("<II4sI", len(out) + 12, write - 207, b"LZFu", checksum) + out


def xlsx() -> bytes:
    """Make a workbook of two sheets."""
    import openpyxl

    book = openpyxl.Workbook()
    for name in ("Calls", "Plates"):
        sheet = book.create_sheet(name)
        for row in (("id", "what"), (1, "fall"), (2, "fire")):
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
