"""Saved searches: one of a name for each person and team, and not without end."""

import pytest

from generations.lifecycle import searches
from generations.models import SavedSearch
from tests.factories import make_member, make_membership, make_team

pytestmark = pytest.mark.django_db


def kept(membership):
    mine = SavedSearch.objects.filter(user=membership.user, team=membership.team)
    return dict(mine.values_list("name", "query"))


def test_a_name_is_one_search_of_one_person_in_one_team():
    mia, bo = make_member(), make_member("bo")
    mia_north = make_membership(mia.user, make_team())
    for membership, query in ((mia, "q=a"), (bo, "q=b"), (mia_north, "q=c"), (mia, "q=d")):
        searches.save(membership, "Boats", query)
    assert (kept(mia), kept(bo), kept(mia_north)) == ({"Boats": "q=d"}, {"Boats": "q=b"}, {"Boats": "q=c"})


def test_too_long_or_too_many_are_refused_and_change_nothing(monkeypatch):
    mia = make_member()
    monkeypatch.setattr(searches, "MOST", 2)
    searches.save(mia, "one", "q=1")
    searches.save(mia, "two", "q=2")
    with pytest.raises(searches.CannotSave, match="2 saved searches"):
        searches.save(mia, "three", "q=3")
    with pytest.raises(searches.CannotSave, match="too long"):
        searches.save(mia, "one", "q=" + "x" * searches.QUERY_LENGTH)
    searches.save(mia, "two", "q=4")
    assert kept(mia) == {"one": "q=1", "two": "q=4"}
