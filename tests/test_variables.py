"""Variables in prompts: what is read, what fills them, and what is refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generations.variables import BadVariables, NotFilled, Variable, has_braces, read


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("A boat", ()),
        ("A {{ subject }} at {{time}}", (Variable("subject"), Variable("time"))),
        ("{{ time | dusk,  late }}", (Variable("time", default="dusk, late"),)),
        ("{{ time | }}", (Variable("time", default=""),)),
        ("{{ lens: 35 mm,50 mm , 85 mm}}", (Variable("lens", choices=("35 mm", "50 mm", "85 mm")),)),
        ("{{ a | x }} and {{ a }}", (Variable("a", default="x"),)),
        ("{{ Größe }} {single} }", (Variable("Größe"),)),
        ("{{ time | a: b | c }}", (Variable("time", default="a: b | c"),)),
    ],
)
def test_variables_are_read_once_and_in_order(text, variables):
    assert read(text).variables == variables


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("A {{ subject", "{{ is not closed (at character 3, “{{ subject”)."),
        ("A {{ a {{ b }}", "{{ is not closed (at character 3"),
        ("A }} b", "}} closes nothing (at character 3"),
        ("{{ }}", "{{ }}: a name begins with a letter"),
        ("{{ 4k }}", "a name begins with a letter"),
        ("{{ a b }}", "a name begins with a letter"),
        ("{{ a.b }}", "a name begins with a letter"),
        ("{{ " + "x" * 41 + " }}", "40 at most"),
        ("{{ a: }}", "the choices are words"),
        ("{{ a: x,, y }}", "the choices are words"),
        ("{{ a: x, x }}", "the choices are words"),
        ("{{ a | x }} {{ a | y }}", "“a” is described in two ways"),
        (" ".join(f"{{{{ v{n} }}}}" for n in range(31)), "31 variables are too many"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(text, problem):
    with pytest.raises(BadVariables) as refused:
        read(text)
    assert problem in str(refused.value)


def test_all_problems_are_named_at_once():
    with pytest.raises(BadVariables) as refused:
        read("}} {{ 1 }} {{ open")
    assert len(refused.value.problems) == 3


def test_values_fill_the_gaps():
    pattern = read("A {{ subject }} at {{ time | dusk }}, {{ lens: 35 mm, 50 mm }}, {{ subject }}")
    assert (
        pattern.fill({"subject": " paper \n boat ", "lens": "50 mm"})
        == "A paper boat at dusk, 50 mm, paper boat"
    )


def test_what_does_not_fill_is_said_by_name():
    pattern = read("{{ subject }} {{ lens: 35 mm, 50 mm }}")
    with pytest.raises(NotFilled) as refused:
        pattern.fill({"lens": "85 mm", "other": "x"})
    assert refused.value.problems == {
        "subject": "“subject” is not filled in.",
        "lens": "“lens” is one of: 35 mm, 50 mm.",
        "other": "This prompt has no variable “other”.",
    }


def test_what_is_filled_in_is_never_read_again():
    filled = read("{{ a }} {{ b }}").fill({"a": "{{ b }}", "b": "{% now 'Y' %}"})
    assert filled == "{{ b }} {% now 'Y' %}"


@given(st.text(alphabet="{}| :,ab\n", max_size=60))
def test_every_text_is_read_or_refused(text):
    try:
        pattern = read(text)
    except BadVariables as error:
        assert error.problems
        assert has_braces(text)
    else:
        assert "".join(piece.text for piece in pattern.pieces) == text
