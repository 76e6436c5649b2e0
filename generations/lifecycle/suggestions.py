"""Suggestions: anybody who orders may write a better version, a lead decides whether it is one."""

from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from generations.lifecycle.prompts import Draft, NothingChanged, pin, save_as
from generations.models import (
    AuditEntry,
    AuditKind,
    Decision,
    Prompt,
    Revision,
    Suggestion,
    User,
    Version,
)


class Decided(Exception):
    """Somebody was faster; the text says who and what."""

    def __init__(self, suggestion: Suggestion) -> None:
        did = suggestion.get_decision_display().lower()
        super().__init__(f"{suggestion.decided_by} has {did} it already. Nothing was changed.")


def suggest(prompt: Prompt, draft: Draft, *, of: Version, actor: User, note: str = "") -> Suggestion:
    """Write down what somebody would make of a version. Raises NothingChanged."""
    if Draft.of(of) == draft:
        raise NothingChanged
    return Suggestion.objects.create(prompt=prompt, of=of, author=actor, note=note[:300], **asdict(draft))


def accept(suggestion: Suggestion, *, actor: User, why: str = "") -> Version:
    """Make a suggestion a version, live from now on, with both names on it. Raises Decided."""
    with transaction.atomic():
        fresh = _still_waiting(suggestion)
        version = save_as(fresh.prompt, Draft.of(fresh), fresh.author, fresh.note, accepted_by=actor)
        _decide(fresh, Decision.ACCEPTED, actor, why, version)
        pin(fresh.prompt, version, actor)
    return version


def decline(suggestion: Suggestion, *, actor: User, why: str = "") -> None:
    """Leave everything as it is, and say why. Raises Decided."""
    with transaction.atomic():
        _decide(_still_waiting(suggestion), Decision.DECLINED, actor, why, None)


def withdraw(suggestion: Suggestion) -> None:
    """Take one's own suggestion back; it stays to be seen. Raises Decided."""
    with transaction.atomic():
        _decide(_still_waiting(suggestion), Decision.WITHDRAWN, suggestion.author, "", None)


def _still_waiting(suggestion: Suggestion) -> Suggestion:
    """Return it as it is now, with nobody else deciding meanwhile. Raises Decided."""
    Revision.take()
    related = ("prompt__live", "author", "decided_by")
    fresh = Suggestion.objects.select_related(*related).get(pk=suggestion.pk)
    if fresh.decision != Decision.WAITING:
        raise Decided(fresh)
    return fresh


def _decide(
    suggestion: Suggestion, decision: Decision, actor: User, why: str, version: Version | None
) -> None:
    suggestion.decision, suggestion.decided_by, suggestion.decided_at = decision, actor, timezone.now()
    suggestion.why, suggestion.version = why[:300], version
    suggestion.save(update_fields=["decision", "decided_by", "decided_at", "why", "version"])
    what = f"suggestion {decision.label.lower()}"
    whose = {"actor": actor, "about": suggestion.author, "why": why}
    AuditEntry.objects.note(what, AuditKind.PROMPT, suggestion.prompt, **whose)
