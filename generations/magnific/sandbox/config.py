"""Everything about the sandbox that can be set: one dataclass, read from arguments or `SANDBOX_*`."""

import argparse
import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from generations.magnific.sandbox.faults import parse_shares
from generations.magnific.sandbox.signing import refuse_unreadable

ERROR_SHAPES: Final = ("alternate", "flat", "wrapped")
LIST_ORDERS: Final = ("newest", "oldest")

NOT_NEGATIVE: Final = (
    "seconds",
    "improve_seconds",
    "list_delay",
    "get_delay",
    "drip_seconds",
    "late_seconds",
    "retry_after",
)
POSITIVE: Final = (
    *("megabytes", "requests_per_minute", "rate_window", "list_window", "callback_attempts"),
    *("hang_seconds", "bomb_megabytes", "slow_rate"),
)


def option(default: Any, text: str) -> Any:
    """Return a dataclass field with its default and its line of help."""
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True)
class SandboxConfig:
    """How one sandbox behaves. Times are seconds, sizes megabytes (10**6 bytes)."""

    data_dir: Path = field(metadata={"help": "folder of tasks and result files"})
    host: str = option("127.0.0.1", "address to bind")
    port: int = option(8001, "port to bind; 0 takes a free one")
    public_url: str = option("", "origin written into result links (default: the bound address)")
    api_header: str = option("x-magnific-api-key", "header that carries the API key")
    api_keys: str = option("", "comma-separated keys that are accepted (default: any)")
    webhook_secret: str = option("", "signs callbacks; without it none are sent")
    seconds: float = option(12.0, "from CREATED to COMPLETED")
    improve_seconds: float = option(2.0, "from CREATED to COMPLETED of a text")
    improvements_per_day: int = option(1000, "texts that one key may have improved in a day")
    jitter: float = option(0.0, "share of --seconds by which a task may be earlier or later")
    megabytes: float = option(6.0, "approximate size of a 5 s result; others in proportion")
    plain: bool = option(False, "one result for all tasks of a ratio and a duration, for load tests")
    requests_per_minute: int = option(300, "requests that one key may make in a window")
    rate_window: float = option(60.0, "length of that window in seconds")
    list_window: int = option(20, "newest tasks that the list shows")
    list_order: str = option("newest", "which of them come first: " + ", ".join(LIST_ORDERS))
    list_delay: float = option(1.0, "seconds by which the list is late")
    get_delay: float = option(0.0, "seconds in which get-one does not know a new task")
    list_generated: bool = option(False, "let the list carry result links")
    error_shape: str = option("alternate", "body of a 400: " + ", ".join(ERROR_SHAPES))
    link_seconds: float = option(3600.0, "life of a result link")
    callback_attempts: int = option(8, "deliveries of one callback before giving up")
    callback_backoff: float = option(1.0, "seconds before the second delivery; doubles each time")
    callback_timeout: float = option(5.0, "seconds to wait for the receiver")
    max_body: int = option(1_000_000, "bytes of a request body")
    client_timeout: float = option(15.0, "seconds a client may take to send one request")
    faults: str = option("", "fault=share,… turned on from the start; GET /sandbox/faults lists all")
    seed: int = option(0, "of the dice of faults: the same seed, the same faults")
    retry_after: float = option(2.0, "seconds of a burst of 429 (rate_limit)")
    hang_seconds: float = option(120.0, "longest silence (hang_…)")
    drip_seconds: float = option(0.2, "between two bytes of a dripping answer (drip_…)")
    bomb_megabytes: int = option(200, "unfolded size of a gzip bomb (gzip_…)")
    slow_rate: int = option(200_000, "bytes a second of a slow file (slow_file)")
    late_seconds: float = option(3.0, "delay of late callbacks (late_callbacks)")

    def __post_init__(self) -> None:
        """Raise ValueError for a value that could not work."""
        refuse_unreadable(parse_shares(self.faults), self.webhook_secret)
        if self.list_order not in LIST_ORDERS:
            raise ValueError(f"list_order must be one of {', '.join(LIST_ORDERS)}")
        if self.error_shape not in ERROR_SHAPES:
            raise ValueError(f"error_shape must be one of {', '.join(ERROR_SHAPES)}")
        if not 0 <= self.jitter < 1:
            raise ValueError("jitter must be at least 0 and less than 1")
        for name in NOT_NEGATIVE:
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must not be negative")
        for name in POSITIVE:
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be greater than 0")

    @property
    def allowed_keys(self) -> frozenset[str]:
        """The API keys accepted; empty means any non-empty key."""
        return frozenset(key.strip() for key in self.api_keys.split(",") if key.strip())


def add_arguments(parser: argparse.ArgumentParser, env: Mapping[str, str] = os.environ) -> None:
    """Give `parser` one `--option` a field, falling back to `SANDBOX_<FIELD>` in `env`."""
    for entry in fields(SandboxConfig):
        variable = f"SANDBOX_{entry.name.upper()}"
        default = entry.default if entry.default is not MISSING else None
        parser.add_argument(
            f"--{entry.name.replace('_', '-')}",
            type=_boolean if entry.type is bool else entry.type,
            default=env.get(variable) or default,
            required=default is None and not env.get(variable),
            help=f"{entry.metadata['help']} [{variable}; default {default}]".replace("%", "%%"),
        )


def from_options(options: Mapping[str, Any]) -> SandboxConfig:
    """Return the config in parsed options. Raises ValueError for a value that could not work."""
    return SandboxConfig(**{entry.name: options[entry.name] for entry in fields(SandboxConfig)})


def _boolean(text: str) -> bool:
    """Read true or false. Raises ValueError otherwise, which argparse turns into its own sentence."""
    if text.lower() not in ("true", "1", "yes", "false", "0", "no"):
        raise ValueError(text)
    return text.lower() in ("true", "1", "yes")
