"""A text to be written better, and what came of it: `POST /v1/ai/improve-prompt` and its get-one."""

from dataclasses import dataclass, field
from typing import Any

from generations.magnific.messages import RateLimit, Task, entry_of, parse_task


@dataclass(frozen=True)
class ImproveRequest:
    """One text to be written better: at most 2500 characters, or none; `language` in two letters."""

    prompt: str = field(repr=False)
    language: str = "en"
    webhook_url: str | None = field(default=None, repr=False)

    def payload(self) -> dict[str, Any]:
        """Return the JSON object of the call."""
        payload = {"prompt": self.prompt, "type": "video", "language": self.language}
        return payload if self.webhook_url is None else payload | {"webhook_url": self.webhook_url}


@dataclass(frozen=True)
class Rewritten:
    """The answer to a get-one call about a text. `text` is empty until there is one; it may be of any length."""

    task: Task
    text: str = field(repr=False)
    rate: RateLimit | None


def parse_rewritten(body: object) -> tuple[Task, str]:
    """Read the body of a get-one answer about a text: the task, and the text if there is one.

    Raises `NotUnderstood` when it names no task.
    """
    _, entry = entry_of(body)
    generated = entry.get("generated")
    texts = (_text(value) for value in generated) if isinstance(generated, list) else iter(())
    return parse_task(body), next(filter(None, texts), "")


def _text(value: object) -> str:
    """Return a text as any database takes it, its line ends LF; "" for what is none, or all blank."""
    if not isinstance(value, str):
        return ""
    whole = value.encode("utf-8", "replace").decode().replace("\0", "")
    return whole.replace("\r\n", "\n").replace("\r", "\n").strip()
