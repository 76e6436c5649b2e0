"""What Django admin lists besides the clips of the gallery's data: what was sent, called back, booked and judged.

Runs inside Django, on an empty database of its own: `manage.py shell -c "from bench import admin_data; …"`.
"""

from typing import Final

from django.contrib.auth.models import Group
from django.db import connection

from bench.gallery_data import Deal, analyse
from generations.models import User

WAITING: Final = 300
"""So many of the newest ready clips wait for a verdict, with every number of clips."""
ROWS: Final = (
    # Written by the database itself: one of each for every clip that was sent.
    """INSERT INTO generations_submission (generation_id, account_id, callback_token, fence, host, boot_id, pid,
        pid_started, claimed_at, answered_at, outcome, http_status, task_id, problem, evidence, sender_reported,
        absent_reads)
    SELECT id, account_id, 'token-' || number, 1, 'worker-1', '', 4242, 0, created_at, accepted_at, 'accepted', 200,
        task_id, '', '', {true}, 0 FROM generations_generation WHERE task_id IS NOT NULL""",
    """INSERT INTO generations_delivery (webhook_id, submission_id, task_id, status, secret_encoding, body,
        is_stale, received_at, read_at)
    SELECT 'call-' || id, id, task_id, 'COMPLETED', 'utf-8', '', {false}, answered_at, answered_at
        FROM generations_submission""",
    """INSERT INTO generations_ledgerentry (generation_id, team_id, member_id, kind, reserved, spent, currency, day,
        created_at, reason)
    SELECT id, team_id, owner_id, 'reserve', price, 0, currency, {day}, created_at, ''
        FROM generations_generation""",
    """INSERT INTO generations_ledgerentry (generation_id, team_id, member_id, kind, reserved, spent, currency, day,
        created_at, reason)
    SELECT id, team_id, owner_id, 'settle', -price, price, currency, {day}, state_at, ''
        FROM generations_generation WHERE state = 'ready'""",
    """INSERT INTO generations_review (generation_id, verdict, by_id, note, at)
    SELECT id, 'waiting', owner_id, '', state_at FROM generations_generation
        WHERE state = 'ready' AND NOT is_private AND trashed_at IS NULL ORDER BY number""",
)
LINK: Final = """UPDATE generations_generation SET verdict = 'waiting', review_id =
    (SELECT max(id) FROM generations_review WHERE generation_id = generations_generation.id)
    WHERE id IN (SELECT generation_id FROM generations_review)"""
JUDGE: Final = """UPDATE generations_generation SET verdict = 'approved'
    WHERE review_id <= (SELECT max(id) - %s FROM generations_review)"""
WORDS: Final = {
    "sqlite": {"true": "1", "false": "0", "day": "date(created_at)"},
    "postgresql": {"true": "true", "false": "false", "day": "created_at::date"},
}


def make(clips: int) -> None:
    """Fill the database with so many clips, and what belongs to them."""
    Deal(clips).make()
    with connection.cursor() as cursor:
        for sql in ROWS:
            cursor.execute(sql.format(**WORDS[connection.vendor]))
        cursor.execute(LINK)
        cursor.execute(JUDGE, [WAITING])
    admin = User.objects.get(username="demo")
    admin.is_staff = admin.is_superuser = True
    admin.save()
    rae, _ = User.objects.get_or_create(
        username="rae", defaults={"email": "rae@example.com", "is_staff": True}
    )
    rae.groups.add(Group.objects.get(name="Reviewers"))
    analyse()
