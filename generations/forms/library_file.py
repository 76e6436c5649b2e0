"""Files of prompts as they are uploaded: JSON, or a table as CSV. Whatever is wrong is named with its place."""

import codecs
from typing import Final

from generations.forms.library_csv import read_csv
from generations.forms.library_entry import MOST_PROMPTS, FileRefused
from generations.forms.library_json import read_json
from generations.lifecycle.library_entries import Entry

MOST_BYTES: Final = 10_000_000
NUL: Final = "\x00"
OTHER_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
SAVE_AS: Final = "Save the file as UTF-8; in a spreadsheet that is “CSV UTF-8”."


def read_file(content: bytes) -> list[Entry]:
    """Return what a file says. Raises FileRefused with all that is wrong, or as much as can be told."""
    text = _decoded(content)
    if not text.strip():
        raise FileRefused(["There is nothing in the file."])
    entries = read_json(text) if text.lstrip()[0] in "{[" else read_csv(text)
    if not entries:
        raise FileRefused(["There is no prompt in the file."])
    if len(entries) > MOST_PROMPTS:
        raise FileRefused([f"{len(entries)} prompts are too many for one file; {MOST_PROMPTS} at most."])
    return entries


def _decoded(content: bytes) -> str:
    if content.startswith(OTHER_MARKS):
        raise FileRefused([f"Line 1: this is UTF-16 or UTF-32. {SAVE_AS}"])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts behind the mark, if there is one.
        line = content[: error.start].count(b"\n") + 1
        raise FileRefused([f"Line {line}: there is a character that is not UTF-8. {SAVE_AS}"]) from error
    if NUL in text:
        line = text[: text.index(NUL)].count("\n") + 1
        raise FileRefused([f"Line {line}: there is a NUL character, which is no text. {SAVE_AS}"])
    return text
