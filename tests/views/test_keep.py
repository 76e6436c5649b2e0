"""Keeping one clip: mark, stars, tags and collections."""

import pytest

from generations.lifecycle import collections, liking, tags, trash
from generations.models import Collection, Favourite, Generation, Rating, Role, State, Tag
from tests.factories import first_team, make_generation, make_team, make_user
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def clip(mia):
    return make_generation(mia, State.READY)


def keep(client, clip, headers=None, **data):
    return client.post(f"/gallery/{clip.pk}/keep", data, headers=htmx() if headers is None else headers)


def names(clip):
    return [tag.name for tag in Tag.objects.filter(taggings__generation=clip)]


def test_a_mark_is_set_and_taken_away_and_the_button_says_which(client, mia, clip):
    for value, pressed, following, count in (("on", "true", "off", 1), ("on", "true", "off", 1)):
        (button,) = elements(keep(client, clip, favourite=value), "button", data_act="favourite")
        assert (button["aria-pressed"], button["value"]) == (pressed, following)
        assert Favourite.objects.filter(user=mia).count() == count
    (button,) = elements(keep(client, clip, favourite="off"), "button", data_act="favourite")
    assert (button["aria-pressed"], button["value"]) == ("false", "on")
    assert not Favourite.objects.exists()


def test_stars_are_given_changed_and_taken_back_and_the_mean_is_everybodys(client, mia, clip):
    liking.rate(clip, make_user("bo"), 5)
    answer = keep(client, clip, stars=2)
    assert "3.5" in text_of(answer)
    assert "2 ratings" in text_of(answer)
    stars = elements(answer, "button", name="stars")
    assert [star["value"] for star in stars] == ["1", "0", "3", "4", "5"]
    assert [star["aria-pressed"] for star in stars] == ["false", "true", "false", "false", "false"]
    assert "4.0" in text_of(keep(client, clip, stars=3))
    assert "1 rating" in text_of(keep(client, clip, stars=0))
    assert [rating.user.username for rating in Rating.objects.all()] == ["bo"]
    assert Generation.objects.get().rating == 5


def test_tags_are_added_several_at_a_time_and_removed(client, clip):
    answer = keep(client, clip, tag=" Night, #rain ,, night")
    assert names(clip) == ["night", "rain"]
    assert elements(answer, "input", id="keep-tag")[0]["value"] == ""
    assert "autofocus" in elements(answer, "input", id="keep-tag")[0]
    keep(client, clip, remove_tag="night")
    assert names(clip) == ["rain"]
    keep(client, clip, remove_tag="never there")
    assert names(clip) == ["rain"]


def test_the_teams_other_tags_are_suggested_and_nobody_elses(client, mia, clip):
    tags.add(first_team(), "night", [make_generation(mia)], actor=mia)
    tags.add(make_team("South"), "theirs", [make_generation(mia)], actor=mia)
    tags.add(first_team(), "rain", [clip], actor=mia)
    page = client.get(f"/gallery/{clip.pk}/")
    assert [one["value"] for one in elements(page, "option") if one["value"].isalpha()] == ["night"]
    assert elements(page, "button", name="remove_tag", value="rain")
    assert elements(page, "a", href="/gallery/?tag=rain&whose=team")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"tag": " , "}, "Write a word."),
        ({"tag": "x" * 41}, "A tag has 40 characters at most; this one has 41."),
        ({"new_collection": "  "}, "Write a name that can be read."),
        ({"new_collection": "x" * 81}, "A name has 80 characters at most; this has 81."),
        ({"stars": "6"}, "less than or equal to 5"),
        ({"stars": ""}, "this says nothing"),
        ({"favourite": "perhaps"}, "perhaps"),
        ({"collection": "x"}, "valid UUID"),
        ({}, "say one thing at a time"),
        ({"tag": "night", "stars": "3"}, "say one thing at a time"),
    ],
)
def test_what_makes_no_sense_changes_nothing_and_is_said_where_it_was_typed(client, clip, data, said):
    answer = keep(client, clip, **data)
    assert answer.status_code == 422
    assert said in text_of(answer)
    field = next(iter(data), "")
    if field in ("tag", "new_collection") and len(data) == 1:
        (typed,) = elements(answer, "input", name=field)
        assert (typed["aria-invalid"], typed["value"]) == ("true", data[field])
        assert elements(answer, "p", id=typed["aria-describedby"])
    answer = keep(client, clip, headers={}, **data)
    assert answer.status_code == 302
    assert said in text_of(client.get(answer["Location"]))
    assert not any(model.objects.exists() for model in (Tag, Collection, Rating, Favourite))


def test_a_clip_goes_into_collections_of_its_team_and_out_again(client, mia, clip):
    spring = collections.make(first_team(), "Spring", actor=mia)
    answer = keep(client, clip, collection=spring.pk)
    assert elements(answer, "button", name="remove_collection", value=str(spring.pk))
    assert not elements(answer, "button", name="collection")
    assert elements(answer, "a", href=f"/gallery/?collection={spring.pk}&whose=team")
    keep(client, clip, new_collection="  Harbour   film ")
    keep(client, clip, new_collection="SPRING")
    assert [one.name for one in Collection.objects.filter(items__generation=clip)] == [
        "Harbour film",
        "Spring",
    ]
    keep(client, clip, remove_collection=spring.pk)
    assert [one.name for one in Collection.objects.filter(items__generation=clip)] == ["Harbour film"]
    assert Collection.objects.filter(pk=spring.pk).exists()


def test_without_a_fragment_it_goes_back_to_where_the_clip_was_seen(client, clip):
    where = f"http://testserver/gallery/{clip.pk}/?q=boat&whose=team"
    answer = keep(client, clip, headers={"Referer": where}, favourite="on")
    assert answer["Location"] == f"/gallery/{clip.pk}/?q=boat&whose=team"
    for elsewhere in ("https://evil.example/gallery/?q=boat", "http://testserver/gallery/?q=boat", ""):
        answer = keep(client, clip, headers={"Referer": elsewhere}, favourite="on")
        assert answer["Location"] == f"/gallery/{clip.pk}/"


def test_a_viewer_likes_and_rates_but_does_not_tag(client, clip):
    spring = collections.make(first_team(), "Spring", actor=clip.owner)
    tags.add(first_team(), "night", [clip], actor=clip.owner)
    viewer = make_user("vi", role=Role.VIEWER)
    client.force_login(viewer)
    assert keep(client, clip, favourite="on").status_code == 200
    page = keep(client, clip, stars=4)
    assert Rating.objects.get().user == viewer
    assert "night" in text_of(page)
    assert not elements(page, "input", name="tag")
    assert not elements(page, "button", name="remove_tag")
    for data in (
        {"tag": "rain"},
        {"remove_tag": "night"},
        {"collection": spring.pk},
        {"new_collection": "x"},
    ):
        assert keep(client, clip, **data).status_code == 403
    assert names(clip) == ["night"]


def test_a_clip_in_the_trash_is_not_kept(client, mia, clip):
    trash.trash([clip], actor=mia)
    page = client.get(f"/gallery/{clip.pk}/")
    assert elements(page, "section", id="keep")
    assert not elements(page, "button", name="stars")
