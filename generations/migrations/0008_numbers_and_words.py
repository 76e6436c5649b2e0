"""A number and the words of its prompt for every clip that an older installation holds."""

from django.db import migrations

from generations.plain_text import plain_words

CHUNK = 1000


def number_and_index(apps, schema_editor):
    clips = apps.get_model("generations", "Generation").objects
    revision = apps.get_model("generations", "Revision").objects
    number, some = 0, []
    for clip in clips.order_by("created_at", "take", "id").only("prompt").iterator(CHUNK):
        number += 1
        clip.number, clip.search_text = number, plain_words(clip.prompt)
        some.append(clip)
        if len(some) == CHUNK:
            clips.bulk_update(some, ["number", "search_text"])
            some = []
    clips.bulk_update(some, ["number", "search_text"])
    # New clips take their numbers from here.
    revision.filter(pk=1, value__lt=number).update(value=number)


class Migration(migrations.Migration):
    dependencies = [("generations", "0007_keeping_order")]

    operations = [migrations.RunPython(number_and_index, migrations.RunPython.noop)]
