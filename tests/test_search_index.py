import pytest
from django.db import connection

from generations import search_index
from generations.lifecycle.finding import ClipFilter
from generations.models import Generation
from tests.factories import make_generation, make_user

pytestmark = pytest.mark.django_db


def found(text, viewer):
    return list(ClipFilter(text=text).find(Generation.objects.all(), viewer))


def test_an_index_that_an_earlier_release_made_is_made_anew():
    mia = make_user()
    clip = make_generation(mia, prompt="A photorealistic lighthouse")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE generations_promptindex")
            cursor.execute(search_index.SQLITE.replace(search_index.PREFIXES, "1 2 3"))
        search_index.keep_index()
    assert found("photoreal", mia) == found("light", mia) == [clip]
    later = make_generation(mia, prompt="Another lighthouse")
    assert found("lighthouse", mia) == [later, clip]


def test_postgresql_counts_more_words_than_it_would():
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT attstattarget FROM pg_attribute WHERE attname = 'search_vector'")
            assert (1000,) in cursor.fetchall()
    else:
        assert "STATISTICS 1000" in search_index.POSTGRES[-1]


def test_a_beginning_of_a_word_is_read_off_the_index_however_long():
    """FTS5 collects all that begin so, instead, where it has no index for beginnings of that length."""
    assert search_index.PREFIXES.split() == [str(length) for length in range(1, 17)]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'generations_promptindex'")
            assert f"prefix='{search_index.PREFIXES}'" in cursor.fetchone()[0]
