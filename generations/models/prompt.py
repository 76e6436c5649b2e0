"""Prompts that a library keeps, in all their versions."""

import uuid
from typing import ClassVar, Final

from django.db import models
from django.urls import reverse
from django.utils import timezone

from generations import constraints
from generations.models.generation import Generation
from generations.models.library import Library
from generations.models.user import User

NAME_LENGTH: Final = 150
"""Of a person's name: what a user name may have."""


ORDERS: Final = ("-changed_at", "-uses", "-rating", "-clip_favourites", "-approved_share")
"""What lists go by. Over all libraries each of these is an index that is walked, past what is not to be seen."""


class Text(models.Model):
    """What is kept of a prompt: its words, variables included, and the other settings as they are to begin with."""

    text = models.TextField()
    negative_prompt = models.TextField(blank=True)
    cfg_scale = models.FloatField(default=constraints.CFG_SCALE_DEFAULT)
    aspect_ratio = models.CharField(
        max_length=5,
        choices=[(ratio, ratio) for ratio in constraints.ASPECT_RATIOS],
        default=constraints.ASPECT_RATIO_DEFAULT,
    )
    duration = models.PositiveSmallIntegerField(default=constraints.DURATION_DEFAULT, help_text="Seconds.")
    note = models.CharField(max_length=300, blank=True, help_text="What is different, and why.")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


class Prompt(models.Model):
    """One prompt of a library. `live` is the version in use; one that is archived is kept and not shown.

    `key` is what it is called in exported files: a library that imports one knows it again by this. `author_name`
    is set for what was imported, whose author need not be anybody here; `created_by` has imported it then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    library = models.ForeignKey(Library, models.PROTECT, related_name="prompts")
    title = models.CharField(max_length=120)
    notes = models.TextField(blank=True)
    example = models.ForeignKey(Generation, models.SET_NULL, null=True, blank=True, related_name="+")
    live = models.ForeignKey("Version", models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=NAME_LENGTH, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    search_text = models.TextField(editable=False, help_text="The plain words it is found by.")

    uses = models.PositiveIntegerField(default=0, help_text="Clips ordered with any of its versions.")
    favourites_count = models.PositiveIntegerField(default=0, help_text="How many people like it.")
    clip_favourites = models.PositiveIntegerField(default=0, help_text="Favourites among its clips.")
    rating = models.FloatField(default=0, help_text="The mean of its rated clips, 0 without any.")
    approved_share = models.FloatField(
        default=0, help_text="Approved of its judged clips, 0 to 1; 0 without any."
    )

    objects: ClassVar[models.Manager["Prompt"]] = models.Manager()

    class Meta:
        ordering = ["-changed_at", "-id"]
        indexes = [
            models.Index(
                fields=["library", by, "-id"],
                condition=models.Q(archived_at=None),
                name=f"prompt_by_{by[1:]}",
            )
            for by in ORDERS
        ]
        indexes += [
            models.Index(
                fields=[by, "-id", "library", "created_by"],
                condition=models.Q(archived_at=None),
                name=f"prompt_all_{by[1:]}",
            )
            for by in ORDERS
        ]
        indexes += [
            models.Index(
                fields=["-changed_at", "-id", "library", "created_by"],
                condition=models.Q(archived_at__isnull=False),
                name="prompt_archived",
            )
        ]
        constraints = [models.UniqueConstraint(fields=["library", "key"], name="prompt_key_once")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The prompt's page."""
        return reverse("prompt", args=[self.pk])

    @property
    def by(self) -> str:
        """The name of who wrote it first. Reads `created_by`."""
        return self.author_name or str(self.created_by)


class Version(Text):
    """A prompt as somebody saved it; never changed afterwards. `number` counts from 1 in each prompt.

    One with `imported_at` came in a file: `author` has imported it, and the names are as the file says.
    """

    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    imported_at = models.DateTimeField(null=True, blank=True)
    author_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    accepted_name = models.CharField(max_length=NAME_LENGTH, blank=True)

    objects: ClassVar[models.Manager["Version"]] = models.Manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["prompt", "number"], name="version_once")]

    def __str__(self) -> str:
        return f"{self.prompt}, version {self.number}"

    @property
    def accepter(self) -> str:
        """The name of who accepted it as a suggestion, if it was one. Reads `accepted_by`."""
        return self.accepted_name or str(self.accepted_by or "")

    @property
    def credit(self) -> str:
        """Who wrote, accepted and imported it, as far as that is so. Reads `author` and `accepted_by`."""
        parts = [
            self.author_name if self.imported_at else str(self.author),
            f"accepted by {self.accepter}" if self.accepter else "",
            f"imported by {self.author}" if self.imported_at else "",
        ]
        return ", ".join(filter(None, parts))


class Pin(models.Model):
    """One act of making a version live: who, when, and what was live before."""

    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="pins")
    version = models.ForeignKey(Version, models.PROTECT, related_name="pins")
    before = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Pin"]] = models.Manager()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.version} by {self.actor}"
