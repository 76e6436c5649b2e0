"""The rows an empty installation needs: the revision counter and the first price."""

from datetime import UTC, datetime
from decimal import Decimal

from django.db import migrations

FIRST_RATE = Decimal("1.12")


def add_rows(apps, schema_editor):
    apps.get_model("generations", "Revision").objects.create(pk=1, value=0)
    apps.get_model("generations", "Price").objects.create(
        rate_per_second=FIRST_RATE,
        currency="EUR",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        note="Estimate: what a service on this endpoint books; the vendor publishes no figure.",
    )


def remove_rows(apps, schema_editor):
    apps.get_model("generations", "Revision").objects.all().delete()
    apps.get_model("generations", "Price").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("generations", "0001_initial")]
    operations = [migrations.RunPython(add_rows, remove_rows)]
