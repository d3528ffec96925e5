"""The pages of names: a search with its reasons, and a list that is screened to a page or a file."""

import csv
import io

import pytest
from town import Town

LIST = b"Name,DOB,Country\nElena Van der Meer,1984-05-09,US\n=1+1,,\nTobias Quilwort,someday,\nNobody Whatever,,\n"


def test_a_name_is_found_on_the_page_with_its_reasons_and_where_it_leads(quiet_town: Town) -> None:
    page = quiet_town.browser("analyst").get("/names?q=Elena+Van+der+Meer&born=1984").text
    assert "Vandermeer, Elena" in page
    assert "&#39;Meer&#39; and &#39;Vandermeer&#39; differ by a particle." in page
    assert "The birth dates agree as far as they are known (1984, 1984-05-09)." in page
    assert "/entities/" in page
    assert "SENSITIVE" in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=", "No name is given"),
        ("q=x", "One letter"),
        ("q=Ana+Nunez&born=soon", "is no date"),
        ("q=Ana+Nunez&kind=incident", "no kind that has names"),
        ("q=Ana+Nunez&least=2", "cannot be"),
        ("q=Ana+Nunez&limit=many", "cannot be"),
        ("q=Ana+Nunez&name=x", "Unknown parameter"),
    ],
)
def test_what_cannot_be_looked_for_is_said_on_the_page(quiet_town: Town, query: str, said: str) -> None:
    answer = quiet_town.browser("analyst").get(f"/names?{query}")
    assert answer.status_code == 400
    assert said in answer.text


def test_an_empty_question_explains_and_no_hit_says_so(quiet_town: Town) -> None:
    analyst = quiet_town.browser("analyst")
    assert "Ask for a person or an organisation by name" in analyst.get("/names").text
    assert "No name that you may see is alike" in analyst.get("/names?q=Zebedee+Xanthopoulos").text


def test_a_hidden_name_is_on_no_page(quiet_town: Town) -> None:
    page = quiet_town.browser("analyst").get("/names?q=Elena+Vandermeer&least=0.65").text
    assert "Vandermeer, Elena" in page
    assert "Hidden" not in page
    assert "Vandermeer-Hidden" in quiet_town.browser("hospital").get("/names?q=Elena+Vandermeer").text


def test_a_list_is_screened_to_a_page_and_to_a_file(quiet_town: Town) -> None:
    analyst = quiet_town.browser("analyst")
    sent = analyst.post(
        "/screening", {"kind": "", "least": "0.75"}, page="/screening", files={"file": ("list.csv", LIST)}
    )
    assert sent.status_code == 200
    assert "Vandermeer, Elena" in sent.text
    assert "someday" in sent.text
    lines = "Elena Van der Meer; 1984-05-09; US\n=1+1\nTobias Quilwort"
    answer = analyst.post("/screening/file", {"list": lines, "kind": "", "least": ""}, page="/screening")
    assert answer.headers["content-disposition"].startswith('attachment; filename="screening.csv"')
    found = list(csv.DictReader(io.StringIO(answer.text)))
    assert {line["found_name"] for line in found} >= {"Elena Vandermeer", "Tobias Quillwort"}
    assert [line["name"] for line in found if line["row"] == "2"] == ["'=1+1"]
    assert all("for criminal-investigation" in line["handling"] for line in found)


def test_typed_lines_are_screened_as_well(quiet_town: Town) -> None:
    analyst = quiet_town.browser("analyst")
    page = analyst.post(
        "/screening",
        {"names": "Tobias Quillwort\n\nNobody Whatever", "least": ""},
        page="/screening",
        files={"file": ("", b"")},
    )
    assert "Quillwort, Tobias" in page.text
    assert "Rows without a name" in page.text


@pytest.mark.parametrize(
    ("files", "fields", "said"),
    [
        ({"file": ("", b"")}, {}, "No list was sent"),
        ({"file": ("a.csv", b"id,when\n1,2\n")}, {}, "No column of the list is called name"),
        ({"file": ("a.bin", bytes(range(256)) * 50)}, {}, ""),
        ({"file": ("a.csv", b"name\n" + b"Ana Nunez\n" * 10_000)}, {}, "more than 1,000 names"),
        ({"file": ("a.csv", b"name\nAna Nunez\n")}, {"least": "9"}, "cannot be"),
        ({"file": ("", b"")}, {"names": "Ana\n" * 1001}, "more than 1,000 names"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_on_the_page(
    quiet_town: Town, files: dict[str, tuple[str, bytes]], fields: dict[str, str], said: str
) -> None:
    answer = quiet_town.browser("analyst").post("/screening", fields, page="/screening", files=files)
    assert answer.status_code == 422
    assert "usa-alert--error" in answer.text
    assert said in answer.text


def test_a_form_without_its_token_is_refused(quiet_town: Town) -> None:
    client = quiet_town.browser("analyst").client
    assert client.post("/screening", data={"names": "Ana Nunez"}, files={"file": ("", b"")}).status_code == 403
    assert client.post("/screening/file", data={"list": "Ana Nunez"}).status_code == 403


def test_who_may_read_no_record_may_not_search_by_name(quiet_town: Town) -> None:
    administrator = quiet_town.browser("administrator")
    assert administrator.get("/names").status_code == 403
    assert administrator.get("/screening").status_code == 403
