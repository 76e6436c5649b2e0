"""What a person decides about an account, and the one trouble that ends by itself."""

from typing import Final

from django.db import transaction

from generations.lifecycle import lease, strangers
from generations.lifecycle.evidence import STRANGERS
from generations.models import Account, AccountEvent, User

UNAUTHORIZED: Final = "unauthorized"


def resume(account: Account, *, actor: User, why: str) -> bool:
    """Let a paused account send again: the reason is dealt with. False if it was not paused.

    After a pause for unknown ids this also says that they are not ours: the next reading would find them again.
    """
    with transaction.atomic():
        account.refresh_from_db()
        if not account.is_paused:
            return False
        if account.paused_kind == STRANGERS:
            strangers.put_aside(account)
        _go_on(account, f"resumed after: {account.paused_kind}", actor, why)
    return True


def put_strangers_aside(account: Account, *, actor: User, why: str) -> int:
    """Say that the unknown ids are not ours, and return how many there were; a pause for them ends."""
    with transaction.atomic():
        count = strangers.put_aside(account)
        _decide(account, f"{count} unknown tasks put aside", actor, why)
    return count


def mark_shared(account: Account, shared: bool, *, actor: User, why: str) -> None:
    """Say whether somebody else uses the key; if so the list proves nothing about our tasks.

    A pause for unknown ids ends. What is unknown by now is put aside when the key is ours alone.
    """
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(is_shared=shared)
        if not shared:
            strangers.put_aside(account)
        _decide(account, "used by somebody else" if shared else "used by us alone", actor, why)


def key_works(account: Account) -> None:
    """End a pause for a key that was not accepted: a request with it has just succeeded."""
    with transaction.atomic():
        account.refresh_from_db()
        if account.is_paused and account.paused_kind == UNAUTHORIZED:
            _go_on(account, "resumed: the key works again", None, "")


def _decide(account: Account, what: str, actor: User, why: str) -> None:
    account.refresh_from_db()
    if account.paused_kind == STRANGERS:
        _go_on(account, what, actor, why)
    else:
        AccountEvent.objects.create(account=account, what=what, actor=actor, why=why[:300])


def _go_on(account: Account, what: str, actor: User | None, why: str) -> None:
    account.resume()
    AccountEvent.objects.create(account=account, what=what, actor=actor, why=why[:300])
    lease.kick(account)
