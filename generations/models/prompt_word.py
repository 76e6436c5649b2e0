"""The words that prompts are found by, each by itself, so that rare ones need not be looked for in every text."""

from collections.abc import Iterable
from typing import ClassVar, Final

from django.db import models
from django.db.models import QuerySet

from generations.models.prompt import Prompt

LENGTH: Final = 16
"""Characters of a word that are kept: of longer ones the beginning narrows it down enough."""
BATCH: Final = 2000


class PromptWord(models.Model):
    """A word of `Prompt.search_text` in UTF-8: bytes are in one order on all databases, texts are not."""

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="words")
    word = models.BinaryField(max_length=4 * LENGTH)

    objects: ClassVar[models.Manager["PromptWord"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "prompt"], name="prompt_word_once")]

    def __str__(self) -> str:
        return bytes(self.word).decode()


def keep_words(prompts: Iterable[Prompt]) -> None:
    """Write anew the words of prompts whose `search_text` has changed. Within a transaction."""
    prompts = list(prompts)
    PromptWord.objects.filter(prompt__in=prompts).delete()
    PromptWord.objects.bulk_create(
        (PromptWord(prompt=prompt, word=word) for prompt in prompts for word in _words(prompt.search_text)),
        batch_size=BATCH,
    )


def with_beginning(beginning: str) -> QuerySet[PromptWord]:
    """Return the words that begin so, as far as they are kept; a prompt with two of them has two rows."""
    low = beginning[:LENGTH].encode()
    # No byte of UTF-8 is as high.
    return PromptWord.objects.filter(word__gte=low, word__lt=low + b"\xff")


def _words(search_text: str) -> set[bytes]:
    return {word[:LENGTH].encode() for word in search_text.split()}
