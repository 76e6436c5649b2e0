"""What can go wrong with Magnific, typed by what the caller must do about it.

The text of an error is our own sentence: it holds no key, no prompt and no words of the vendor's, so it
may be logged. The vendor's own words are in `said` and `excerpt`, for people with access to the record.
"""

from typing import Any, Literal

from generations.magnific.messages import InvalidParam, RateLimit

BlockKind = Literal["unauthorized", "no_credit", "plan_limit", "forbidden", "misrouted", "unexpected"]


class MagnificError(Exception):
    """Any call that did not end well.

    `message` is a short sentence, `http_status` None if no status line came, `said` Magnific's reason on one
    line, `excerpt` the first 2000 characters of its answer (without the key and signed queries).
    """

    def __init__(
        self,
        message: str = "",
        *,
        http_status: int | None = None,
        said: str = "",
        excerpt: str = "",
        rate: RateLimit | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.http_status = http_status
        self.said = said
        self.excerpt = excerpt
        self.rate = rate


class Refused(MagnificError):
    """POST: this request is refused for what it says. Do not send it again; show `invalid_params`."""

    def __init__(
        self, message: str = "", *, invalid_params: tuple[InvalidParam, ...] = (), **evidence: Any
    ) -> None:
        super().__init__(message, **evidence)
        self.invalid_params = invalid_params


class NotTaken(MagnificError):
    """It is certain that Magnific did not take the request: it may be sent again later."""


class NotSent(NotTaken):
    """POST: not one byte of the request left (name lookup, refused, connect timeout, TLS handshake)."""


class RateLimited(NotTaken):
    """429: wait `retry_after` seconds (None: it did not say) before anything is sent again."""

    def __init__(self, message: str = "", *, retry_after: float | None = None, **evidence: Any) -> None:
        super().__init__(message, **evidence)
        self.retry_after = retry_after


class AccountBlocked(NotTaken):
    """The account, its key or its address needs a person; `kind` says which. Jobs stay queued."""

    def __init__(self, message: str = "", *, kind: BlockKind = "unexpected", **evidence: Any) -> None:
        super().__init__(message, **evidence)
        self.kind: BlockKind = kind


class Doubtful(MagnificError):
    """POST: Magnific may have taken it, and a clip may be rendering. Never send it again by itself."""


class NotFound(MagnificError):
    """GET one: unknown task, another account's, or one too new to be seen."""


class Unavailable(MagnificError):
    """GET: no usable answer, after retries. Nothing is known to have changed."""
