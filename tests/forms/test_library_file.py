"""Reading files of prompts: what is accepted, and where the fault of a bad one is said to be."""

import json
from uuid import uuid4

import pytest

from generations import constraints
from generations.csv_file import as_written, csv_lines, harmless
from generations.forms.library_entry import FileRefused
from generations.forms.library_file import read_file
from generations.lifecycle.library_export import COLUMNS

PROMPT = {"title": "Dusk", "versions": [{"text": "A fox"}]}


def as_json(*prompts, **more):
    return json.dumps({"prompts": prompts, **more}).encode()


def prompt(**more):
    return PROMPT | more


def version(**more):
    return prompt(versions=[{"text": "A fox"} | more])


def problems(content):
    with pytest.raises(FileRefused) as refused:
        read_file(content)
    return refused.value.problems


def test_the_least_that_a_file_may_say():
    (entry,) = read_file(as_json(PROMPT))
    (edition,) = entry.editions
    assert (entry.title, entry.key, edition.draft.text) == ("Dusk", None, "A fox")
    assert edition.draft.duration == constraints.DURATION_DEFAULT
    (row,) = read_file(b"title,text\nDusk,A fox\n")
    assert (row.title, row.editions) == (entry.title, entry.editions)
    assert row.settled == {"text"}


def test_all_that_a_file_may_say():
    key = uuid4()
    said = prompt(
        id=str(key),
        notes="Slow",
        tags=["Night", "#rain"],
        author="mia",
        created_at="2026-01-02T03:04:05+01:00",
        archived_at="2026-02-03T04:05:06Z",
        live=1,
        versions=[
            {"number": 3, "text": "Later", "note": "better", "author": "bo", "accepted_by": "mia"},
            {"number": 1, "text": "First", "negative_prompt": "", "duration": 7, "cfg_scale": 1},
        ],
    )
    (entry,) = read_file(as_json(said))
    assert (entry.key, entry.tags, entry.author) == (key, ("night", "rain"), "mia")
    assert [edition.draft.text for edition in entry.editions] == ["First", "Later"]
    assert (entry.live, entry.editions[1].accepted_by, entry.editions[0].draft.duration) == (0, "mia", 7)
    assert entry.archived_at


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_spreadsheet_may_write_a_mark_and_other_separators(start, separator):
    text = f'{start}Title{separator} TEXT \r\nDusk{separator}"A fox,\r\n""quick"""\r\n\r\n'
    (entry,) = read_file(text.encode())
    assert entry.editions[0].draft.text == 'A fox,\n"quick"'
    assert entry.place == "Line 2 (“Dusk”)"


@pytest.mark.parametrize(
    "text", ["=1+1", "  =1", "'=1", "''=1", "'", "'a", "-fox", "\t@x", "+49", "＝1", "a=1", "' =x"]
)
def test_a_cell_is_harmless_and_comes_back_as_it_was(text):
    cell = harmless(text)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "＝"))
    assert as_written(cell) == text
    table = "".join(csv_lines(COLUMNS[1:3], [("A", harmless(text))]))
    if text.strip():
        assert read_file(table.encode())[0].editions[0].draft.text == text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "There is nothing in the file."),
        (b" \n ", "There is nothing in the file."),
        ("title,text\nA,B".encode("utf-16"), "Line 1: this is UTF-16 or UTF-32."),
        ("title,text\nA,B".encode("utf-16-le"), "Line 1: there is a NUL character"),
        (b"title,text\nA,B\nCaf\xe9,C", "Line 3: there is a character that is not UTF-8."),
        (b"\xef\xbb\xbftitle,text\nCaf\xe9,C", "Line 2: there is a character that is not UTF-8."),
        (b"title,text\nA,B\x00", "Line 2: there is a NUL character"),
        (b"title,text\n", "There is no prompt in the file."),
        (b"title\nA", "Line 1: the column “text” is missing."),
        (b"title,text,colour\nA,B,C", "Line 1: there is no column “colour”"),
        (b"title,text,Text\nA,B,C", "Line 1: the column “text” is there twice."),
        (b"title,text\nA\n", "Line 2: there are 1 cells for 2 columns."),
        (b'title,text\nA,"B\n\n', "Line 2: this cannot be read as a table"),
        (b'title,text\nA,"' + b"x" * 200_000 + b'"', "Line 2: this cannot be read as a table"),
        (b'title,text\n"A\n\nB",C\n,D', "Line 5, title: Give it a title"),
        (b"title,text\nA,\n", "Line 2, text: Write a prompt"),
        (b"title,text\nA,{{ b\n", "Line 2, text: {{ is not closed"),
        (b"title,text,duration\nA,B,1e9\n", "Line 2, duration: The length is a whole number"),
        (b"title,text,duration\nA,B," + b"9" * 5000, "Line 2, duration: The length is"),
        (b"title,text,cfg_scale\nA,B,nan\n", "Line 2, cfg_scale: Guidance must be a number"),
        (b"title,text,id\nA,B,7\n", "Line 2, id: “7” is no id."),
        (b"{", "Line 1, character 2: this is no JSON."),
        (b'{\n"prompts": [,]}', "Line 2, character 13: this is no JSON."),
        (b"[]", "The file: this must be an object, not a list."),
        (b"{}", "The file: “prompts” is missing."),
        (b'{"prompts": []}', "There is no prompt in the file."),
        (b'{"prompts": {}}', "The file, prompts: this must be a list, not an object."),
        (b'{"prompts": [], "prompts": []}', "The file: “prompts” is there twice in one object."),
        (b'{"prompts": ' + b"[" * 200_000, "The file: it is nested too deeply to be read."),
        (b'{"a":' * 200_000, "The file: it is nested too deeply to be read."),
        (b'{"prompts": [' + b"9" * 10_000 + b"]}", "is too large a number."),
        (b'{"prompts": [NaN]}', "The file: NaN is no number"),
        (as_json(PROMPT, format="x"), "The file: its format is not"),
        (as_json(PROMPT, version=2), "The file: this studio reads version 1"),
        (as_json(PROMPT, colour=1), "The file: “colour” is not known here."),
        (as_json(7), "Prompt 1: this must be an object, not a whole number."),
        (as_json(PROMPT, prompt(titel="x")), "Prompt 2 (“Dusk”): “titel” is not known here."),
        (as_json(prompt(title=7)), "Prompt 1, title: this must be text, not a whole number."),
        (as_json(prompt(title="x" * 121)), "title: Ensure this value has at most 120"),
        (as_json(prompt(title="a\u0000b")), "title: there is a NUL character"),
        (as_json(prompt(notes="\ud800")), "Prompt 1 (“Dusk”), notes: there is a NUL character or half"),
        (as_json(prompt(tags="night")), "tags: this must be a list, not text."),
        (as_json(prompt(tags=[["x"]])), "Prompt 1 (“Dusk”), tags: each of them must be text."),
        (as_json(prompt(tags=["x" * 41])), "tags: A tag has 40 characters at most"),
        (as_json(prompt(id="7")), "Prompt 1 (“Dusk”), id: “7” is no id."),
        (as_json(prompt(versions=[])), "“versions” must have one at least."),
        (as_json({"title": "Dusk"}), "“versions” must have one at least."),
        (as_json(prompt(live=2)), "Prompt 1 (“Dusk”), live: there is no version “2”."),
        (as_json(prompt(live=True)), "live: this must be a whole number, not a yes or no."),
        (as_json(prompt(author="x" * 151)), "author: “xxx"),
        (as_json(prompt(author="a\u202eb")), "author: there are signs in it that nobody can see."),
        (as_json(prompt(created_at="yesterday")), "created_at: “yesterday” is no time"),
        (as_json(prompt(created_at="2026-01-01T00:00:00")), "has no time zone."),
        (as_json(prompt(created_at="9999-12-31T23:59:59-23:59")), "is before 1970 or has not come yet."),
        (as_json(prompt(created_at="0001-01-01T00:00:00+23:59")), "is before 1970 or has not come yet."),
        (as_json(version(text=None)), "Prompt 1 (“Dusk”), version 1, text: Write a prompt"),
        (as_json(version(text=["x"])), "version 1, text: this must be text, not a list."),
        (as_json(version(duration="5")), "version 1, duration: this must be a whole number, not text."),
        (as_json(version(duration=10**18)), "version 1, duration: The length is a whole number"),
        (as_json(version(duration=5.0)), "version 1, duration: this must be a whole number, not a number."),
        (b'{"prompts": [{"title": "A", "versions": [{"text": "B", "cfg_scale": 1e999}]}]}', "Guidance must"),
        (as_json(version(cfg_scale=True)), "cfg_scale: this must be a number, not a yes or no."),
        (as_json(version(number=0)), "number: “0” is there twice, or no number of a version."),
        (as_json(prompt(versions=[{"number": 1, "text": "A"}] * 2)), "version 2, number: “1” is there twice"),
        (as_json(prompt(versions=["x"])), "Prompt 1 (“Dusk”), version 1: this must be an object, not text."),
    ],
)
def test_what_is_wrong_is_said_with_its_place(content, said):
    assert said in " ".join(problems(content))


def test_all_faults_are_named_at_once():
    found = problems(b"title,text,duration\n,B,5\nA,,5\nA,B,99\nGood,One,5\n")
    assert [problem.partition(":")[0] for problem in found] == [
        "Line 2, title",
        "Line 3, text",
        "Line 4, duration",
    ]


def test_too_many_are_refused():
    assert "5001 prompts are too many" in problems(b"title,text\n" + b"A,B\n" * 5001)[0]
