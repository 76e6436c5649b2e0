"""The history of prompts for what an older installation has ordered."""

import hashlib

from django.db import migrations

CHUNK = 1000


def remember(apps, schema_editor):
    clips = apps.get_model("generations", "Generation").objects
    rows = apps.get_model("generations", "OrderedPrompt")
    known, some = set(), []
    wanted = ("pk", "number", "prompt", "order__owner_id", "order__team_id")
    for pk, number, text, user, team in clips.order_by("-number").values_list(*wanted).iterator(CHUNK):
        key = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
        if (user, team, key) in known:
            continue
        known.add((user, team, key))
        some.append(rows(user_id=user, team_id=team, key=key, clip_id=pk, number=number, text=text))
        if len(some) == CHUNK:
            rows.objects.bulk_create(some)
            some = []
    rows.objects.bulk_create(some)


class Migration(migrations.Migration):
    dependencies = [("generations", "0011_ordered_prompts")]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
