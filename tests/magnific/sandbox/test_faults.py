"""When a fault strikes: pure rules, dice that a seed repeats, magic words."""

import pytest

from generations.magnific.sandbox.faults import KNOWN, Faults, Rule, parse_rules, parse_shares, words_for


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def struck(faults: Faults, fault: str, times: int) -> list[bool]:
    return [faults.strikes(fault) for _ in range(times)]


def test_shares_are_read_from_text():
    assert parse_shares("") == {}
    assert parse_shares(" reset_after = 0.25, cut_file=1,foreign ,") == {
        "reset_after": Rule(0.25),
        "cut_file": Rule(1.0),
        "foreign": Rule(1.0),
    }


@pytest.mark.parametrize(
    "text",
    ["nonsense=1", "=0.5", "cut_file=often", "cut_file=1.01", "cut_file=-0.1", "cut_file=nan", "[cut-file]"],
)
def test_shares_that_mean_nothing_are_refused(text):
    with pytest.raises(ValueError, match="faults"):
        parse_shares(text)


def test_rules_are_read_from_json():
    assert parse_rules({}) == {}
    data = {"cut_file": 0.5, "foreign": {"times": 2}, "no_credit": {"seconds": 3, "share": 0.1}}
    assert parse_rules(data) == {
        "cut_file": Rule(0.5),
        "foreign": Rule(times=2),
        "no_credit": Rule(0.1, seconds=3),
    }


@pytest.mark.parametrize(
    "data",
    [
        *([], None, "cut_file", {"nonsense": 1}, {"cut_file": None}, {"cut_file": "1"}, {"cut_file": True}),
        *({"cut_file": {"share": 2}}, {"cut_file": {"often": 1}}, {"cut_file": {"times": 0}}),
        *({"cut_file": {"times": 1.0}}, {"cut_file": {"times": True}}, {"cut_file": {"seconds": 0}}),
        *({"cut_file": {"seconds": "3"}}, {"cut_file": [1]}),
    ],
)
def test_rules_that_mean_nothing_are_refused(data):
    with pytest.raises(ValueError, match=r"JSON object|nonsense|cut_file: "):
        parse_rules(data)


def test_a_fault_that_is_off_never_strikes_and_a_full_share_always():
    faults = Faults({"cut_file": Rule()})
    assert struck(faults, "cut_file", 50) == [True] * 50
    assert struck(faults, "reset_after", 50) == [False] * 50
    assert struck(Faults({"cut_file": Rule(0)}), "cut_file", 50) == [False] * 50


def test_a_share_strikes_about_that_often_and_the_seed_repeats_it():
    rules = {"cut_file": Rule(0.3), "reset_after": Rule(0.3)}
    first = struck(Faults(rules, seed=7), "cut_file", 2000)
    assert sum(first) == pytest.approx(600, abs=80)
    again = Faults(rules, seed=7)
    mixed = [(again.strikes("reset_after"), again.strikes("cut_file"))[1] for _ in range(2000)]
    assert mixed == first
    assert struck(Faults(rules, seed=7), "reset_after", 2000) != first
    assert struck(Faults(rules, seed=8), "cut_file", 2000) != first


def test_times_are_counted_only_when_it_strikes():
    faults = Faults({"cut_file": Rule(0.5, times=3)}, seed=1)
    results = struck(faults, "cut_file", 100)
    assert sum(results) == 3
    assert not all(results[:3])
    assert faults.active() == {}


def test_seconds_pass():
    clock = Clock()
    faults = Faults({"no_credit": Rule(seconds=5)}, clock=clock)
    clock.now += 4.9
    assert faults.strikes("no_credit")
    assert faults.active() == {"no_credit": {"share": 1.0, "times": None, "seconds": 0.1}}
    clock.now += 0.2
    assert not faults.strikes("no_credit")
    assert faults.active() == {}


def test_replacing_turns_off_the_others_and_begins_anew():
    faults = Faults({"cut_file": Rule(times=1), "foreign": Rule()})
    assert faults.strikes("cut_file")
    faults.replace({"cut_file": Rule(times=1)})
    assert struck(faults, "cut_file", 2) == [True, False]
    assert not faults.strikes("foreign")


def test_a_fault_that_does_not_exist_cannot_be_asked_for():
    with pytest.raises(KeyError):
        Faults({}).strikes("nonsense")


def test_words():
    assert words_for("reset_before") == ("[reset-before]",)
    assert words_for("lose_answer_after") == ("[lose-answer-after]", "[lose-answer]")
    assert words_for("error_after") == ("[error-after]", "[500-after]")
    words = [word for fault in KNOWN for word in words_for(fault)]
    assert len(set(words)) == len(words)
