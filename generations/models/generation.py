"""One clip, from the wish to the file."""

import uuid
from pathlib import Path
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from generations import constraints
from generations.magnific.messages import VideoRequest
from generations.models import plain
from generations.models.account import Account
from generations.models.booking import book_or_log
from generations.models.event import Event
from generations.models.generation_rules import CONSTRAINTS, INDEXES
from generations.models.order import Order
from generations.models.review import Review, Verdict
from generations.models.revision import Revision
from generations.models.search_text import SearchTextField
from generations.models.states import CHANGING, ENDED, MOVES, Charged, Failure, State
from generations.models.team import Team
from generations.models.user import User

WITHOUT_DIRECTIONS: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""For `str.translate`: Unicode's embeddings, overrides and isolates (UAX 9) would turn what stands beside."""


class IllegalMove(Exception):
    """The table of states has no such way: a mistake in our code, never an event of the outside world."""


class GenerationManager(models.Manager["Generation"]):
    """Reads generations."""

    def with_task(self, account_id: int, task_id: str) -> "Generation | None":
        """Return the one that has a task, or None: the usual answer, so only its id is looked for at first."""
        pk = self.filter(account=account_id, task_id=task_id).order_by().values_list("pk", flat=True).first()
        return self.get(pk=pk) if pk else None

    def to_book(self, pk: uuid.UUID) -> "Generation":
        """Return one as it stands now, with what a row of the ledger names. Raises DoesNotExist."""
        return self.select_related("order", "account", "team").get(pk=pk)


class Generation(models.Model):
    """A wish (the API's own field names), where it stands, and the clip once it is here.

    The parameters are copied in when ordered and never change; `wish_key` is equal where they are. `owner` is
    whose it is now, `order.owner` whose money it is. `save_after` is both the saver's time limit
    and the wait before another try: nobody else may start before it. `review` is the newest one, `verdict` its
    verdict; until `review_claimed_until` one reviewer has it before them, and no other is given it. Sizes are
    bytes, times aware datetimes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="generations")
    take = models.PositiveSmallIntegerField(default=1)
    owner = models.ForeignKey(User, models.PROTECT, related_name="generations", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="generations")
    is_private = models.BooleanField(default=False, help_text="Only its owner sees it, until it is shared.")
    account = models.ForeignKey(Account, models.PROTECT, related_name="generations")
    prompt_version = models.ForeignKey(
        "Version", models.PROTECT, null=True, blank=True, related_name="generations", db_index=False
    )
    retry_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="retries", db_index=False
    )

    prompt = models.TextField()
    negative_prompt = models.TextField(blank=True)
    cfg_scale = models.FloatField()
    aspect_ratio = models.CharField(max_length=5, choices=[(r, r) for r in constraints.ASPECT_RATIOS])
    duration = models.PositiveSmallIntegerField(help_text="Seconds.")

    price = models.DecimalField(max_digits=8, decimal_places=2)
    currency = models.CharField(max_length=3)
    wish_key = models.CharField(max_length=64, editable=False)
    due_at = models.DateTimeField(null=True, blank=True, help_text="Not sent before.")

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(auto_now_add=True)
    number = models.BigIntegerField(unique=True, help_text="Counts up in the order of the orders.")
    search_text = SearchTextField(source="prompt", editable=False)
    state_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    revision = models.BigIntegerField(default=0, db_index=True)
    born_revision = models.BigIntegerField(default=0)
    nudged_at = models.DateTimeField(null=True, blank=True)

    task_id = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 (unique when present)
    is_provisional = models.BooleanField(default=False)
    extra_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="extras", db_index=False
    )
    ask_now = models.BooleanField(default=False)
    vendor_status = models.CharField(max_length=50, blank=True)
    vendor_checked_at = models.DateTimeField(null=True, blank=True)
    empty_since = models.DateTimeField(null=True, blank=True)

    failure = models.CharField(max_length=12, choices=Failure.choices, blank=True)
    failure_reason = models.CharField(max_length=500, blank=True)
    charged = models.CharField(max_length=7, choices=Charged.choices, default=Charged.NO)

    result_url = models.TextField(blank=True)
    save_fence = models.PositiveIntegerField(default=0)
    save_after = models.DateTimeField(null=True, blank=True)
    save_failures = models.PositiveSmallIntegerField(default=0)
    save_unreadable = models.PositiveSmallIntegerField(default=0)
    save_problem = models.CharField(max_length=300, blank=True)
    received_bytes = models.BigIntegerField(default=0)
    expected_bytes = models.BigIntegerField(null=True, blank=True)

    video_name = models.CharField(max_length=200, blank=True)
    video_bytes = models.BigIntegerField(null=True, blank=True)
    video_sha256 = models.CharField(max_length=64, blank=True)
    video_width = models.PositiveIntegerField(null=True, blank=True)
    video_height = models.PositiveIntegerField(null=True, blank=True)
    video_duration = models.FloatField(null=True, blank=True, help_text="Seconds.")
    video_codec = models.CharField(max_length=20, blank=True)
    video_frames = models.PositiveIntegerField(null=True, blank=True)
    video_warning = models.CharField(max_length=300, blank=True)
    file_checked_at = models.DateTimeField(null=True, blank=True)
    file_damage = models.CharField(max_length=100, blank=True)
    poster_name = models.CharField(max_length=200, blank=True)
    poster_width = models.PositiveIntegerField(null=True, blank=True)
    poster_height = models.PositiveIntegerField(null=True, blank=True)
    preview_name = models.CharField(max_length=200, blank=True)
    preview_failures = models.PositiveSmallIntegerField(default=0)
    strip_name = models.CharField(max_length=200, blank=True)
    strip_count = models.PositiveSmallIntegerField(default=0)
    strip_width = models.PositiveSmallIntegerField(default=0)
    strip_height = models.PositiveSmallIntegerField(default=0)
    proxy_name = models.CharField(max_length=200, blank=True)
    proxy_bytes = models.BigIntegerField(null=True, blank=True)
    proxy_failures = models.PositiveSmallIntegerField(default=0)

    rating = models.FloatField(default=0, help_text="The mean of everybody's stars, 0 without any.")
    review = models.ForeignKey(
        Review, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    review_claimed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    review_claimed_until = models.DateTimeField(null=True, blank=True)
    trashed_at = models.DateTimeField(null=True, blank=True)
    trashed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    purged_at = models.DateTimeField(null=True, blank=True, help_text="When its files were removed for good.")

    objects: ClassVar[GenerationManager] = GenerationManager()

    class Meta:
        ordering = ["-number"]
        indexes = INDEXES
        constraints = CONSTRAINTS

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The clip page."""
        return reverse("clip", args=[self.pk])

    @property
    def title(self) -> str:
        """The prompt's beginning, one line of at most 60 characters; its writing direction ends with it."""
        words = " ".join(self.prompt.translate(WITHOUT_DIRECTIONS).split())
        return words if len(words) <= 60 else words[:59].rstrip() + "…"

    @property
    def frame(self) -> constraints.Frame:
        """Pixel size that the aspect ratio gives at 4K."""
        return constraints.FRAMES[self.aspect_ratio]

    @property
    def money(self) -> Charged:
        """Whether money moved, as far as is known: in rehearsal it never does."""
        return Charged.NO if self.account.is_rehearsal else Charged(self.charged)

    @property
    def is_changing(self) -> bool:
        """Whether it may still move by itself."""
        return self.state in CHANGING

    @property
    def is_trashed(self) -> bool:
        """Whether it lies in the trash, or is gone from there."""
        return self.trashed_at is not None

    @property
    def is_purged(self) -> bool:
        """Whether its files are gone for good."""
        return self.purged_at is not None

    @property
    def video_path(self) -> Path:
        """The saved file. Only for a ready one."""
        return Path(settings.MEDIA_ROOT) / self.video_name

    @property
    def poster_path(self) -> Path:
        """The poster file. Only where `poster_name` is set."""
        return Path(settings.MEDIA_ROOT) / self.poster_name

    def video_request(self, webhook_url: str | None = None) -> VideoRequest:
        """The order in the API's words."""
        return VideoRequest(
            prompt=self.prompt,
            negative_prompt=self.negative_prompt,
            cfg_scale=self.cfg_scale,
            aspect_ratio=self.aspect_ratio,
            duration=self.duration,
            webhook_url=webhook_url,
        )

    def move(
        self,
        to: State,
        *,
        why: str = "",
        actor: User | None = None,
        agent: str = "",
        only_if: models.Q | plain.Condition | None = None,
        revision: int | None = None,
        **changes: Any,
    ) -> bool:
        """Go from the state this object was read in to `to`, with one event, in one transaction.

        True only for the winner: if the row has left that state meanwhile, or `only_if` does not hold,
        nothing happens and this object stays as it was. Raises IllegalMove for a way
        the table does not have. `revision` is one that this transaction has taken already.
        """
        came_from = State(self.state)
        if to not in MOVES[came_from]:
            raise IllegalMove(f"{came_from} → {to}")
        with transaction.atomic(savepoint=False):
            changes |= {"state": to, "state_at": timezone.now(), "revision": revision or Revision.take()}
            if came_from in ENDED:  # What turns up late is not left in the trash.
                changes |= {"trashed_at": None, "trashed_by": None, "purged_at": None}
            if not self._write(changes, only_if, state=came_from):
                return False
            self._tell(came_from, to, why, actor=actor, agent=agent)
            if came_from in ENDED or to in ENDED:
                self._book(actor, why)
        self._take_on(changes)
        return True

    def change(self, *, only_if: models.Q | None = None, revision: int | None = None, **changes: Any) -> bool:
        """Set facts beside the state and let open pages know. False, and nothing done, unless `only_if` holds.

        What is known of the charge is a decision of its own: `decide_charge`.
        """
        with transaction.atomic(savepoint=False):
            changes["revision"] = revision or Revision.take()
            if not self._write(changes, only_if):
                return False
        self._take_on(changes)
        return True

    def note(self, why: str, *, actor: User | None = None, agent: str = "") -> Event:
        """Write into the history without moving."""
        return self._tell(State(self.state), State(self.state), why, actor=actor, agent=agent)

    def _write(
        self, changes: dict[str, Any], only_if: models.Q | plain.Condition | None, **still: Any
    ) -> bool:
        if isinstance(only_if, models.Q):
            return bool(Generation.objects.filter(only_if, pk=self.pk, **still).update(**changes))
        return bool(plain.update(Generation, changes, only_if, pk=self.pk, **still))

    def _tell(self, came_from: State, to: State, why: str, **who: Any) -> Event:
        return Event.objects.write(generation=self, from_state=came_from, to_state=to, why=why[:300], **who)

    def _book(self, actor: User | None, reason: str) -> None:
        """Bring the ledger to where the row stands now; rehearsal is outside, which is known without a look."""
        if not self.account.is_rehearsal:
            book_or_log(Generation.objects.to_book(self.pk), actor=actor, reason=reason)

    def _take_on(self, changes: dict[str, Any]) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
