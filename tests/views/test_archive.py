"""Several clips as one ZIP."""

import csv
import hashlib
import io
import zipfile
from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client

from generations.models import State
from generations.views.archive import MOST_CLIPS, _under_names
from generations.views.media import file_name
from tests.factories import make_admin, make_generation, make_stranger, make_user
from tests.views.pages import text_of

pytestmark = pytest.mark.django_db
ZIP = "/gallery/zip"


@pytest.fixture
def mia(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    mia = make_user("mia")
    client.force_login(mia)
    return mia


def ready(owner, content=b"a clip", **fields):
    """A clip whose file has this content, and says so."""
    facts = {"video_bytes": len(content), "video_sha256": hashlib.sha256(content).hexdigest()}
    clip = make_generation(owner, State.READY, **facts, **fields)
    clip.video_path.parent.mkdir(parents=True)
    clip.video_path.write_bytes(content)
    return clip


def opened(answer):
    """The archive of an answer, whose body is as long as it says."""
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    assert len(content) == int(answer["Content-Length"])
    back = zipfile.ZipFile(io.BytesIO(content))
    assert back.testzip() is None
    return back


def table(back):
    return list(csv.DictReader(io.StringIO(back.read("clips.csv").decode("utf-8-sig"))))


@pytest.mark.parametrize("method", ["get", "post"])
def test_clips_come_back_under_their_names(client, mia, method):
    clips = [ready(mia, b"one" * 100_000), ready(mia, b"two"), ready(make_user("ben"), b"three")]
    answer = getattr(client, method)(ZIP, {"ids": [clip.pk for clip in clips]})
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith('attachment; filename="kling_3-clips_20')
    assert "no-store" in answer["Cache-Control"]
    back = opened(answer)
    assert sorted(back.namelist()) == sorted(["clips.csv", *map(file_name, clips)])
    for clip in clips:
        content = back.read(file_name(clip))
        assert content == clip.video_path.read_bytes()
        assert hashlib.sha256(content).hexdigest() == clip.video_sha256


def test_the_table_says_what_they_are(client, mia):
    clip = ready(mia, prompt="Füchse,\nim “Schnee”", negative_prompt="rain", duration=7, aspect_ratio="9:16")
    (row,) = table(opened(client.get(ZIP, {"ids": [clip.pk]})))
    ordered_at = datetime.fromisoformat(row.pop("ordered at"))
    assert ordered_at == clip.created_at.replace(microsecond=0)
    assert row == {
        "file": file_name(clip),
        "id": str(clip.pk),
        "prompt": "Füchse,\nim “Schnee”",
        "negative prompt": "rain",
        "aspect ratio": "9:16",
        "seconds": "7",
        "cfg scale": "0.5",
        "owner": "mia",
        "price": "5.60",
        "currency": "EUR",
        "SHA-256": clip.video_sha256,
    }


def test_no_cell_is_a_formula(client, mia):
    clip = ready(mia, prompt='=HYPERLINK("http://x")', negative_prompt=" +1")
    type(mia).objects.filter(pk=mia.pk).update(first_name="@SUM(A1)")
    (row,) = table(opened(client.get(ZIP, {"ids": [clip.pk]})))
    assert row["prompt"] == '\'=HYPERLINK("http://x")'
    assert row["negative prompt"] == "' +1"
    assert not row["owner"].startswith("@")


def test_what_has_no_file_is_named_inside(client, mia, caplog):
    here, gone, cut, waits = ready(mia), ready(mia), ready(mia), make_generation(mia, State.RENDERING)
    gone.video_path.unlink()
    cut.video_path.write_bytes(b"a cl")
    back = opened(client.get(ZIP, {"ids": [clip.pk for clip in (here, gone, cut, waits)]}))
    assert back.namelist() == ["clips.csv", "missing.txt", file_name(here)]
    assert [row["id"] for row in table(back)] == [str(here.pk)]
    note = back.read("missing.txt").decode()
    assert f"{gone.pk}  {gone.title}: its file is missing; tell an admin" in note
    assert f"{cut.pk}  {cut.title}: its file is not whole; tell an admin" in note
    assert f"{waits.pk}  {waits.title}: not ready (rendering)" in note
    assert str(here.pk) not in note
    logged = [record.getMessage() for record in caplog.records if record.name == "generations.views.archive"]
    assert len(logged) == 2
    assert not any(gone.prompt in line for line in logged)


def test_one_that_was_thrown_away_for_good_is_no_fault(client, mia, caplog):
    here, gone = ready(mia), ready(mia)
    gone.video_path.unlink()
    type(gone).objects.filter(pk=gone.pk).update(trashed_at=gone.created_at, purged_at=gone.created_at)
    back = opened(client.get(ZIP, {"ids": [here.pk, gone.pk]}))
    assert f"{gone.pk}  {gone.title}: its file was removed for good" in back.read("missing.txt").decode()
    assert not [record for record in caplog.records if record.name == "generations.views.archive"]


def test_one_of_a_stranger_and_nothing_comes(client, mia):
    mine, theirs = ready(mia), ready(make_stranger())
    hidden = ready(make_user("ben"), is_private=True)
    for other in (theirs.pk, hidden.pk, uuid4(), "no-id", ""):
        assert client.get(ZIP, {"ids": [mine.pk, other]}).status_code == 404
        assert client.post(ZIP, {"ids": [mine.pk, other]}).status_code == 404
    client.force_login(make_admin())
    assert len(opened(client.get(ZIP, {"ids": [mine.pk, theirs.pk, hidden.pk]})).namelist()) == 4


def test_one_that_is_named_twice_comes_once(client, mia):
    clip = ready(mia)
    back = opened(client.get(ZIP, {"ids": [clip.pk, clip.pk, clip.pk.hex]}))
    assert back.namelist() == ["clips.csv", file_name(clip)]


def test_nothing_chosen_and_nothing_there_are_said(client, mia):
    waits, gone = make_generation(mia), ready(mia)
    gone.video_path.unlink()
    for ids, said in (([], "No clip is chosen"), ([waits.pk, gone.pk], "None of these clips has a file")):
        answer = client.get(ZIP, {"ids": ids})
        assert answer.status_code == 422
        assert said in text_of(answer)


@pytest.mark.parametrize("method", ["get", "post"])
def test_more_than_one_archive_takes_is_said(client, mia, method):
    answer = getattr(client, method)(ZIP, {"ids": [uuid4() for _ in range(MOST_CLIPS + 1)]})
    assert answer.status_code == 422
    assert "You chose 501 clips; one ZIP takes 500" in text_of(answer)
    answer = getattr(client, method)(ZIP, {"ids": [uuid4() for _ in range(MOST_CLIPS)]})
    assert answer.status_code == 404


def test_head_has_the_length_and_no_body(client, mia):
    ids = {"ids": [ready(mia).pk]}
    head, get = client.head(ZIP, ids), client.get(ZIP, ids)
    assert head["Content-Length"] == get["Content-Length"]
    assert head.content == b""
    opened(get)


def test_queries_do_not_grow_with_the_clips(client, mia, django_assert_num_queries):
    clips = [ready(make_user(f"user{number}")) for number in range(8)]
    opened(client.get(ZIP, {"ids": [clips[0].pk]}))
    with django_assert_num_queries(3):
        opened(client.get(ZIP, {"ids": [clips[0].pk]}))
    with django_assert_num_queries(3):
        opened(client.get(ZIP, {"ids": [clip.pk for clip in clips]}))


def test_a_form_needs_its_token(mia):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(mia)
    assert browser.post(ZIP, {"ids": [ready(mia).pk]}).status_code == 403


def test_names_differ(mia):
    clip = make_generation(mia)
    names = [one.name for one in _under_names([clip, clip, clip])]
    assert names == [file_name(clip), *(file_name(clip).replace(".mp4", f"-{n}.mp4") for n in (2, 3))]
