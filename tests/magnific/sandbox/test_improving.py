"""Improve-prompt at the sandbox: the same contract, and faults of its own."""

import pytest
import requests

from generations import constraints
from generations.magnific.sandbox.contract import IMPROVE_PATH
from generations.magnific.sandbox.rewriting import BETTER, rewrite
from tests.magnific.sandbox.conftest import SECRET, Caller, wait_for

PROMPT = "A small boat crosses the bay at dusk."


class Improver(Caller):
    """The same client at the other address."""

    def __init__(self, base_url: str, key: str = "key-one") -> None:
        super().__init__(base_url, key)
        self.url = base_url + IMPROVE_PATH

    def improve(self, prompt: str = PROMPT, **fields) -> requests.Response:
        return self.create(**{"prompt": prompt, "type": "video", **fields})

    def text(self, prompt: str) -> str:
        return self.finished(self.improve(prompt).json()["data"]["task_id"])["generated"][0]


@pytest.fixture
def improver(start) -> Improver:
    return Improver(start(improve_seconds=0.0).base_url)


def reasons(answer: requests.Response) -> dict[str, str]:
    assert answer.status_code == 400
    body = answer.json().get("problem", answer.json())
    return {one["name"]: one["reason"] for one in body.get("invalid_params", [])}


def test_a_text_passes_through_its_states_and_is_in_no_list(start):
    improver = Improver(start(improve_seconds=0.6).base_url)
    created = improver.improve().json()["data"]
    assert (created["status"], created["generated"]) == ("CREATED", [])
    done = improver.finished(created["task_id"])
    assert done["generated"] == [rewrite(PROMPT)]
    clips = Caller(improver.base_url)
    assert clips.list().status_code == 404
    assert clips.get(created["task_id"]).status_code == 404
    assert clips.overview()["tasks"] == []
    assert improver.list().status_code == 405


def test_the_better_text_keeps_most_words_variables_and_magic(improver):
    text = improver.text("A small {{ animal | small fox }} at night, [fai] {{ place: bay, small town }}")
    assert text.startswith(
        "A tiny {{ animal | small fox }} at a clear night, [fai] {{ place: bay, small town }}, "
    )
    assert not any(word in rewrite(PROMPT).split() for word in ("small",))
    assert BETTER["crosses"] in rewrite(PROMPT)


def test_an_empty_text_becomes_one(improver):
    assert improver.text("").startswith("A quiet street")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"type": "video"}, {"prompt"}),
        ({"prompt": "x"}, {"type"}),
        ({"prompt": "x" * 2501, "type": "video"}, {"prompt"}),
        ({"prompt": 5, "type": "image"}, {"prompt", "type"}),
        ({"prompt": "x", "type": "video", "language": "eng"}, {"language"}),
        ({"prompt": "x", "type": "video", "webhook_url": "ftp://x"}, {"webhook_url"}),
    ],
)
def test_what_is_wrong_is_named(improver, fields, wrong):
    assert set(reasons(improver.create(**fields))) == wrong


def test_the_longest_text_and_another_language_are_taken(improver):
    assert improver.improve("ü" * 2500, language="de").status_code == 200


def test_another_key_sees_nothing_and_none_is_refused(improver):
    task_id = improver.improve().json()["data"]["task_id"]
    assert Improver(improver.base_url, "key-two").get(task_id).status_code == 404
    assert requests.post(improver.url, json={}, timeout=10).status_code == 401


def test_a_day_takes_so_many_of_each_key(start):
    improver = Improver(start(improvements_per_day=2).base_url)
    assert [improver.improve().status_code for _ in range(3)] == [200, 200, 429]
    assert improver.improve().headers["retry-after"] == "3600"
    assert Improver(improver.base_url, "key-two").improve().status_code == 200


def test_texts_and_clips_share_the_budget(start):
    improver = Improver(start(requests_per_minute=2, rate_window=1000.0).base_url)
    assert improver.improve().headers["rate-limit-remaining"] == "1"
    assert Caller(improver.base_url).list().headers["rate-limit-remaining"] == "0"
    assert improver.improve().status_code == 429


@pytest.mark.parametrize(
    ("word", "status", "texts"),
    [("[fail]", "FAILED", 0), ("[refuse]", "COMPLETED", 0), ("[long-text]", "COMPLETED", 1)],
)
def test_magic_words(improver, word, status, texts):
    done = improver.finished(improver.improve(f"{PROMPT} {word}").json()["data"]["task_id"])
    assert (done["status"], len(done["generated"])) == (status, texts)
    assert all(len(text) > constraints.PROMPT_MAX_LENGTH for text in done["generated"])


def test_a_lost_variable_and_a_text_that_takes_long(improver):
    assert "{{" not in improver.text("A {{ boat }} [lose-variable]")
    task_id = improver.improve("A boat [slow-text]").json()["data"]["task_id"]
    assert improver.get(task_id).json()["data"]["status"] == "CREATED"


def test_a_lost_answer_strikes_a_text_once(improver):
    with pytest.raises(requests.ConnectionError):
        improver.improve("A boat [lose-answer]")
    assert improver.improve("A boat [lose-answer]").status_code == 200
    assert len(improver.overview()["improvements"]) == 2


def test_it_calls_back_with_the_text(start, receiver):
    improver = Improver(start(improve_seconds=0.1, webhook_secret=SECRET).base_url)
    improver.improve(webhook_url=receiver.url)
    wait_for(lambda: len(receiver.deliveries) == 2)
    assert any(rewrite(PROMPT).encode() in body for _, body in receiver.deliveries)


def test_it_is_there_after_a_restart(start):
    sandbox = start()
    task_id = Improver(sandbox.base_url).improve().json()["data"]["task_id"]
    sandbox.stop()
    assert Improver(start().base_url).get(task_id).status_code == 200
