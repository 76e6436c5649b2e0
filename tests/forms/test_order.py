"""The form takes exactly what the API takes; every limit from both sides."""

from uuid import UUID, uuid4

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from generations import constraints
from generations.forms.order import OrderForm

NONCE = "6f9f3f5e-8f43-4a4e-9b7c-1f6a3c1f6c11"


def form(**values):
    """A sent form: good values unless told otherwise; None leaves a field out."""
    values = {"prompt": "A boat", "nonce": NONCE, **values}
    data = QueryDict(mutable=True)
    data.update({name: value for name, value in values.items() if value is not None})
    return OrderForm(data)


def errors(**values):
    return {name: list(texts) for name, texts in form(**values).errors.items()}


def only_error(field, **values):
    """The one sentence, which stands at `field` and nowhere else."""
    found = errors(**values)
    assert list(found) == [field], found
    assert len(found[field]) == 1
    return found[field][0]


def test_a_good_form_is_a_wish():
    sent = form(negative_prompt="fog", cfg_scale="0.7", aspect_ratio="9:16", duration="12", takes="3")
    assert sent.is_valid()
    wish = sent.wish()
    assert (wish.prompt, wish.negative_prompt, wish.cfg_scale) == ("A boat", "fog", 0.7)
    assert (wish.aspect_ratio, wish.duration) == ("9:16", 12)
    assert (sent.cleaned_data["takes"], sent.cleaned_data["nonce"]) == (3, UUID(NONCE))


def test_what_is_left_out_has_the_apis_default():
    sent = form()
    assert sent.is_valid()
    wish = sent.wish()
    assert (wish.negative_prompt, wish.cfg_scale) == ("blur, distort, and low quality", 0.5)
    assert (wish.aspect_ratio, wish.duration) == ("16:9", 5)
    assert sent.cleaned_data["takes"] == 1


@pytest.mark.parametrize("emptied", ["", "   ", "\r\n"])
def test_an_emptied_negative_prompt_is_empty(emptied):
    sent = form(negative_prompt=emptied)
    assert sent.is_valid()
    assert sent.wish().negative_prompt == ""


@pytest.mark.parametrize("prompt", ["", " ", "\r\n\t ", "\u3000\u00a0", None])
def test_a_prompt_is_needed(prompt):
    assert only_error("prompt", prompt=prompt).startswith("Write a prompt")


@pytest.mark.parametrize(
    "prompt", ["x" * 2500, "🚤" * 2500, "\r\n".join("x" * 1250) + "x", "é" * 2500, "👩‍👩‍👧" * 500]
)
def test_2500_code_points_fit(prompt):
    if "\r" in prompt:
        assert len(prompt.replace("\r\n", "\n")) == 2500
    assert errors(prompt=prompt) == {}


@pytest.mark.parametrize("prompt", ["x" * 2501, "🚤" * 2501, "\r\n".join("x" * 1251)])
def test_2501_code_points_do_not(prompt):
    said = only_error("prompt", prompt=prompt)
    assert said == "The prompt is 2501 characters long, 1 more than the 2500 that Magnific takes."


def test_the_negative_prompt_has_the_same_limit():
    assert errors(negative_prompt="x" * 2500) == {}
    said = only_error("negative_prompt", negative_prompt="x" * 2600)
    assert said == "The negative prompt is 2600 characters long, 100 more than the 2500 that Magnific takes."


def test_text_stays_as_typed_but_for_line_ends():
    sent = form(prompt="  one\r\ntwo\rthree\n\t ", negative_prompt=" a\r\nb")
    assert sent.is_valid()
    assert sent.wish().prompt == "  one\ntwo\nthree\n\t "
    assert sent.wish().negative_prompt == " a\nb"


@pytest.mark.parametrize("field", ["prompt", "negative_prompt"])
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a\x00b", "NUL character"),
        ("a\ud800b", "did not arrive whole"),
        ("\udfff", "did not arrive whole"),
        ("a\ufffdb", "did not arrive whole"),
    ],
)
def test_what_is_no_text_is_refused(field, text, sentence):
    assert sentence in only_error(field, **{field: text})


def test_a_surrogate_sent_over_http_is_refused():
    sent = OrderForm(QueryDict(f"prompt=a%ED%A0%80b&nonce={NONCE}"))
    assert "did not arrive whole" in sent.errors["prompt"][0]


def test_a_pair_of_surrogates_is_one_character():
    sent = OrderForm(QueryDict(f"prompt=%F0%9F%9A%A4&nonce={NONCE}"))
    assert sent.is_valid()
    assert sent.wish().prompt == "🚤"


@pytest.mark.parametrize("value", ["0", "0.0", "1", "1.0", "0.333", " 0.5 ", "1e-3", "-0.0"])
def test_guidance_in_range(value):
    sent = form(cfg_scale=value)
    assert sent.is_valid(), sent.errors
    assert 0 <= sent.wish().cfg_scale <= 1
    assert str(sent.wish().cfg_scale)[0] != "-"


@pytest.mark.parametrize("value", ["1.01", "1.0000001", "-0.01", "2", "1e9"])
def test_guidance_out_of_range(value):
    assert only_error("cfg_scale", cfg_scale=value) == (
        f"Guidance must lie between 0 and 1; “{value}” does not."
    )


@pytest.mark.parametrize(
    "value", ["nan", "NaN", "-nan", "inf", "Infinity", "-inf", "1e999", "half", "0,5", "0_5", ""]
)
def test_guidance_that_is_no_number(value):
    assert only_error("cfg_scale", cfg_scale=value) == (
        f"Guidance must be a number from 0 to 1; “{value}” is none."
    )


@pytest.mark.parametrize("seconds", constraints.DURATIONS)
def test_every_length_on_offer(seconds):
    sent = form(duration=str(seconds))
    assert sent.is_valid()
    assert sent.wish().duration == seconds


@pytest.mark.parametrize("value", ["2", "16", "5.5", "0", "-5", "5.0", "five", "1_0", "5 s"])
def test_other_lengths(value):
    assert only_error("duration", duration=value) == (
        f"The length is a whole number of seconds from 3 to 15; “{value}” is not."
    )


def test_an_empty_length():
    assert only_error("duration", duration="").endswith("; nothing is not.")


@pytest.mark.parametrize("value", ["4:3", "16x9", "16:9 ", "", "1:1\x00"])
def test_an_unknown_ratio(value):
    assert only_error("aspect_ratio", aspect_ratio=value).startswith("The frame is 16:9, 9:16 or 1:1; ")


@pytest.mark.parametrize("ratio", constraints.ASPECT_RATIOS)
def test_a_known_ratio(ratio):
    assert errors(aspect_ratio=ratio) == {}


@pytest.mark.parametrize("value", ["1", "4"])
def test_takes_that_fit(value):
    assert errors(takes=value) == {}


@pytest.mark.parametrize("value", ["0", "5", "1.5", "-1", "", "many"])
def test_takes_that_do_not_fit(value):
    assert only_error("takes", takes=value).startswith("Takes go from 1 to 4; ")


@pytest.mark.parametrize("value", [None, "", "x", "123"])
def test_a_form_without_its_number_is_incomplete(value):
    assert "Press Generate again" in only_error("nonce", nonce=value)


def test_several_wrong_values_have_several_sentences():
    assert set(errors(prompt="", duration="2", cfg_scale="2")) == {"prompt", "duration", "cfg_scale"}


def test_a_long_wrong_value_is_shortened_in_its_sentence():
    assert len(only_error("duration", duration="9" * 5000)) < 120


def test_a_new_number_makes_it_another_order():
    sent = form()
    before = sent["nonce"].value()
    sent.renew_nonce()
    assert UUID(sent["nonce"].value()) != UUID(before)


def test_wrong_settings_are_drawn_as_defaults_and_right_ones_as_sent():
    sent = form(duration="16", takes="3")
    assert not sent.is_valid()
    assert (sent.shown("duration"), sent.shown("takes")) == (5, 3)
    assert OrderForm(initial={"duration": 9}).shown("duration") == 9


@settings(max_examples=150, deadline=None)
@given(prompt=st.text(max_size=60), cfg_scale=st.text(max_size=8), duration=st.text(max_size=4))
def test_whatever_is_typed_ends_in_a_wish_within_limits_or_a_sentence(prompt, cfg_scale, duration):
    sent = form(prompt=prompt, cfg_scale=cfg_scale, duration=duration, nonce=str(uuid4()))
    if not sent.is_valid():
        assert all(text for texts in sent.errors.values() for text in texts)
        return
    wish = sent.wish()
    wish.prompt.encode()
    assert 0 < len(wish.prompt) <= 2500
    assert 0 <= wish.cfg_scale <= 1
    assert wish.duration in constraints.DURATIONS
