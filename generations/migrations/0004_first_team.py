"""One team for an empty installation, and for everything that an older one holds."""

import hashlib
import json
from decimal import Decimal

from django.db import migrations
from django.db.models import F
from django.utils import timezone

WISH = ("prompt", "negative_prompt", "cfg_scale", "aspect_ratio", "duration")


def add_first_team(apps, schema_editor):
    team = apps.get_model("generations", "Team").objects.create(name="Studio")
    membership = apps.get_model("generations", "Membership")
    for user in apps.get_model("generations", "User").objects.all():
        membership.objects.create(team=team, user=user, role="lead" if user.is_superuser else "member")
    for name in ("Order", "Generation", "Invitation"):
        apps.get_model("generations", name).objects.update(team=team)
    for generation in apps.get_model("generations", "Generation").objects.select_related("order", "account"):
        _add_wish_key(generation)
        if not generation.account.is_rehearsal:
            _book(apps, generation)


def _add_wish_key(generation):
    wish = json.dumps({name: getattr(generation, name) for name in WISH}, sort_keys=True)
    generation.wish_key = hashlib.sha256(wish.encode()).hexdigest()
    generation.save(update_fields=["wish_key"])


def _book(apps, generation):
    """Write one row that says where the money stands; the way there was not written down in its time."""
    reserved, spent, kind = _due(generation)
    if not reserved + spent:
        return
    key = {
        "team_id": generation.team_id,
        "member_id": generation.order.owner_id,
        "day": timezone.localdate(generation.created_at),
        "currency": generation.currency,
    }
    apps.get_model("generations", "LedgerEntry").objects.create(
        generation=generation, kind=kind, reserved=reserved, spent=spent, reason="from before the ledger", **key
    )
    days = apps.get_model("generations", "DailySpend").objects
    days.get_or_create(**key)
    days.filter(**key).update(reserved=F("reserved") + reserved, spent=F("spent") + spent)


def _due(generation):
    nothing = Decimal(0)
    if generation.state == "cancelled" or (generation.state, generation.charged) == ("failed", "no"):
        return nothing, nothing, ""
    if generation.state == "ready" or (generation.state, generation.charged) == ("failed", "yes"):
        return nothing, generation.price, "settle"
    return generation.price, nothing, "reserve"


class Migration(migrations.Migration):
    dependencies = [("generations", "0003_teams_and_ledger")]
    operations = [migrations.RunPython(add_first_team, migrations.RunPython.noop)]
