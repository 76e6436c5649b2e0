import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the admin lists of one person goes by; the plain index on the owner was the beginning of another."""

    dependencies = [
        ("generations", "0021_admin_pages"),
    ]

    operations = [
        migrations.AlterField(
            model_name="generation",
            name="owner",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="generations",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(fields=["owner", "-created_at", "-number"], name="generation_owner_newest"),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                fields=["owner", "-review"],
                condition=models.Q(("is_private", False), ("review__isnull", False), ("trashed_at", None)),
                name="generation_owner_in_review",
            ),
        ),
    ]
