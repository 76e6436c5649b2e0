"""What the end of a POST means for us."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from generations.magnific.errors import AccountBlocked, Doubtful, NotTaken, RateLimited, Refused
from generations.magnific.messages import Created, RateLimit
from generations.models import Outcome

RATE_LIMITED_SECONDS: Final = 30.0
"""Wait after a 429 that names no time."""
SHORTEST_WAIT_SECONDS: Final = 2.0
"""Wait after a 429 that asks for less."""
NOT_SENT_SECONDS: Final = 10.0
"""Wait after a POST that could not be sent, or whose fate is unknown."""
NO_RESET_SECONDS: Final = 10.0
"""Wait when the rate headers say that nothing is left, and not for how long."""


@dataclass(frozen=True)
class Verdict:
    """The outcome of one POST, in values that fit a database row and a receipt.

    `problem` is our sentence, `said` Magnific's words, `pause` the kind of trouble for which the account must
    stop (or empty), `wait` the seconds before the account's next POST, `quiet` those before its next request.
    """

    outcome: Outcome
    problem: str = ""
    said: str = ""
    http_status: int | None = None
    task_id: str = ""
    vendor_status: str = ""
    evidence: str = ""
    pause: str = ""
    wait: float = 0.0
    quiet: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Whether it was simply accepted, and another POST may follow at once."""
        return self.outcome == Outcome.ACCEPTED and not (self.wait or self.quiet or self.pause)

    def as_json(self) -> dict[str, Any]:
        """Plain values for a receipt."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Verdict":
        """The verdict of a receipt. Raises KeyError, TypeError or ValueError if it is none."""
        return cls(**values | {"outcome": Outcome(values["outcome"])})


def quiet_seconds(rate: RateLimit | None) -> float:
    """Return for how many seconds nothing may be asked, by the rate headers of an answer."""
    if rate is None or rate.remaining != 0:
        return 0.0
    return rate.reset_seconds or NO_RESET_SECONDS


def accepted(created: Created) -> Verdict:
    """Magnific named a task: it has the order, whatever else its answer says."""
    return Verdict(
        Outcome.ACCEPTED,
        http_status=created.http_status,
        task_id=created.task.task_id,
        vendor_status=created.task.raw_status,
        evidence=created.excerpt,
        quiet=quiet_seconds(created.rate),
    )


def refused(error: Refused) -> Verdict:
    """Magnific does not want this order: sending it again would end the same way."""
    params = "; ".join(f"{param.name}: {param.reason}" for param in error.invalid_params)
    return Verdict(
        Outcome.REFUSED,
        error.message,
        params or error.said,
        error.http_status,
        evidence=error.excerpt,
        quiet=quiet_seconds(error.rate),
    )


def not_taken(error: NotTaken) -> Verdict:
    """It is certain that Magnific did not take it: the order goes back into the line."""
    pause, wait, quiet = "", NOT_SENT_SECONDS, quiet_seconds(error.rate)
    if isinstance(error, AccountBlocked):
        pause = error.kind
    elif isinstance(error, RateLimited):
        wait = quiet = rate_limit_wait(error)
    return Verdict(
        Outcome.NOT_TAKEN,
        error.message,
        error.said,
        error.http_status,
        evidence=error.excerpt,
        pause=pause,
        wait=wait,
        quiet=quiet,
    )


def rate_limit_wait(error: RateLimited) -> float:
    """Seconds to be silent after a 429."""
    return (
        RATE_LIMITED_SECONDS if error.retry_after is None else max(error.retry_after, SHORTEST_WAIT_SECONDS)
    )


def doubtful(error: Doubtful) -> Verdict:
    """Magnific may have taken it."""
    return Verdict(
        Outcome.UNSURE,
        error.message,
        error.said,
        error.http_status,
        evidence=error.excerpt,
        wait=NOT_SENT_SECONDS,
        quiet=quiet_seconds(error.rate),
    )


LOST: Final = Verdict(Outcome.UNSURE, "The sender ended before an answer came.")
"""Nobody will hear the answer any more."""
