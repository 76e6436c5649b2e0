"""What a clip shall be."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields

from generations.models import Generation


@dataclass(frozen=True)
class Wish:
    """The API's own names; checked by the form, `duration` in seconds."""

    prompt: str
    negative_prompt: str
    cfg_scale: float
    aspect_ratio: str
    duration: int

    @classmethod
    def of(cls, generation: Generation) -> "Wish":
        """The wish that a generation was ordered with."""
        return cls(**{field.name: getattr(generation, field.name) for field in fields(cls)})

    @property
    def key(self) -> str:
        """64 hex digits, equal for equal wishes."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()
