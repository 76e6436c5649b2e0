"""Rows for tests: valid ones, in every state, with no more ceremony than a name."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from PIL import Image

from generations import constraints
from generations.lifecycle import invite, libraries, prompts
from generations.lifecycle.wish import Wish
from generations.models import (
    Account,
    Charged,
    Failure,
    Generation,
    Invitation,
    Library,
    Membership,
    Order,
    Outcome,
    Owner,
    Prompt,
    Revision,
    Role,
    State,
    Submission,
    Team,
    User,
)
from generations.models.booking import book

PASSWORD = "correct horse battery"
PATHS: dict[State, tuple[State, ...]] = {
    State.QUEUED: (),
    State.SUBMITTING: (State.SUBMITTING,),
    State.UNSURE: (State.SUBMITTING, State.UNSURE),
    State.RENDERING: (State.SUBMITTING, State.RENDERING),
    State.SAVING: (State.SUBMITTING, State.RENDERING, State.SAVING),
    State.READY: (State.SUBMITTING, State.RENDERING, State.SAVING, State.READY),
    State.FAILED: (State.SUBMITTING, State.RENDERING, State.FAILED),
    State.CANCELLED: (State.CANCELLED,),
}


def first_team() -> Team:
    """The team that an installation begins with."""
    return Team.objects.order_by("pk").first() or Team.objects.create(name="Studio")


def make_team(name: str = "North", **fields: Any) -> Team:
    """Another team."""
    return Team.objects.create(name=name, **fields)


def make_membership(
    user: User, team: Team | None = None, role: Role = Role.MEMBER, **fields: Any
) -> Membership:
    """`user` in `team`, by default the first one."""
    return Membership.objects.create(user=user, team=team or first_team(), role=role, **fields)


def make_user(
    username: str = "mia",
    *,
    password: str = PASSWORD,
    team: Team | None = None,
    role: Role | None = Role.MEMBER,
    **fields: Any,
) -> User:
    """A member of `team`, by default the first one; without a `role` of no team. Mail: `<username>@example.com`."""
    fields.setdefault("email", f"{username}@example.com")
    user = User.objects.create_user(username, password=password, **fields)
    if role:
        make_membership(user, team, role)
    return user


def make_stranger(username: str = "otto", **fields: Any) -> User:
    """Somebody of another team."""
    return make_user(username, team=Team.objects.filter(name="South").first() or make_team("South"), **fields)


def make_member(username: str = "mia", **fields: Any) -> Membership:
    """A new person's membership: `fields` as of `make_user`."""
    return membership_of(make_user(username, **fields))


def membership_of(user: User) -> Membership:
    """The first of somebody's memberships."""
    return Membership.objects.filter(user=user).select_related("team", "user").earliest("pk")


def make_admin(username: str = "ada", *, password: str = PASSWORD, **fields: Any) -> User:
    """A superuser, who is a lead of the first team."""
    fields.setdefault("role", Role.LEAD)
    return make_user(username, password=password, is_staff=True, is_superuser=True, **fields)


def make_live_account(key: str = "a-key", **fields: Any) -> Account:
    """An account of a real key, which is not stored."""
    return Account.objects.create(
        name="Magnific",
        base_url="https://api.magnific.com",
        key_fingerprint=Account.fingerprint(key),
        **fields,
    )


def make_invitation(
    email: str = "new@example.com", *, invited_by: User | None = None, team: Team | None = None, **fields: Any
) -> tuple[Invitation, str]:
    """An open invitation and the token of its link. `fields` (`expires_at`, …) overrule the row's."""
    by = invited_by or User.objects.filter(is_superuser=True).first() or make_admin()
    invitation = Invitation(email=email, invited_by=by, team=team or first_team())
    token = invite.new_link(invitation)
    for name, value in fields.items():
        setattr(invitation, name, value)
    invitation.save()
    return invitation, token


def make_library(
    name: str = "Looks", kind: Owner = Owner.TEAM, *, by: User | None = None, team: Team | None = None
) -> Library:
    """A library, by default the first team's."""
    by = by or User.objects.first() or make_user()
    return libraries.make_library(name, kind, actor=by, team=team or first_team())


def make_prompt(
    library: Library | None = None, text: str = "A {{ animal | fox }} at dusk", **fields: Any
) -> Prompt:
    """A prompt in a library. `by` adds it; other `fields` are of its first version, or stand around it."""
    library = library or Library.objects.first() or make_library()
    by = fields.pop("by", library.created_by)
    names = ("title", "note", "notes", "tags", "example")
    around = {name: fields.pop(name) for name in names if name in fields}
    around.setdefault("title", "Dusk")
    return prompts.add_prompt(library, draft=make_draft(text, **fields), actor=by, **around)


def make_draft(text: str, **fields: Any) -> prompts.Draft:
    """What a version holds, with the API's own settings unless told otherwise."""
    settings_then = {
        "negative_prompt": constraints.NEGATIVE_PROMPT_DEFAULT,
        "cfg_scale": constraints.CFG_SCALE_DEFAULT,
        "aspect_ratio": constraints.ASPECT_RATIO_DEFAULT,
        "duration": constraints.DURATION_DEFAULT,
    }
    return prompts.Draft(text=text, **{**settings_then, **fields})


def make_order(owner: User, account: Account | None = None, team: Team | None = None) -> Order:
    """An order of `owner`, for the current account and the owner's first team unless told otherwise."""
    if team is None:
        mine = Membership.objects.filter(user=owner).order_by("pk").first()
        team = mine.team if mine else first_team()
    account = account or Account.objects.current()
    return Order.objects.create(owner=owner, team=team, account=account, nonce=uuid.uuid4())


def make_generation(
    owner: User | None = None,
    state: State = State.QUEUED,
    *,
    order: Order | None = None,
    account: Account | None = None,
    team: Team | None = None,
    files: bool = False,
    **fields: Any,
) -> Generation:
    """A generation that stands in `state`, with the submission and the history that lead there.

    `files` writes its video (a few bytes that are no film) and poster under MEDIA_ROOT; only for a ready one.
    """
    order = order or make_order(
        owner or User.objects.filter(username="mia").first() or make_user(), account, team
    )
    revision = Revision.take()
    generation = Generation.objects.create(
        **{
            "order": order,
            "owner": order.owner,
            "team": order.team,
            "account": order.account,
            "prompt": "A paper boat crosses a rain-filled gutter at dusk",
            "negative_prompt": constraints.NEGATIVE_PROMPT_DEFAULT,
            "cfg_scale": constraints.CFG_SCALE_DEFAULT,
            "aspect_ratio": constraints.ASPECT_RATIO_DEFAULT,
            "duration": constraints.DURATION_DEFAULT,
            "price": "5.60",
            "currency": "EUR",
            "number": revision,
            "revision": revision,
            "born_revision": revision,
            "state": state,
            **_facts(state, fields),
            **fields,
        }
    )
    Generation.objects.filter(pk=generation.pk).update(wish_key=Wish.of(generation).key)
    book(Generation.objects.to_book(generation.pk))
    generation.refresh_from_db(fields=["wish_key"])
    _write_history(generation)
    if state not in (State.QUEUED, State.CANCELLED):
        _make_submission(generation)
    if files:
        write_files(generation)
    return generation


def write_files(generation: Generation) -> None:
    """Put the video of a ready generation, and what is shown of it, where their names say: no films, but bytes."""
    generation.video_path.parent.mkdir(parents=True, exist_ok=True)
    generation.video_path.write_bytes(bytes(range(256)) * (generation.video_bytes // 256))
    generation.poster_path.parent.mkdir(parents=True, exist_ok=True)
    size = (generation.poster_width, generation.poster_height)
    Image.new("RGB", size, "#884422").save(generation.poster_path, "WEBP")
    for name in (generation.preview_name, generation.strip_name, generation.proxy_name):
        (Path(settings.MEDIA_ROOT) / name).write_bytes(generation.poster_path.read_bytes())


def _facts(state: State, fields: dict[str, Any]) -> dict[str, Any]:
    """What the check constraints and the pages expect of a row in `state`."""
    now, facts = timezone.now(), {}
    if state in (State.RENDERING, State.SAVING, State.READY, State.FAILED):
        facts |= {"task_id": str(uuid.uuid4()), "vendor_status": "IN_PROGRESS", "charged": Charged.UNKNOWN}
        facts |= {"accepted_at": now - timedelta(minutes=7)}
    if state in (State.SAVING, State.READY):
        facts |= {"completed_at": now, "vendor_status": "COMPLETED", "charged": Charged.YES}
    if state == State.SAVING:
        facts |= {"result_url": "https://cdn.magnific.com/clip.mp4?token=secret", "save_after": now}
    if state == State.READY:
        facts |= _video_facts(fields.get("aspect_ratio", "16:9"), fields.get("duration", 5)) | {
            "ready_at": now
        }
    if state == State.UNSURE:
        facts |= {"charged": Charged.UNKNOWN}
    if state == State.FAILED:
        facts |= {"failure": Failure.FAILED_THERE, "vendor_status": "FAILED"}
    return facts


def _video_facts(aspect_ratio: str, duration: int) -> dict[str, Any]:
    frame, folder = constraints.FRAMES[aspect_ratio], uuid.uuid4().hex
    return {
        "video_name": f"{folder}/video.mp4",
        "video_bytes": 256 * 4096,
        "received_bytes": 256 * 4096,
        "video_sha256": "0" * 64,
        "video_width": frame.width,
        "video_height": frame.height,
        "video_duration": float(duration),
        "video_codec": "h264",
        "video_frames": 24 * duration,
        "poster_name": f"{folder}/poster.webp",
        "poster_width": frame.width // 6,
        "poster_height": frame.height // 6,
        "preview_name": f"{folder}/preview.mp4",
        "strip_name": f"{folder}/strip.webp",
        "strip_count": 2 * duration,
        "strip_width": 160,
        "strip_height": 90,
        "proxy_name": f"{folder}/proxy.mp4",
        "proxy_bytes": 128 * 4096,
    }


def _write_history(generation: Generation) -> None:
    generation.events.create(to_state=State.QUEUED, actor=generation.owner, why="ordered")
    came_from = State.QUEUED
    for state in PATHS[State(generation.state)]:
        generation.events.create(from_state=came_from, to_state=state, agent="test")
        came_from = state


def _make_submission(generation: Generation) -> Submission:
    outcome = {State.SUBMITTING: Outcome.OPEN, State.UNSURE: Outcome.UNSURE}.get(
        State(generation.state), Outcome.ACCEPTED if generation.task_id else Outcome.REFUSED
    )
    return generation.submissions.create(
        account=generation.account,
        fence=1,
        host="worker-1",
        pid=4242,
        outcome=outcome,
        answered_at=None if outcome == Outcome.OPEN else timezone.now(),
        task_id=generation.task_id or "",
    )
