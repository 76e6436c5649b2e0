"""The files of a clip."""

import logging

import pytest

from generations.models import State
from generations.views.media import file_name
from tests.factories import make_admin, make_generation, make_stranger, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def clip(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    clip = make_generation(make_user(), State.READY, files=True, video_bytes=3 * 1024 * 1024)
    client.force_login(clip.owner)
    return clip


def body(response):
    return b"".join(response)


def test_a_player_gets_a_piece_of_at_most_a_megabyte(client, clip):
    response = client.get(f"/gallery/{clip.pk}/video.mp4", headers={"Range": "bytes=0-"})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes 0-{1024 * 1024 - 1}/{clip.video_bytes}"
    assert response["Content-Type"] == "video/mp4"
    assert body(response) == clip.video_path.read_bytes()[: 1024 * 1024]


def test_a_download_is_whole_under_a_sensible_name(client, clip):
    response = client.get(f"/gallery/{clip.pk}/download")
    name = f"kling_paper-boat-crosses-a_16x9_5s_{clip.pk.hex[:8]}.mp4"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert int(response["Content-Length"]) == clip.video_bytes
    assert body(response) == clip.video_path.read_bytes()


def test_a_download_goes_on_where_it_broke_off_without_a_cap(client, clip):
    response = client.get(f"/gallery/{clip.pk}/download", headers={"Range": "bytes=10-"})
    assert response.status_code == 206
    assert len(body(response)) == clip.video_bytes - 10


def test_head_has_the_length_and_no_body(client, clip):
    response = client.head(f"/gallery/{clip.pk}/video.mp4")
    assert int(response["Content-Length"]) == clip.video_bytes
    assert response.content == b""


def test_a_poster_is_kept_by_its_viewer_only(client, clip):
    response = client.get(f"/gallery/{clip.pk}/poster.webp")
    assert response["Content-Type"] == "image/webp"
    assert "private" in response["Cache-Control"]
    assert body(response) == clip.poster_path.read_bytes()
    again = client.get(f"/gallery/{clip.pk}/poster.webp", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["video.mp4", "download", "poster.webp"])
def test_nothing_is_there_before_the_clip(client, clip, name):
    waiting = make_generation(clip.owner, State.SAVING)
    assert client.get(f"/gallery/{waiting.pk}/{name}").status_code == 404


@pytest.mark.parametrize("name", ["video.mp4", "download", "poster.webp"])
def test_a_lost_file_is_404_and_a_line_in_the_log(client, clip, name, caplog):
    clip.video_path.unlink()
    clip.poster_path.unlink()
    with caplog.at_level(logging.ERROR, "generations.views.media"):
        assert client.get(f"/gallery/{clip.pk}/{name}").status_code == 404
    (record,) = [record for record in caplog.records if record.name == "generations.views.media"]
    assert str(clip.pk) in record.getMessage()


@pytest.mark.parametrize("name", ["video.mp4", "download", "poster.webp"])
def test_a_stranger_gets_404_and_an_admin_the_file(client, clip, name):
    client.force_login(make_stranger())
    assert client.get(f"/gallery/{clip.pk}/{name}").status_code == 404
    client.force_login(make_admin())
    assert client.get(f"/gallery/{clip.pk}/{name}").status_code == 200


@pytest.mark.parametrize(
    ("prompt", "subject"),
    [
        ("A paper boat crosses a gutter", "paper-boat-crosses-a"),
        ("Über die Brücke, Zürich!", "uber-die-brucke-zurich"),
        ("纸船", "clip"),
        ("🚤 🚤", "clip"),
        ('"; rm -rf / ../../etc', "rm-rf-etc"),
        ("x" * 2500, "x" * 48),
        ("the", "the"),
    ],
)
def test_file_names_are_plain(prompt, subject):
    clip = make_generation(prompt=prompt, aspect_ratio="9:16", duration=12)
    assert file_name(clip) == f"kling_{subject}_9x16_12s_{clip.pk.hex[:8]}.mp4"
