"""Files of every kind become records that point back at their place, on both databases; nothing is lost, nothing hangs."""

import hashlib
import io
import json
import zipfile
from email.message import EmailMessage
from uuid import UUID

import pypdf
import pytest
import regions
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas
from sample_messages import FLAT, flat, flat_file
from sqlalchemy import func, select

from tessera.errors import Invalid, NotFound
from tessera.extract.pictures import open_pictures
from tessera.flow import looking as looking_at
from tessera.flow import purging as carried_out
from tessera.flow import redacting
from tessera.flow.center import OPERATOR, Center
from tessera.flow.looking import Looking
from tessera.flow.pipeline import PIPELINE, allowance
from tessera.model.access import Access, Purpose, Role
from tessera.model.delivery import Delivery, DeliveryState, Via
from tessera.model.found import Off
from tessera.model.locator import Locator
from tessera.model.marking import Tlp
from tessera.model.purge import Chosen, PurgeBy
from tessera.model.record import RecordView, SearchQuery
from tessera.model.source import FILES
from tessera.receive import take_in
from tessera.store import contents, deliveries, enclosures, kept, parties, purging, records, tables
from tessera.store.events import Event

PRIVACY = Access(
    actor=regions.actor("pat", "fusion-unit", Role.PRIVACY_OFFICER), purpose=Purpose.OVERSIGHT, presence=regions.HERE
)
REPORT = (
    "Field report\n\nDet. Ana Ruiz called (302) 555-0147 about a white 2014 Ford F-150 with DE plate PC123456.\n\n"
    "John Doe, DOB 01/02/1985, lives at 1200 N. Main St, Dover, DE 19901. He does not own the truck.\n"
)
STIX = {
    "type": "bundle",
    "id": "bundle--6f1b1f5e-2d0c-4f0f-8a43-0c2a4a3f9a11",
    "objects": [
        {
            "type": "indicator", "spec_version": "2.1", "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
            "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "name": "Bad host",
            "pattern": "[ipv4-addr:value = '198.51.100.7']", "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z",
            "object_marking_refs": ["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"],
        },
        {"type": "indicator", "spec_version": "2.1", "id": "indicator--broken"},
    ],
}  # fmt: skip
ALERT = """<?xml version="1.0"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>43b0</identifier>
<sender>desk@example.org</sender><sent>2026-03-04T11:00:00-05:00</sent><status>Actual</status><msgType>Alert</msgType>
<scope>Restricted</scope><restriction>Police only</restriction><info><category>Safety</category>
<event>Child Abduction Emergency</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>
<headline>A child was taken in Dover</headline><description>The man drives a white 2014 Ford F-150 with DE plate PC123456.
</description><instruction>Call 302-555-0147 and do not come near.</instruction></info></alert>"""


@pytest.fixture
def center(center: Center) -> Center:
    """The small center with a source that gives files of any kind."""
    with center.store.writing(OPERATOR) as tx:
        parties.register(tx, regions.source("files-feed", of="sheriff", marking=regions.PUBLIC, mapping=FILES))
    return center


def take(center: Center, name: str, content: bytes) -> Delivery:
    return take_in(
        center.store,
        center.blobs,
        regions.STEWARD,
        io.BytesIO(content),
        source="files-feed",
        filename=name,
        via=Via.API,
    )


def read(center: Center, name: str, content: bytes) -> Delivery:
    """Hand a file in and wait for it and all that lies in it."""
    with center.jobs() as jobs:
        delivery = take(center, name, content)
        jobs.start(delivery)
        jobs.wait(delivery.uid)
        jobs.wait_for_enclosed(delivery.uid)
    with center.store.reading(regions.STEWARD) as tx:
        return deliveries.get(tx, delivery.uid)


def found(center: Center, *kinds: str, text: str = "") -> list[RecordView]:
    with center.store.reading(regions.ANALYST) as tx:
        return list(records.search(tx, SearchQuery(kinds=kinds, text=text, limit=100)).hits)


def value(view: RecordView, term: str) -> str:
    return next((t.value for t in view.terms if t.term == term), "")


def mail(*attachments: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Ann Lee <ann@example.org>", "desk@example.org", "The truck"
    message["Date"], message["Message-ID"] = "Sun, 01 Mar 2026 10:00:00 +0000", "<1@example.org>"
    message.set_content("See the report attached.\n")
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def test_a_text_becomes_passages_mentions_and_things_each_at_its_place(center: Center) -> None:
    done = read(center, "report.txt", REPORT.encode())
    assert (done.state, done.rows_quarantined) == (DeliveryState.DONE, 0)
    assert done.rows_in == done.rows_recorded + done.rows_duplicate
    mentions = {value(m, "text"): m for m in found(center, "mention")}
    assert {"Ana Ruiz", "(302) 555-0147", "white 2014 Ford F-150", "John Doe"} <= set(mentions)
    phone = mentions["(302) 555-0147"]
    place = Locator.read(phone.locator.partition("#")[2])
    [passage] = [p for p in found(center, "passage") if "555-0147" in value(p, "text")]
    assert place.chars is not None
    assert value(passage, "text")[slice(*place.chars)] == "(302) 555-0147"
    assert [value(v, "number") for v in found(center, "phone")] == ["+13025550147"]
    assert [value(v, "plate") for v in found(center, "vehicle") if value(v, "plate")] == ["PC123456"]
    [person] = [p for p in found(center, "person") if value(p, "full_name") == "John Doe"]
    with center.store.reading(regions.ANALYST) as tx:
        linked = records.links(tx, person.uid)
    assert ("resides-at", "location") in {(link.type, link.other.kind) for link in linked}
    assert "uses-vehicle" not in {link.type for link in linked}, "what is denied is not taken"


def test_files_in_files_become_deliveries_of_their_own_and_the_same_bytes_are_one(center: Center) -> None:
    inner = zipped(notes_dot_txt=b"Meet Bob at bob@example.org tonight.\n")
    outer = mail(("report.txt", REPORT.encode()), ("more.zip", inner), ("again.txt", REPORT.encode()))
    done = read(center, "mail.eml", outer)
    assert done.state is DeliveryState.DONE
    with center.store.reading(regions.STEWARD) as tx:
        counts = enclosures.counts_below(tx, done.uid)
        inside = enclosures.inside(tx, done.uid)
        [archive] = [one for one in inside if one.filename == "more.zip"]
        [notes] = enclosures.inside(tx, archive.uid)
        assert [one.uid for one in enclosures.outside(tx, notes.uid)] == [archive.uid]
    assert (counts.files, counts.done, counts.failed) == (3, 3, 0)
    assert sorted(one.filename for one in inside) == ["more.zip", "report.txt"]
    assert notes.filename == "notes.txt"
    assert [
        value(v, "value")
        for v in found(center, "mention", text="bob@example.org")
        if value(v, "mention_type") == "email"
    ]


def test_what_a_message_marks_more_strictly_is_handled_so_and_what_breaks_the_standard_is_told(center: Center) -> None:
    done = read(center, "bundle.json", json.dumps(STIX).encode())
    assert done.state is DeliveryState.DONE
    assert done.rows_quarantined == 1
    with center.store.reading(PIPELINE) as tx:
        r = tables.record.c
        markings = tx.store.markings(tx)
        kinds = {row.id: row.name for row in tx.connection.execute(select(tables.kind))}
        levels = {
            kinds[row.kind_id]: markings[row.marking_id].tlp
            for row in tx.connection.execute(select(r.kind_id, r.marking_id))
        }
        held = [markings[key].tlp for key in tx.connection.execute(select(tables.quarantine.c.marking_id)).scalars()]
        tx.note(Event.RECORD_READ)
    assert levels["indicator"] is Tlp.RED
    assert levels["file"] is Tlp.CLEAR
    assert held == [Tlp.RED], "a part that could not be read may say what the parts beside it say"


def test_what_an_alert_tells_in_sentences_is_looked_over_and_handled_as_the_alert_is(center: Center) -> None:
    done = read(center, "alert.cap", ALERT.encode())
    assert done.state is DeliveryState.DONE, done.reason
    with center.store.reading(PIPELINE) as tx:
        r = tables.record.c
        markings = tx.store.markings(tx)
        kinds = {row.id: row.name for row in tx.connection.execute(select(tables.kind))}
        rows = tx.connection.execute(select(r.uid, r.kind_id, r.marking_id, r.locator)).all()
        links = tx.connection.execute(select(tables.link.c.marking_id)).scalars().all()
        told = contents.summary(tx, done.uid)
    levels = {kinds[row.kind_id]: markings[row.marking_id].tlp for row in rows}
    assert {"alert", "passage", "mention", "phone", "vehicle"} <= set(levels)
    assert {kind: level for kind, level in levels.items() if level is not Tlp.AMBER} == {"file": Tlp.CLEAR}
    assert {markings[key].tlp for key in links} == {Tlp.AMBER}
    assert "taken" not in str(found(center, "file")), "a headline is as protected as its alert"
    assert {row.locator.partition("at=")[2] for row in rows if kinds[row.kind_id] == "mention"} == {"/alert[1]/info[1]"}
    [alert] = [UUID(bytes=bytes(row.uid)) for row in rows if kinds[row.kind_id] == "alert"]
    with center.store.reading(PIPELINE) as tx:
        shown = contents.show(tx, done.uid, here=alert)
    assert [one.here for one in shown.passages] == [True, True, True]
    assert told
    assert (told.stated, told.passages, told.language) == (1, 3, ""), "the file's own record knows nothing of the text"


def test_a_flat_file_of_nibrs_becomes_linked_records_at_their_lines_and_one_bad_field_is_told(center: Center) -> None:
    deleted = flat("1", {38: "20260219"}, 87, action="D")
    done = read(center, "202602.txt", flat_file(deleted, *FLAT, flat("5", {38: "02", 40: "7"}, 45)).encode())
    assert (done.state, done.rows_quarantined) == (DeliveryState.DONE, 1)
    assert done.rows_in == done.rows_recorded + done.rows_duplicate + done.rows_quarantined
    assert not found(center, "mention")
    [incident] = [one for one in found(center, "incident") if value(one, "incident_number") == "26-1"]
    assert value(incident, "note").startswith("agency DE0010000; incident report"), (
        "the report stands, not the deletion before it"
    )
    assert incident.locator.endswith("#row=2")
    [car] = [one for one in found(center, "property") if value(one, "category") == "03 Automobiles"]
    assert car.locator.endswith("#row=5&char=38,57")
    with center.store.reading(regions.ANALYST) as tx:
        linked = {(link.type, link.role, link.other.kind) for link in records.links(tx, incident.uid)}
    assert {
        ("has-offence", "", "offence"),
        ("involvement", "victim", "person"),
        ("has-property", "", "property"),
        ("resulted-in", "", "arrest"),
    } <= linked


def test_what_cannot_be_read_fails_with_its_reason_and_the_bytes_stay(center: Center) -> None:
    done = read(center, "broken.pdf", b"%PDF-1.7\nnothing more")
    assert done.state is DeliveryState.FAILED
    assert "PDF" in done.reason
    with center.store.reading(regions.STEWARD) as tx:
        assert center.blobs.exists(kept.to_read(tx, deliveries.key_of(tx, done.uid)).sha256)
        tx.note(Event.DELIVERY_READ)


def test_an_archive_that_climbs_out_or_never_ends_harms_nothing(center: Center) -> None:
    content = b"the end"
    for _ in range(12):
        content = zipped(again_dot_zip=content)
    done = read(center, "deep.zip", content)
    assert done.state is DeliveryState.DONE
    climbing = io.BytesIO()
    with zipfile.ZipFile(climbing, "w") as archive:
        archive.writestr("../../evil.txt", "climbs")
        archive.writestr("good.txt", "Good words stay here for all to read.")
    done = read(center, "climbing.zip", climbing.getvalue())
    assert done.state is DeliveryState.DONE
    assert done.rows_quarantined == 1
    assert found(center, "passage", text="good words")
    with center.store.reading(PIPELINE) as tx:
        deepest = tx.connection.execute(select(func.max(tables.enclosure.c.depth))).scalar_one()
        tx.note(Event.RECORD_READ)
    assert deepest == 6


def test_a_purge_of_what_came_in_a_mail_takes_the_mails_bytes_too(center: Center) -> None:
    done = read(center, "mail.eml", mail(("secret.txt", b"Only Zacharias Quill, DOB 02/03/1970, knows it.\n")))
    keys = [view.uid for view in found(center, "mention", "person", "passage", text="quill")]
    assert keys
    with center.store.writing(regions.STEWARD) as tx:
        [inner] = enclosures.inside(tx, done.uid)
    with center.store.writing(regions.STEWARD) as tx:
        chosen = Chosen(by=PurgeBy.DELIVERY, names=(str(inner.uid),))
        uid = purging.propose(tx, chosen, reason="A court ordered it.", reference="Order 12").uid
    assert carried_out.approve(center, PRIVACY, uid)
    assert not found(center, "passage", "mention", "person", text="quill")
    with center.store.reading(regions.STEWARD) as tx:
        for uid in (inner.uid, done.uid):
            with pytest.raises(NotFound):
                kept.to_read(tx, deliveries.key_of(tx, uid))
        tx.note(Event.DELIVERY_READ)
    assert found(center, "passage", text="report attached"), "the mail's own words stay"


def test_a_reader_is_shown_the_passages_around_a_mention_with_their_marks(center: Center) -> None:
    done = read(center, "report.txt", REPORT.encode())
    [phone] = [m for m in found(center, "mention") if value(m, "mention_type") == "phone"]
    with center.store.reading(regions.ANALYST) as tx:
        shown = contents.show(tx, done.uid, here=phone.uid)
    marked = [s for passage in shown.passages for s in passage.stretches if s.here]
    assert [s.text for s in marked] == ["(302) 555-0147"]
    assert "".join(s.text for p in shown.passages for s in p.stretches).count("Det.") == 1
    assert {"phone", "person", "address"} <= {entry.type for entry in shown.legend}
    with center.store.reading(regions.ANALYST) as tx, pytest.raises(NotFound):
        contents.show(tx, UUID("01890000-0000-7000-8000-000000000000"))


def test_a_file_is_read_from_a_page_on_or_by_what_it_names_and_its_legend_counts_all_of_it(center: Center) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(500, 400))
    for page in range(1, 81):
        canvas.drawString(
            40, 300, f"On day {page} nobody was seen near the old mill" if page % 2 else f"Call 302-555-0{page:03}"
        )
        canvas.showPage()
    canvas.save()
    done = read(center, "days.pdf", out.getvalue())
    with center.store.reading(regions.ANALYST) as tx:
        later = contents.show(tx, done.uid, page=51, most=3)
        nothing = contents.show(tx, done.uid, page=500)
        named = contents.show(tx, done.uid, named="phone", most=5)
        after = contents.show(tx, done.uid, named="phone", first_row=named.next_row, most=5)
        whole = {entry.type: entry.count for entry in contents.legend(tx, done.uid)}
        said = contents.summary(tx, done.uid)
        with pytest.raises(Invalid):
            contents.show(tx, done.uid, named="no-such-type")
    assert [p.page for p in later.passages] == [51, 52, 53]
    assert not nothing.passages
    assert [p.page for p in (*named.passages, *after.passages)] == list(range(2, 22, 2))
    assert next(p.page for p in after.passages) == 12
    assert whole["phone"] == 40
    assert said is not None
    assert (said.format, said.pages, said.passages) == ("PDF document", 80, 80)


def test_the_rows_of_a_table_stand_together_with_the_names_of_their_columns(center: Center) -> None:
    done = read(center, "seen.csv", b'Plate,State,Seen\nPC123456,DE,bridge\nPC999123,MD,"gate, 302-555-0177"\n')
    with center.store.reading(regions.ANALYST) as tx:
        [table] = contents.show(tx, done.uid).blocks
    assert dict(table.columns) == {"A": "Plate", "B": "State", "C": "Seen"}
    last = table.passages[1].cells[2]
    assert "".join(stretch.text for stretch in last.stretches) == "gate, 302-555-0177"
    assert [stretch.type for stretch in last.stretches if stretch.mention] == ["phone"]


def test_a_redacted_copy_holds_nothing_of_what_was_chosen_and_is_noted_as_given_out(center: Center) -> None:
    done = read(center, "report.txt", REPORT.encode() + b"\nCall john doe at 302-555-0147.\n")
    looking = Looking(
        store=center.store, blobs=center.blobs, access=regions.ANALYST, allowance=allowance(center.settings)
    )
    assert redacting.counts(looking, done.uid)["phone"] == 2
    copy = redacting.redact(looking, done.uid, frozenset({"person", "phone"}), reason="For the press.")
    text = copy.content.decode()
    assert "555" not in text
    assert "john doe" not in text.lower()
    assert "Ford F-150" in text
    assert copy.hidden["phone"] == 2
    with center.store.reading(PIPELINE) as tx:
        a = tables.audit_entry.c
        noted = tx.connection.execute(select(a.details).where(a.event == Event.FILE_REDACTED.value)).scalar_one()
        given = tx.connection.execute(select(func.count()).select_from(tables.disclosure)).scalar_one()
        tx.note(Event.RECORD_READ)
    assert json.loads(noted)["reason"] == "For the press."
    assert json.loads(noted)["sha256"] == hashlib.sha256(copy.content).hexdigest()
    assert given
    for types, reason in ((frozenset[str](), "why"), (frozenset({"phone"}), " ")):
        with pytest.raises(Invalid):
            redacting.redact(looking, done.uid, types, reason=reason)


def test_a_redacted_pdf_is_made_of_pictures_on_which_the_words_are_black_and_tells_the_others(center: Center) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 400))
    canvas.setFont("Helvetica", 20)
    canvas.drawString(40, 300, "Call 302-555-0147 before Friday")
    canvas.drawString(40, 100, "Nothing else was said that night")
    canvas.save()
    done = read(center, "page.pdf", out.getvalue())
    looking = Looking(
        store=center.store, blobs=center.blobs, access=regions.ANALYST, allowance=allowance(center.settings)
    )
    copy = redacting.redact(looking, done.uid, frozenset({"phone"}), reason="For the press.")
    assert (copy.media_type, copy.filename) == ("application/pdf", "page-redacted.pdf")
    [page] = pypdf.PdfReader(io.BytesIO(copy.content)).pages
    assert " ".join(page.extract_text().split()) == "Call before Friday Nothing else was said that night"
    [phone] = [m for m in found(center, "mention") if value(m, "mention_type") == "phone"]
    box = Locator.read(phone.locator.partition("#")[2]).box
    assert box is not None
    picture = page.images[0].image
    assert picture is not None
    width, height = picture.size
    middle = (int((box.left + box.width / 2) * width / 100), int((box.top + box.height / 2) * height / 100))
    assert picture.convert("L").getpixel(middle) == 0
    framed = looking_at.page_picture(looking, done.uid, 1, here=phone.uid)
    assert framed.startswith((b"\x89PNG", b"\xff\xd8"))


def test_a_redacted_tiff_holds_every_page_and_shows_on_none_what_was_chosen(center: Center) -> None:
    if isinstance(reader := open_pictures(), Off):
        pytest.skip(reader.why)
    pages = [Image.new("L", (800, 300), "white") for _ in range(3)]
    for page, said in zip(
        pages, ("Nothing on the first page", "Call 302-555-0147", "Nothing on the last page"), strict=True
    ):
        ImageDraw.Draw(page).text((40, 100), said, font=ImageFont.load_default(48), fill="black")
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    done = read(center, "fax.tiff", out.getvalue())
    looking = Looking(
        store=center.store, blobs=center.blobs, access=regions.ANALYST, allowance=allowance(center.settings)
    )
    copy = redacting.redact(looking, done.uid, frozenset({"phone"}), reason="For the press.")
    assert (copy.media_type, copy.filename) == ("image/tiff", "fax-redacted.tiff")
    [phone] = [m for m in found(center, "mention") if value(m, "mention_type") == "phone"]
    place = Locator.read(phone.locator.partition("#")[2])
    assert place.page == 2
    assert place.box is not None
    with Image.open(io.BytesIO(copy.content)) as shown:
        assert shown.n_frames == 3  # type: ignore[attr-defined]
        for number, page in enumerate(pages):
            shown.seek(number)
            if number != 1:
                assert shown.tobytes() == page.tobytes()
            else:
                box = place.box
                left, top = int(box.left * 8), int(box.top * 3)
                right, bottom = int((box.left + box.width) * 8), int((box.top + box.height) * 3)
                assert shown.convert("L").crop((left, top, right, bottom)).getextrema() == (0, 0)
