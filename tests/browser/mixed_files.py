"""Small invented files of many sorts, as somebody would drop them on the upload page together."""

import io
from email.message import EmailMessage

from pictures import written
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

PAGES = (
    (
        "Field report 26-0417",
        "",
        "Det. Ana Ruiz called (302) 555-0147 about a white 2014 Ford F-150 with DE plate PC123456.",
        "John Doe, DOB 01/02/1985, lives at 1200 N. Main St, Dover, DE 19901.",
        "He met Maria Santos on 03/04/2026 and paid her $4,500 in cash.",
    ),
    ("What was seized", "", "The table lists what was taken from the truck that night."),
    ("What is open", "", "Nobody has asked the owner of the storage unit yet. Write to desk@example.org."),
)
ROWS = (
    ("Item", "Count", "Found at"),
    ("Glock 19", "1", "Glove box"),
    ("Fentanyl, bags", "12", "Spare wheel"),
    ("Cash, USD", "4500", "Door panel"),
    ("Phones", "3", "Rear seat"),
)
COLUMNS = (72, 260, 380)
LETTER = (
    "The night shift saw the same truck twice on the bridge. It was parked without lights near the pumping station, "
    "and two men carried boxes from it to the shed behind the fence. They left when the patrol came by. "
    "The guard of the station wrote down the plate, DE PC123456, and called the desk at 302-555-0188. "
    "He says that he had seen both of them in March, and that they had a key to the gate then."
)
PICTURED = ("Unit 14-B stopped a white Malibu,", "plate 7KLM204, near mile marker 31.", "Call 302-555-0190 about it.")


def report() -> bytes:
    """Make a PDF of three pages with a table on the second."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=letter)
    canvas.setTitle("Field report 26-0417")
    for number, lines in enumerate(PAGES, start=1):
        canvas.setFont("Helvetica", 12)
        for at, line in enumerate(lines):
            canvas.drawString(72, 720 - 22 * at, line)
        for at, row in enumerate(ROWS if number == 2 else ()):
            for column, cell in zip(COLUMNS, row, strict=True):
                canvas.drawString(column, 620 - 18 * at, cell)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def picture() -> bytes:
    """Make a picture with three lines of letters on it."""
    out = io.BytesIO()
    written(PICTURED).save(out, "PNG")
    return out.getvalue()


def mail() -> bytes:
    """Make a mail with a note attached that says nearly the same as `web_page`."""
    message = EmailMessage()
    message["From"], message["To"] = "Ann Lee <ann@example.org>", "desk@example.org"
    message["Subject"], message["Message-ID"] = "The truck at the bridge", "<1@example.org>"
    message["Date"] = "Sun, 01 Mar 2026 10:00:00 +0000"
    message.set_content("See the note attached. My number is (302) 555-0162.\n")
    message.add_attachment(LETTER.encode(), maintype="text", subtype="plain", filename="note.txt")
    return message.as_bytes()


def web_page() -> bytes:
    """Make a web page with a program in it that must never run."""
    said = LETTER.replace("in March", "in April")
    page = f"<!doctype html><html lang=en><title>Night shift</title><h1>Night shift</h1><p>{said}</p>"
    return f"{page}<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\"></html>".encode()


DAMAGED = b"%PDF-1.7\nnothing more"
MIXED = {
    "report.pdf": ("application/pdf", report),
    "stop.png": ("image/png", picture),
    "truck.eml": ("message/rfc822", mail),
    "night.html": ("text/html", web_page),
    "broken.pdf": ("application/pdf", lambda: DAMAGED),
}
