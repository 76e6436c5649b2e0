"""Result files that do not come as they should, and those made for load tests."""

import gzip
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import urllib3

from generations.magnific.sandbox.config import SandboxConfig
from generations.magnific.sandbox.server import running_sandbox
from tests.magnific.sandbox.conftest import Caller


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("plain")


@pytest.fixture(scope="module")
def plain(folder) -> Iterator[Caller]:
    """A client of a sandbox whose tasks share their files."""
    config = SandboxConfig(
        folder, port=0, seconds=0.0, megabytes=0.05, plain=True, bomb_megabytes=50, slow_rate=100_000
    )
    with running_sandbox(config) as sandbox:
        yield Caller(sandbox.base_url)


@pytest.fixture
def caller(plain) -> Iterator[Caller]:
    yield plain
    plain.set_faults()


@pytest.fixture(scope="module")
def content(plain) -> bytes:
    """The file of 3 seconds, whole."""
    return requests.get(plain.link(prompt="A harbour", duration=3), timeout=60).content


def fetch(caller: Caller, fault: str, **headers: str) -> requests.Response:
    """Turn a fault on for one request and fetch a file, its body still to come."""
    link = caller.link(prompt="A harbour", duration=3)
    caller.set_faults(**{fault: {"times": 1}})
    return requests.get(link, headers={"accept-encoding": "identity", **headers}, stream=True, timeout=30)


def received(answer: requests.Response) -> bytes:
    """Return what comes, whole or not, as it is on the wire."""
    pieces = []
    try:
        while piece := answer.raw.read1(65_536, decode_content=False):
            pieces.append(piece)
    except urllib3.exceptions.ProtocolError:
        pieces.append(b"")
    return b"".join(pieces)


def test_plain_tasks_share_a_file_of_each_shape(caller, content):
    other = requests.get(caller.link(prompt="Something else", duration=3), timeout=60).content
    longer = requests.get(caller.link(prompt="A harbour", duration=4), timeout=60).content
    assert other == content
    assert len(content) < 200_000
    assert len(longer) > len(content)
    assert content[4:8] == b"ftyp"


def test_many_plain_tasks_cost_no_encoding(caller, content, folder):
    before = sorted(path.name for path in folder.rglob("*.mp4"))
    links = [caller.link(prompt=f"Harbour {number}", duration=3) for number in range(40)]
    assert {requests.head(link, timeout=10).headers["content-length"] for link in links} == {
        str(len(content))
    }
    assert sorted(path.name for path in folder.rglob("*.mp4")) == before


def test_a_file_is_cut_midway_and_the_rest_can_be_had(caller, content):
    answer = fetch(caller, "cut_file")
    assert int(answer.headers["content-length"]) == len(content)
    half = received(answer)
    assert half == content[: len(content) // 2]
    rest = requests.get(answer.url, headers={"range": f"bytes={len(half)}-"}, timeout=30)
    assert half + rest.content == content


def test_a_part_is_cut_midway_as_well(caller, content):
    answer = fetch(caller, "cut_file", range="bytes=1000-1999")
    assert (answer.status_code, received(answer)) == (206, content[1000:1500])


def test_a_file_can_be_short_and_complete_by_its_length(caller, content):
    answer = fetch(caller, "short_file")
    assert (
        received(answer)
        == content[: int(len(content) * 0.6)]
        == content[: int(answer.headers["content-length"])]
    )
    whole = requests.head(answer.url, timeout=30)
    assert whole.headers["etag"] != answer.headers["etag"]


def test_a_page_comes_instead_of_a_file(caller):
    answer = fetch(caller, "html_file")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert received(answer).startswith(b"<!doctype html>")


def test_a_bomb_comes_instead_of_a_file(caller):
    answer = fetch(caller, "gzip_file")
    assert (answer.headers["content-encoding"], answer.headers["content-type"]) == ("gzip", "video/mp4")
    bomb = received(answer)
    assert len(bomb) < 100_000
    assert len(gzip.decompress(bomb)) == 50_000_000


def test_the_file_server_can_be_in_trouble(caller):
    answer = fetch(caller, "error_file")
    assert answer.status_code == 500
    assert requests.head(answer.url, timeout=30).status_code == 200


def test_a_file_can_be_slow(caller, content):
    started = time.monotonic()
    assert received(fetch(caller, "slow_file")) == content
    assert time.monotonic() - started > 0.8 * len(content) / 100_000


def test_a_word_spoils_the_first_fetch_only(caller, content):
    link = caller.link(prompt="A harbour [html-file]", duration=3)
    assert requests.head(link, timeout=30).headers["content-type"] == "video/mp4"
    assert requests.get(link, timeout=30).text.startswith("<!doctype html>")
    assert requests.get(link, timeout=30).content == content
