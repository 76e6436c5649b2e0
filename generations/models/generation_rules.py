"""How generations are found quickly, and what the database itself refuses to hold."""

from typing import Final

from django.db import models

from generations import constraints
from generations.models.review import Verdict
from generations.models.states import Charged, State

WHOSE: Final = {
    "mine": (("owner", "team"), models.Q(trashed_at=None)),
    "team": (("team",), models.Q(trashed_at=None, is_private=False)),
}
FILTERED: Final = ("aspect_ratio", "duration", "state", "rating")
BY: Final = {
    "newest": ("-number", *FILTERED),
    "price": ("-price", "-number"),
    "rating": ("-rating", "-number"),
    "duration": ("-duration", "-number"),
    "state": ("state", "-number", *(name for name in FILTERED if name != "state")),
}
"""How the gallery goes through clips. The first has what filters ask for behind the number, so that what does not
fit is passed over without being read; a state may be so rare that it has an index of its own."""
SELDOM: Final = ("prompt_version", "retry_of", "extra_of")
"""Most clips have none of these. With an index over all of them SQLite takes the many without for what it will find
there, and goes through the table instead."""

IN_REVIEW: Final = models.Q(review__isnull=False, trashed_at=None, is_private=False)
"""What reviewers see: handed in once, shared with its team, not in the trash."""
CHARGE_UNKNOWN: Final = models.Q(state=State.FAILED, charged=Charged.UNKNOWN)
"""What only a person can say whether it cost something."""

INDEXES: Final = [
    *(
        models.Index(fields=[*of, *by], condition=condition, name=f"gallery_{whose}_{name}")
        for whose, (of, condition) in WHOSE.items()
        for name, by in BY.items()
    ),
    *(
        models.Index(
            fields=[name], condition=models.Q(**{f"{name}__isnull": False}), name=f"generation_{name}"
        )
        for name in SELDOM
    ),
    *(
        models.Index(
            fields=[*of, "verdict", "-number"],
            condition=condition & models.Q(review__isnull=False),
            name=f"gallery_{whose}_verdict",
        )
        for whose, (of, condition) in WHOSE.items()
    ),
    models.Index(fields=["verdict", "review"], condition=IN_REVIEW, name="generation_review_queue"),
    models.Index(fields=["-review"], condition=IN_REVIEW, name="generation_in_review"),
    models.Index(fields=["owner", "-review"], condition=IN_REVIEW, name="generation_owner_in_review"),
    models.Index(
        fields=["team", "-trashed_at", "-number"],
        condition=models.Q(trashed_at__isnull=False, purged_at=None),
        name="gallery_trash",
    ),
    models.Index(fields=["state", "charged"], condition=CHARGE_UNKNOWN, name="generation_charge_unknown"),
    models.Index(
        fields=["state", "purged_at"], condition=~models.Q(file_damage=""), name="generation_damaged"
    ),
    models.Index(fields=["created_at", "number"], name="generation_number_at"),
    models.Index(fields=["team", "wish_key", "-created_at"], name="generation_team_wish"),
    models.Index(fields=["team", "state", "-state_at"], name="generation_team_state"),
    models.Index(fields=["account", "state", "created_at"], name="generation_account_state"),
    models.Index(fields=["account", "-created_at", "-id"], name="generation_account_newest"),
    models.Index(
        fields=["preview_failures"],
        condition=models.Q(state=State.READY, preview_name=""),
        name="generation_without_preview",
    ),
    models.Index(
        fields=["proxy_failures", "video_bytes"],
        condition=models.Q(state=State.READY, proxy_name=""),
        name="generation_without_proxy",
    ),
    models.Index(fields=["state", "save_after"], name="generation_state_save_after"),
    models.Index(fields=["owner", "-created_at", "-number"], name="generation_owner_newest"),
    models.Index(fields=["owner", "revision"], name="generation_owner_revision"),
    models.Index(fields=["team", "revision"], name="generation_team_revision"),
]

CONSTRAINTS: Final = [
    models.UniqueConstraint(fields=["account", "task_id"], name="generation_task_once"),
    models.UniqueConstraint(fields=["order", "take"], name="generation_take_once"),
    models.CheckConstraint(condition=models.Q(state__in=State.values), name="generation_state_known"),
    models.CheckConstraint(
        condition=~models.Q(state__in=[State.RENDERING, State.SAVING, State.READY])
        | models.Q(task_id__isnull=False),
        name="generation_running_has_task",
    ),
    models.CheckConstraint(
        condition=~models.Q(state=State.READY)
        | (models.Q(video_bytes__gt=0) & ~models.Q(video_name="") & ~models.Q(video_sha256="")),
        name="generation_ready_has_file",
    ),
    models.CheckConstraint(
        condition=~models.Q(state=State.FAILED) | ~models.Q(failure=""),
        name="generation_failed_has_reason",
    ),
    models.CheckConstraint(
        condition=models.Q(duration__in=constraints.DURATIONS), name="generation_duration"
    ),
    models.CheckConstraint(
        condition=models.Q(
            cfg_scale__gte=constraints.CFG_SCALE_MIN, cfg_scale__lte=constraints.CFG_SCALE_MAX
        ),
        name="generation_cfg_scale",
    ),
    models.CheckConstraint(
        condition=models.Q(aspect_ratio__in=constraints.ASPECT_RATIOS), name="generation_aspect_ratio"
    ),
    models.CheckConstraint(
        condition=models.Q(review=None, verdict="")
        | models.Q(review__isnull=False, verdict__in=Verdict.values),
        name="generation_verdict",
    ),
    models.CheckConstraint(
        condition=models.Q(take__gte=constraints.TAKES_MIN, take__lte=constraints.TAKES_MAX),
        name="generation_take",
    ),
]
