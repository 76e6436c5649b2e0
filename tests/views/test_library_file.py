"""Exporting and importing libraries over HTTP: who may, what the pages say, and what is too large."""

import csv
import io
import json
import tracemalloc

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import Client, ClientHandler

from generations.forms.library_file import MOST_BYTES
from generations.lifecycle import prompts
from generations.models import LibraryUpload, Membership, Prompt, Role
from tests.factories import make_draft, make_library, make_prompt, make_user
from tests.views.pages import elements, text_of

pytestmark = pytest.mark.django_db
TABLE = "title,text\nDusk,A heron\nDawn,A gull\n"


@pytest.fixture
def mia(client):
    user = make_user()
    Membership.objects.update(role=Role.LEAD)
    client.force_login(user)
    return user


@pytest.fixture
def library(mia):
    library = make_library("House looks", by=mia)
    make_prompt(library, '=HYPERLINK("http://example.com")', title="Dusk", by=mia)
    return library


def upload(client, library, content=TABLE, name="a.csv"):
    content = content if isinstance(content, bytes) else content.encode()
    return client.post(f"/prompts/libraries/{library.pk}/import", {"file": SimpleUploadedFile(name, content)})


def confirm(client, page):
    (fingerprint,) = elements(page, "input", name="fingerprint")
    return client.post(page.request["PATH_INFO"], {"fingerprint": fingerprint["value"]})


def test_the_exports_are_files_that_no_spreadsheet_computes(client, library):
    answer = client.get(f"/prompts/libraries/{library.pk}/export.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="house-looks-20')
    header, row = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    assert header[:3] == ["id", "title", "text"]
    assert row[1:3] == ["Dusk", '\'=HYPERLINK("http://example.com")']
    answer = client.get(f"/prompts/libraries/{library.pk}/export.json")
    assert answer["Content-Disposition"].endswith('.json"')
    assert json.loads(answer.content)["prompts"][0]["versions"][0]["text"].startswith("=HYPERLINK")


def test_a_file_is_shown_first_and_then_imported(client, library):
    page = client.get(upload(client, library)["Location"])
    said = text_of(page)
    assert "New 1 Changed 1 Skipped 0" in said
    assert "Dusk New version 2 · Version 2 goes live" in said and "Dawn One version" in said
    assert Prompt.objects.count() == 1
    answer = confirm(client, page)
    assert answer["Location"] == f"/prompts/?library={library.pk}"
    assert "Imported: 1 new, 1 changed." in text_of(client.get(answer["Location"]))
    assert confirm(client, page)["Location"] == answer["Location"]
    assert Prompt.objects.count() == 2
    again = client.get(upload(client, library)["Location"])
    assert "Nothing to import" in text_of(again)
    assert not elements(again, "button", type="submit", **{"class": "button button--primary"})


def test_a_library_that_changed_meanwhile_is_previewed_anew(client, mia, library):
    page = client.get(upload(client, library)["Location"])
    dusk = library.prompts.get()
    prompts.save_version(dusk, make_draft("A swan"), actor=mia)
    again = confirm(client, page)
    assert again.status_code == 409
    assert "has changed since this preview was made; nothing was imported yet" in text_of(again)
    assert "New version 3 · Version 3 goes live" in text_of(again)
    assert (Prompt.objects.count(), dusk.versions.count()) == (1, 2)
    assert confirm(client, again).status_code == 302
    assert dusk.versions.count() == 3


def test_what_is_wrong_is_listed_and_nothing_is_kept(client, library):
    page = upload(client, library, "title,text\n<b>,\n" + "A,\n" * 150)
    assert page.status_code == 422
    said = text_of(page)
    assert "a.csv cannot be imported. Nothing was changed." in said
    assert "Line 2, text: Write a prompt" in said and "and 51 more" in said
    assert "<b>," not in page.content.decode()
    assert not LibraryUpload.objects.exists()


def test_what_cannot_be_told_apart_is_said_on_the_form(client, mia, library):
    make_prompt(library, "Other", title="Dusk", by=mia)
    page = client.get(upload(client, library)["Location"])
    assert page.status_code == 422
    assert "2 prompts here are called “Dusk”" in text_of(page)


@pytest.mark.parametrize("data", [{}, {"file": "x"}])
def test_without_a_file_it_asks_for_one(client, library, data):
    page = client.post(f"/prompts/libraries/{library.pk}/import", data)
    assert page.status_code == 422
    assert "Choose a file." in text_of(page)


def test_an_empty_file_is_said_to_be_empty(client, library):
    assert "There is nothing in the file." in text_of(upload(client, library, b""))


def test_a_little_too_much_is_refused(client, library):
    page = upload(client, library, b"x" * (MOST_BYTES + 1))
    assert page.status_code == 422
    assert "The file is too large: 10 MB at most." in text_of(page)


class Endless(io.RawIOBase):
    """A request's body that is made while it is read."""

    def __init__(self, head: bytes, size: int) -> None:
        self.head, self.left, self.largest = head, size - len(head), 0

    def read(self, size: int = -1) -> bytes:
        self.largest = max(self.largest, size)
        if self.head:
            part, self.head = self.head[:size], self.head[size:]
            return part
        part = b"x" * min(size, self.left)
        self.left -= len(part)
        return part


def test_a_hundred_megabytes_are_refused_without_being_held(client, library):
    token, edge = "a" * 32, "edge"
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    )
    size = 100_000_000
    body = Endless(head.encode(), size)
    session = settings.SESSION_COOKIE_NAME
    environ = Client()._base_environ() | {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/prompts/libraries/{library.pk}/import",
        "CONTENT_TYPE": f"multipart/form-data; boundary={edge}",
        "CONTENT_LENGTH": str(size),
        "HTTP_COOKIE": f"{session}={client.cookies[session].value}; {settings.CSRF_COOKIE_NAME}={token}",
        "wsgi.input": body,
    }
    tracemalloc.start()
    page = ClientHandler(enforce_csrf_checks=True)(environ)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert page.status_code == 413
    assert "The file is too large: 10 MB at most. Nothing of it was kept." in text_of(page)
    assert peak < 10_000_000 and body.largest < 1_000_000
    assert not LibraryUpload.objects.exists()


def test_the_libraries_lead_to_files_and_members_may_not_import(client, library):
    page = client.get("/prompts/libraries/")
    base = f"/prompts/libraries/{library.pk}/"
    for path in ("export.json", "export.csv", "import"):
        assert elements(page, "a", href=base + path)
    client.force_login(make_user("bo"))
    page = client.get("/prompts/libraries/")
    assert elements(page, "a", href=f"{base}export.json") and not elements(page, "a", href=f"{base}import")


def test_another_ones_file_is_not_there(client, library):
    address = upload(client, library)["Location"]
    client.force_login(make_user("bo", role=Role.LEAD))
    assert client.get(address).status_code == 404
