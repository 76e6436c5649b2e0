"""The list of keys, and that what it promises is what the pages listen to."""

import re

import pytest
from django.conf import settings

from generations.views.keys import GROUPS
from tests.factories import make_user
from tests.views.pages import elements, text_of

pytestmark = pytest.mark.django_db

NAMES = {"Space": " ", "Esc": "Escape", "←": "ArrowLeft", "→": "ArrowRight", "↑": "ArrowUp", "↓": "ArrowDown"}
LISTENERS = {
    "Gallery": ("gallery_keys.js", {"Enter", "X", "Esc"}),
    "Clip": ("transport.js", {"F", "R", "#", "Delete", "←", "→", "P", "N"}),
    "Everywhere": ("keys.js", {"Esc"}),
}
"""The module of a page, and the keys that are the browser's own or another module's."""


def last_keys(group):
    return {strokes[-1] for key in group.keys for strokes in key.strokes}


@pytest.mark.parametrize(
    "group", [group for group in GROUPS if group.name in LISTENERS], ids=lambda one: one.name
)
def test_every_key_that_is_listed_is_listened_to(group):
    name, elsewhere = LISTENERS[group.name]
    script = (settings.BASE_DIR / "static" / "js" / name).read_text()
    for key in last_keys(group) - elsewhere:
        key = NAMES.get(key, key)
        wanted = {key, key.lower()} if len(key) == 1 else {key}
        assert any(re.search(rf'(["\s]){re.escape(one)}(["\s]*:|")', script) for one in wanted), key


@pytest.mark.parametrize("page", ["create", "gallery", "clip", "compare"])
def test_the_keys_of_the_page_one_comes_from_stand_first(client, page):
    client.force_login(make_user())
    answer = client.get("/keys", {"on": page})
    assert elements(answer, "h2")[0]["id"] == f"keys-{page}"
    assert len(elements(answer, "h2")) == len(GROUPS)


def test_the_menu_leads_there_without_scripts(client):
    client.force_login(make_user())
    (link,) = elements(client.get("/gallery/"), "a", data_keys=None)
    assert link["href"] == "/keys?on=gallery"
    assert "Compare what is selected" in text_of(client.get(link["href"]))
