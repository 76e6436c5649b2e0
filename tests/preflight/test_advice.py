"""What a text is advised of before it is paid for, and, as much, what it is not."""

import time

import pytest

from generations.constraints import NEGATIVE_PROMPT_DEFAULT
from generations.preflight import advise


def kinds(prompt, *, negative="", duration=5, avoided=()):
    return [advice.kind for advice in advise(prompt, negative, duration, avoided)]


def said(prompt, **asked):
    negative, duration = asked.get("negative", ""), asked.get("duration", 5)
    return " ".join(advice.says for advice in advise(prompt, negative, duration, asked.get("avoided", ())))


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("A boat at dusk, upbeat music", "“music”"),
        ("MUSIC swells over the harbour", "“music”"),
        ("She says she is leaving", "“says”"),
        ("She whispers: “come closer”", "“whispers”"),
        ('He shouts "stop!" and runs', "“shouts”"),
        ("A calm voice explains the product", "“voice”"),
        ("Voice-over about the sea", "“voice-over”"),
        ("a voiceover in German", "“voiceover”"),
        ("The narrator describes the valley", "“narrator”"),
        ("Two friends in dialogue", "“dialogue”"),
        ("with the sound of rain on leaves", "“sound of”"),
        ("Epic soundtrack, drums", "“soundtrack”"),
        ("realistic sound effects", "“sound effects”"),
        ("SFX: thunder", "“sfx”"),
        ("clean audio, no hum", "“audio”"),
        ("We hear gulls", "“we hear”"),
        ("A song plays while she dances", "“song”"),
        ("No rain. Music plays, and a voice", "“music”, “voice”"),
        ("music, music and more music", "“music”: sound"),
        ("Not a cloud in the sky but soft music", "“music”"),
    ],
)
def test_sound_is_advised_against(prompt, words):
    assert kinds(prompt) == ["sound"]
    assert said(prompt).startswith(words)


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "A paper boat crosses a rain-filled gutter at dusk, slow dolly in, 35 mm",
        "A music box on a shelf, its dancer turning",
        "A page of sheet music in the wind",
        "In the style of a 90s music video",
        "A musician plays the violin, close on the strings",
        "A neon sign that says OPEN",
        "A poster on the wall says SALE",
        "A woman holds a card saying “yes”",
        "T-shirt that says hello",
        "No music, no dialogue, no voice-over",
        "Quiet, without music or any dialogue",
        "A silent street, free of music",
        "A dialog box on an old monitor",
        "Fog over Puget Sound at dawn",
        "A child, sound asleep",
        "A sound stage with old lights",
        "A singing bowl on velvet",
        "Songbirds take off from a wire",
        "An audio engineer at a mixing desk",
        "She asks with her eyes and turns away",
        "Two people whisper in a doorway",
        "Music-free gallery, white walls",
        "Essays pile up on a desk",
    ],
)
def test_what_is_seen_is_no_sound(prompt):
    assert kinds(prompt) == []


@pytest.mark.parametrize(
    ("prompt", "negative", "words"),
    [
        ("A red car in the rain", "car", "“car”"),
        ("Cars in the rain", "car", "“car”"),
        ("A car in the rain", "cars, people", "“cars”"),
        ("Soft background blur", NEGATIVE_PROMPT_DEFAULT, "“blur”"),
        ("People and text everywhere", "no people, text; watermark", "“people”, “text”"),
        ("slow MOTION in a café", "Slow motion\nwarm light", "“slow motion”"),
        ("No people, but a dog on the beach", "dog", "“dog”"),
        ("No people. A dog on the beach", "people, dog", "“dog”"),
        ("Lens flare over the bay", "without any lens flare", "“lens flare”"),
        ("A crowd and a lake", "crowd and lake", "“crowd”, “lake”"),
    ],
)
def test_what_is_asked_for_and_excluded_is_said(prompt, negative, words):
    assert kinds(prompt, negative=negative) == ["contradiction"]
    assert said(prompt, negative=negative).startswith(
        f"{words} {'are' if ',' in words else 'is'} wanted in the prompt and excluded"
    )


@pytest.mark.parametrize(
    ("prompt", "negative"),
    [
        ("A boat at dusk", NEGATIVE_PROMPT_DEFAULT),
        ("A boat at dusk", ""),
        ("A street without people", "people"),
        ("No people, cars or text", "people, cars, text"),
        ("A text-free label, free of logos", "text, logos"),
        ("A carpet in the sun", "car"),
        ("High quality, sharp", "low quality"),
        ("A bad storm, extra wide", "bad, extra"),
        ("A glass on the table", "glas"),
        ("A boat", " , ;\n and "),
        ("Don’t show the moon", "moon"),
    ],
)
def test_what_agrees_with_the_negative_prompt_is_no_contradiction(prompt, negative):
    assert kinds(prompt, negative=negative) == []


@pytest.mark.parametrize(
    ("prompt", "duration", "words"),
    [
        ("Shot 1: a boat. Shot 2: a gull. Shot 3: the sea. Shot 4: rain.", 5, "4 shots in 5 s"),
        ("SHOT 1 a boat SHOT 2 a gull SHOT 3 the sea", 3, "3 shots in 3 s"),
        ("Scene one: dawn. Scene two: noon. Scene three: night.", 5, "3 shots in 5 s"),
        ("Shot #1 dawn, shot #2 noon, shot #3 night", 4, "3 shots in 4 s"),
        ("A boat. Cut to a gull. Cut back to the boat. Smash cut to black rocks. Cut to rain.", 5, "5 shots"),
        ("A boat. Next shot: a gull. Next shot: the sea.", 4, "3 shots in 4 s"),
        (
            "She stands up, then turns, then runs, then falls, then laughs",
            5,
            "5 things one after another in 5 s",
        ),
        ("He sits, then drinks. After that he writes, and then he sleeps. Finally he wakes", 5, "5 things"),
        (" ".join(f"Shot {number}: x." for number in range(1, 9)), 15, "8 shots in 15 s"),
    ],
)
def test_more_than_the_seconds_have_room_for_is_said(prompt, duration, words):
    assert kinds(prompt, duration=duration) == ["shots"]
    assert said(prompt, duration=duration).startswith(words)


@pytest.mark.parametrize(
    ("prompt", "duration"),
    [
        ("Shot 1: a boat. Shot 2: a gull. Shot 3: the sea. Shot 4: rain.", 8),
        ("Shot 1: a boat. Shot 2: a gull.", 3),
        ("A boat. Cut to a gull.", 3),
        ("Shot on 35 mm, close shot 35 mm, wide shot 24 mm", 3),
        ("Scene 7 of a noir film, take 12", 3),
        ("A single shot, one scene, one take", 3),
        ("She stands up, then turns, then smiles", 3),
        ("Now and then a leaf falls, now and then a bird, every now and then a gust, now and then sun", 3),
        ("A street as it was back then, and since then unchanged, by then empty, even then quiet", 3),
        ("A dress cut to the knee, cut to size, fade to black", 3),
        ("A fade to black, then dissolve to white", 3),
        ("Clip 0, clip 99", 3),
    ],
)
def test_what_has_room_is_not_counted_against_it(prompt, duration):
    assert kinds(prompt, duration=duration) == []


@pytest.mark.parametrize(
    ("prompt", "avoided", "words"),
    [
        ("A Ferrari in the sun", ["ferrari"], "“ferrari”"),
        ("a FERRARI, a red-car", ["Ferrari", "Red car"], "“Ferrari”, “Red car”"),
        ("Cafe by the sea", ["Café"], "“Café”"),
        ("東京の音楽", ["音楽"], "“音楽”"),
        ("red\ncar", ["red car"], "“red car”"),
    ],
)
def test_the_teams_own_words_are_said(prompt, avoided, words):
    assert kinds(prompt, avoided=avoided) == ["avoided"]
    assert said(prompt, avoided=avoided) == (
        f"{words} {'are' if ',' in words else 'is'} on your team’s list of words to avoid."
    )


@pytest.mark.parametrize(
    ("prompt", "avoided"),
    [
        ("A boat", []),
        ("A boat", ["", " ", "…"]),
        ("A scar on the wall", ["car"]),
        ("A car that is red", ["red car"]),
        ("Cars", ["car"]),
        ("", ["car"]),
    ],
)
def test_other_words_than_the_teams_are_none(prompt, avoided):
    assert kinds(prompt, avoided=avoided) == []


def test_all_that_there_is_is_said_at_its_field():
    found = advise("Shot 1 music, shot 2 a car, shot 3 Ferrari", "car", 3, ["Ferrari"])
    assert [(one.kind, one.field) for one in found] == [
        ("sound", "prompt"),
        ("contradiction", "negative_prompt"),
        ("shots", "duration"),
        ("avoided", "prompt"),
    ]
    assert len({one.key for one in found}) == 4


def test_the_same_subject_is_the_same_advice_and_another_one_is_not():
    def key(prompt, duration=5):
        return [one.key for one in advise(prompt, "", duration, [])]

    assert key("Music and a voice") == key("A voice, and far away music, and rain")
    assert key("Music") != key("Music and a voice")
    shots = "Shot 1 a, shot 2 b, shot 3 c"
    assert key(shots, 3) == key(shots, 4) != key(f"{shots}, shot 4 d", 4)
    assert key(shots, 6) == []


@pytest.mark.parametrize(
    "unit", ["music no ", "shot 1 then ", "a, ", "the sign says ", "🦊 ", "東 ", "\n", "no "]
)
def test_the_longest_texts_take_no_time(unit):
    text = (unit * 2500)[:2500]
    before = time.perf_counter()
    advise(text, text, 15, [f"word {number}" for number in range(200)])
    assert time.perf_counter() - before < 1
