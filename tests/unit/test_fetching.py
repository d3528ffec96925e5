"""What is fetched from elsewhere: by http and https alone, from the host that was named, and not too much of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tessera.engines.fetching import MOST_BYTES, fetch, is_url
from tessera.errors import Invalid, Unavailable

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """A real server on this machine; gives its address and the paths that were asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def content(body: bytes) -> Answer:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def sent_on(place: str) -> Answer:
    def send(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/there":
            content(b"found")(handler)
            return
        handler.send_response(302)
        handler.send_header("Location", place)
        handler.end_headers()

    return send


def test_a_small_file_is_fetched_whole() -> None:
    with serving(content(b"x" * MOST_BYTES)) as (address, _):
        assert fetch(f"{address}/checkpoint") == b"x" * MOST_BYTES


def test_a_file_that_is_too_long_is_no_part_of_a_log() -> None:
    with (
        serving(content(b"x" * (MOST_BYTES + 1))) as (address, _),
        pytest.raises(Unavailable, match="longer than 1 MiB"),
    ):
        fetch(address)


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://example.org/x", "gopher://example.org/", "data:text/plain,x", "http:///x", "//example.org", "", "/etc/passwd", "jar:http://example.org!/x"],
)  # fmt: skip
def test_no_other_sort_of_address_is_asked(address: str) -> None:
    with pytest.raises(Invalid, match="cannot be fetched"):
        fetch(address)


def test_a_server_cannot_send_us_on_to_another_host_or_door() -> None:
    with serving(content(b"secret")) as (inner, asked):
        for place in (
            inner,
            f"{inner}/there",
            "file:///etc/passwd",
            "https://127.0.0.1/there",
            "//169.254.169.254/latest",
        ):
            with serving(sent_on(place)) as (address, _), pytest.raises(Unavailable):
                fetch(f"{address}/checkpoint")
        assert asked == []


def test_a_server_may_send_us_on_within_itself() -> None:
    with serving(sent_on("/there")) as (address, asked):
        assert fetch(f"{address}/here") == b"found"
        assert asked == ["/here", "/there"]


def test_a_server_that_sends_in_circles_is_left() -> None:
    with serving(sent_on("/here")) as (address, asked), pytest.raises(Unavailable):
        fetch(f"{address}/here")
    assert len(asked) < 20


def test_what_is_not_there_is_said_with_its_status() -> None:
    def gone(handler: BaseHTTPRequestHandler) -> None:
        handler.send_error(410)

    with serving(gone) as (address, _), pytest.raises(Unavailable, match="answers 410"):
        fetch(address)
    with pytest.raises(Unavailable, match="cannot be fetched"):
        fetch("http://127.0.0.1:9/")


def test_a_file_name_is_no_address(tmp_path: Path) -> None:
    assert is_url("https://log.example/checkpoint")
    assert not is_url(str(tmp_path / "checkpoint"))
