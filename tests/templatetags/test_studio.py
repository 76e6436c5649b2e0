"""How money, times, sizes and shapes are written."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from generations.templatetags import studio


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("5.6", "EUR", "€5.60"),
        ("1234.5", "EUR", "€1,234.50"),
        ("5.6", "USD", "$5.60"),
        ("0", "EUR", "€0.00"),
    ],
)
def test_money(amount, currency, written):
    assert studio.money(Decimal(amount), currency) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0:00"), (190.9, "3:10"), (3599, "59:59"), (3723, "1:02:03"), (-4, "0:00")],
)
def test_clock(seconds, written):
    assert studio.clock(seconds) == written


@pytest.mark.parametrize(
    ("ago", "depth", "said"),
    [
        (timedelta(0), 1, "less than a minute"),
        (timedelta(seconds=59), 2, "less than a minute"),
        (timedelta(seconds=-5), 1, "less than a minute"),
        (timedelta(seconds=60), 1, "1 minute"),
        (timedelta(hours=2, minutes=5), 1, "2 hours"),
        (timedelta(hours=2, minutes=5), 2, "2 hours, 5 minutes"),
    ],
)
def test_lasted(ago, depth, said):
    assert studio.lasted(timezone.now() - ago, depth).replace("\xa0", " ") == said


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (360, 540, "6–9 min"),
        (4.2, 5.9, "4–6 s"),
        (410, 430, "7 min"),
        (0.1, 0.2, "1 s"),
        (30, 300, "1–5 min"),
    ],
)
def test_span(low, high, written):
    assert studio.span(low, high) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (13, "13th"),
        (22, "22nd"),
        (111, "111th"),
    ],
)
def test_ordinal(number, written):
    assert studio.ordinal(number) == written


@pytest.mark.parametrize(
    ("scale", "word"),
    [
        (0, "Creative"),
        (0.33, "Creative"),
        (0.34, "Balanced"),
        (0.66, "Balanced"),
        (0.67, "Strict"),
        (1, "Strict"),
    ],
)
def test_guidance(scale, word):
    assert studio.guidance(scale) == word


@pytest.mark.parametrize(("part", "whole", "percent"), [(0, 10, 0), (5, 10, 50), (20, 10, 100), (1, 0, 100)])
def test_share_stops_at_the_end(part, whole, percent):
    assert studio.share(part, whole) == percent


def test_the_rest():
    assert studio.megabytes(28_140_000) == "28.1 MB"
    assert studio.shape("9:16") == "9x16"
    assert studio.shortened("046b0000-0000-ee91") == "046b…ee91"
    assert studio.shortened("short") == "short"
    assert studio.elapsed(timezone.now() - timedelta(seconds=61)) == 61
    assert studio.elapsed(timezone.now() + timedelta(minutes=1)) == 0
