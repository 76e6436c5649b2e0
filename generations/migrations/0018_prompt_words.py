import django.db.models.deletion
from django.db import migrations, models

BATCH = 500
LENGTH = 16


def write_down(apps, schema_editor):
    Prompt, PromptWord = (apps.get_model("generations", name) for name in ("Prompt", "PromptWord"))
    rows = []
    for pk, text in Prompt.objects.values_list("pk", "search_text").iterator(chunk_size=BATCH):
        rows += [PromptWord(prompt_id=pk, word=word) for word in {w[:LENGTH].encode() for w in text.split()}]
        if len(rows) > 20 * BATCH:
            PromptWord.objects.bulk_create(rows, batch_size=BATCH)
            rows = []
    PromptWord.objects.bulk_create(rows, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("generations", "0017_reviewers")]

    operations = [
        migrations.CreateModel(
            name="PromptWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("word", models.BinaryField(max_length=64)),
                (
                    "prompt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="generations.prompt",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("word", "prompt"), name="prompt_word_once")],
            },
        ),
        migrations.RunPython(write_down, migrations.RunPython.noop, elidable=True),
    ]
