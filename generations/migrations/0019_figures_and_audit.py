"""The share of a prompt's judged clips that were approved; the audit, with what people did until now."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Avg, Case, F, FloatField, Value, When

# A clip's histories and the others', as they were written down until now, in the words that are used from now on.
INTO = """
INSERT INTO generations_auditentry
(at, actor_id, agent, what, kind, object_id, title, about_id, team_id, why)
"""
HISTORIES = (
    """
    SELECT h.at, h.actor_id, '', SUBSTR(CASE
        WHEN h.from_state = '' AND h.why = '' THEN 'ordered'
        WHEN h.from_state IN ('', h.to_state) THEN h.why
        WHEN h.why = '' THEN h.from_state || ' → ' || h.to_state
        ELSE h.from_state || ' → ' || h.to_state || ': ' || h.why END, 1, 300),
    'clip', REPLACE(CAST(h.generation_id AS VARCHAR(40)), '-', ''), SUBSTR(g.prompt, 1, 60), g.owner_id, g.team_id, ''
    FROM generations_event h JOIN generations_generation g ON g.id = h.generation_id
    WHERE h.actor_id IS NOT NULL ORDER BY h.at, h.id
    """,
    """
    SELECT h.at, h.actor_id, '', h.what, 'team', CAST(h.team_id AS VARCHAR(40)), t.name, h.member_id, h.team_id, ''
    FROM generations_teamevent h JOIN generations_team t ON t.id = h.team_id WHERE h.actor_id IS NOT NULL
    """,
    """
    SELECT h.at, h.actor_id, '', h.what, 'account', CAST(h.account_id AS VARCHAR(40)), a.name, NULL, NULL, h.why
    FROM generations_accountevent h JOIN generations_account a ON a.id = h.account_id
    WHERE h.actor_id IS NOT NULL
    """,
    """
    SELECT h.created_at, h.actor_id, '', 'corrected the ledger', 'ledger', CAST(h.id AS VARCHAR(40)), '',
    h.member_id, h.team_id, h.reason
    FROM generations_ledgerentry h WHERE h.kind = 'correct'
    """,
    """
    SELECT h.action_time, h.user_id, '', CASE h.action_flag WHEN 1 THEN 'added' WHEN 2 THEN 'changed'
        ELSE 'deleted' END || ' in the admin: ' || c.model,
    CASE c.model WHEN 'user' THEN 'person' ELSE 'other' END, SUBSTR(REPLACE(COALESCE(h.object_id, ''), '-', ''), 1, 40),
    CASE c.model WHEN 'user' THEN '' ELSE h.object_repr END,
    CASE c.model WHEN 'user' THEN CAST(h.object_id AS INTEGER) END, NULL, ''
    FROM django_admin_log h JOIN django_content_type c ON c.id = h.content_type_id
    WHERE c.model NOT IN ('invitation', 'ledgerentry', 'membership', 'team')
    """,
)


def write_down(apps, schema_editor):
    """Write what people did until now into the audit."""
    with schema_editor.connection.cursor() as cursor:
        for history in HISTORIES:
            cursor.execute(INTO + history)


def count(apps, schema_editor):
    """Count what was judged already."""
    clips, prompts = (apps.get_model("generations", name).objects for name in ("Generation", "Prompt"))
    is_approved = Case(When(verdict="approved", then=Value(1.0)), default=Value(0.0))
    judged = clips.filter(verdict__in=("approved", "returned"), prompt_version__isnull=False).order_by()
    shares = judged.values(whose=F("prompt_version__prompt")).annotate(
        share=Avg(is_approved, output_field=FloatField())
    )
    for row in shares:
        prompts.filter(pk=row["whose"]).update(approved_share=row["share"])


class Migration(migrations.Migration):
    dependencies = [
        ("generations", "0018_prompt_words"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]
    operations = [
        migrations.AddField(
            model_name="prompt",
            name="approved_share",
            field=models.FloatField(
                default=0, help_text="Approved of its judged clips, 0 to 1; 0 without any."
            ),
        ),
        migrations.AddIndex(
            model_name="prompt",
            index=models.Index(
                condition=models.Q(("archived_at", None)),
                fields=["library", "-approved_share", "-id"],
                name="prompt_by_approved_share",
            ),
        ),
        migrations.AddIndex(
            model_name="prompt",
            index=models.Index(
                condition=models.Q(("archived_at", None)),
                fields=["-approved_share", "-id", "library", "created_by"],
                name="prompt_all_approved_share",
            ),
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("agent", models.CharField(blank=True, max_length=40)),
                ("what", models.CharField(max_length=300)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("clip", "Clip"),
                            ("team", "Team"),
                            ("person", "Person"),
                            ("account", "Account"),
                            ("prompt", "Prompt"),
                            ("ledger", "Ledger"),
                            ("other", "Other"),
                        ],
                        max_length=7,
                    ),
                ),
                ("object_id", models.CharField(blank=True, max_length=40)),
                ("title", models.CharField(blank=True, max_length=300)),
                ("why", models.CharField(blank=True, max_length=300)),
                *(
                    (
                        name,
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            to=to,
                        ),
                    )
                    for name, to in (
                        ("about", settings.AUTH_USER_MODEL),
                        ("actor", settings.AUTH_USER_MODEL),
                        ("team", "generations.team"),
                    )
                ),
            ],
            options={
                "verbose_name": "act in the audit",
                "verbose_name_plural": "acts in the audit",
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="audit_newest"),
                    models.Index(fields=["actor", "-at", "-id"], name="audit_actor"),
                    models.Index(fields=["about", "-at", "-id"], name="audit_about"),
                    models.Index(fields=["team", "-at", "-id"], name="audit_team"),
                    models.Index(fields=["object_id", "-at", "-id"], name="audit_object"),
                ],
            },
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
        migrations.RunPython(write_down, migrations.RunPython.noop),
    ]
