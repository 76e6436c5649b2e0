"""Clips in review for the admin, and the group of who may judge them."""

from django.db import migrations

PERMISSIONS = {
    "view_clipinreview": "Can view clip in review",
    "judge_clipinreview": "Can approve and return clips",
}


def make_reviewers(apps, schema_editor):
    """Make the group with its permissions, which Django itself would only make after all migrations."""
    using = schema_editor.connection.alias
    types = apps.get_model("contenttypes", "ContentType").objects.using(using)
    content_type, _ = types.get_or_create(app_label="generations", model="clipinreview")
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    group, _ = apps.get_model("auth", "Group").objects.using(using).get_or_create(name="Reviewers")
    for codename, name in PERMISSIONS.items():
        permission, _ = permissions.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("generations", "0016_review"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.CreateModel(
            name="ClipInReview",
            fields=[],
            options={
                "verbose_name": "clip in review",
                "verbose_name_plural": "clips in review",
                "permissions": [("judge_clipinreview", "Can approve and return clips")],
                "proxy": True,
                "default_permissions": ("view",),
                "indexes": [],
                "constraints": [],
            },
            bases=("generations.generation",),
        ),
        migrations.RunPython(make_reviewers, migrations.RunPython.noop),
    ]
