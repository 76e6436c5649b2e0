"""Who did what to what and whom: a row for each act of a person or a command, never changed or deleted."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db import models
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from generations.models.team import Team
from generations.models.user import User

if TYPE_CHECKING:
    from generations.models.account_event import AccountEvent
    from generations.models.event import Event
    from generations.models.ledger import LedgerEntry
    from generations.models.team_event import TeamEvent

TEXT_LENGTH: Final = 300
READ: Final = ("owner_id", "team_id", "prompt")
"""What an entry takes of a clip."""
ADMIN_DID: Final = {ADDITION: "added", CHANGE: "changed", DELETION: "deleted"}
BY_VERBS: Final = {"invitation", "ledgerentry", "membership", "team"}
"""Of the admin's forms, these change rows by verbs, which write what was done in words of their own."""


class AuditKind(models.TextChoices):
    """What an act was done to."""

    CLIP = "clip", "Clip"
    TEAM = "team", "Team"
    PERSON = "person", "Person"
    ACCOUNT = "account", "Account"
    PROMPT = "prompt", "Prompt"
    LEDGER = "ledger", "Ledger"
    OTHER = "other", "Other"


class AuditManager(models.Manager["AuditEntry"]):
    """Writes entries. Call these inside the transaction of the act: both are stored, or neither."""

    def note(
        self,
        what: str,
        kind: AuditKind,
        about_what: models.Model | None = None,
        **fields: Any,
    ) -> None:
        """Write one act. `fields` are its `actor` or, of a command, its `agent`; title, about, team, why and at."""
        self._write([self._entry(what, kind, about_what, **fields)])

    def of_events(self, events: Iterable["Event"]) -> None:
        """Write those that a person did: one query, and one more where their clips were not read whole."""
        acts = [event for event in events if event.actor_id]
        if acts:
            clips = _clips(acts)
            self._write([self._of_event(event, clips[event.generation_id]) for event in acts])

    def of_team(self, event: "TeamEvent") -> None:
        """Write what a person did to a team."""
        if event.actor_id:
            named = {"about_id": event.member_id, "team_id": event.team_id, "at": event.at}
            entry = self._entry(event.what, AuditKind.TEAM, event.team, actor_id=event.actor_id, **named)
            self._write([entry])

    def of_account(self, event: "AccountEvent") -> None:
        """Write what a person decided about an account."""
        if event.actor_id:
            named = {"why": event.why, "at": event.at, "actor_id": event.actor_id}
            self._write([self._entry(event.what, AuditKind.ACCOUNT, event.account, **named)])

    def of_correction(self, row: "LedgerEntry") -> None:
        """Write what a person put right in the ledger."""
        whose = {"actor_id": row.actor_id, "about_id": row.member_id, "team_id": row.team_id}
        what, at = "corrected the ledger", row.created_at
        self.note(what, AuditKind.LEDGER, row, why=row.reason, at=at, **whose)

    def _of_event(self, event: "Event", clip: Any) -> "AuditEntry":
        moved = str(event) if event.from_state not in ("", event.to_state) else ""
        what = ": ".join(filter(None, (moved, event.why))) or "ordered"
        named = {"title": clip.title, "about_id": clip.owner_id, "team_id": clip.team_id, "at": event.at}
        entry = self._entry(what, AuditKind.CLIP, None, actor_id=event.actor_id, **named)
        entry.object_id = event.generation_id.hex
        return entry

    def _entry(
        self, what: str, kind: AuditKind, about_what: models.Model | None, **fields: Any
    ) -> "AuditEntry":
        if about_what is not None:
            fields.setdefault("title", "" if isinstance(about_what, User) else str(about_what))
            fields["object_id"] = getattr(about_what.pk, "hex", about_what.pk)
        fields |= {name: fields[name][:TEXT_LENGTH] for name in ("title", "why") if name in fields}
        return AuditEntry(what=what[:TEXT_LENGTH], kind=kind, **fields)

    def _write(self, entries: list["AuditEntry"]) -> None:
        self.bulk_create(entries)


class AuditEntry(models.Model):
    """One act. `about` is the person it concerns, `agent` the command that did it where nobody signed in.

    It outlives what it names, so the database does not tie it to those rows. No person's name is in it but what the
    program wrote into a team's or clip's history: names are read from the people when they are shown.
    """

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        User, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    agent = models.CharField(max_length=40, blank=True)
    what = models.CharField(max_length=TEXT_LENGTH)
    kind = models.CharField(max_length=7, choices=AuditKind.choices)
    object_id = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=TEXT_LENGTH, blank=True)
    about = models.ForeignKey(
        User, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    team = models.ForeignKey(
        Team, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    why = models.CharField(max_length=TEXT_LENGTH, blank=True)

    objects: ClassVar[AuditManager] = AuditManager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = "act in the audit"
        verbose_name_plural = "acts in the audit"
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["actor", "-at", "-id"], name="audit_actor"),
            models.Index(fields=["about", "-at", "-id"], name="audit_about"),
            models.Index(fields=["team", "-at", "-id"], name="audit_team"),
            models.Index(fields=["object_id", "-at", "-id"], name="audit_object"),
        ]

    def __str__(self) -> str:
        return self.what


def _clips(acts: Iterable["Event"]) -> dict[Any, Any]:
    """Return the clips of events by id; what was not read of them yet in one query for all."""
    held: defaultdict[bool, dict[Any, Any]] = defaultdict(dict)
    for event in acts:
        clip = event._state.fields_cache.get("generation")
        is_read = clip is not None and all(name in clip.__dict__ for name in READ)
        held[is_read][event.generation_id] = clip
    if held[False]:
        model: Any = type(next(iter(acts)))._meta.get_field("generation").related_model
        held[True] |= model.objects.only(*READ).in_bulk(list(held[False]))
    return held[True]


@receiver(post_save, sender=LogEntry)
def note_admin_edit(sender: Any, instance: LogEntry, created: bool, **options: Any) -> None:
    """Write down what somebody added, changed or deleted in the admin, in the transaction that does it."""
    model = instance.content_type.model if instance.content_type else ""
    if not created or model in BY_VERBS:
        return
    is_person, key = model == User._meta.model_name, str(instance.object_id or "")
    AuditEntry.objects.note(
        f"{ADMIN_DID[instance.action_flag]} in the admin: {model}. {instance.get_change_message()}".strip(),
        AuditKind.PERSON if is_person else AuditKind.OTHER,
        actor_id=instance.user_id,
        object_id=key.replace("-", "")[:40],
        title="" if is_person else instance.object_repr,
        about_id=int(key) if is_person else None,
    )
