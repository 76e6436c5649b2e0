"""Who may read and write comments, and who is told of what: whoever may watch the clip, and nobody else."""

from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet

from generations.access import may_label, visible_generations
from generations.access.review import JUDGE, judges, may_judge, reviewable_generations, watchable_generation
from generations.access.rows import one
from generations.models import Comment, Generation, Membership, Notice, Team, User

RESOLVE_REFUSED: Final = (
    "You watch in this team: you can resolve what you began. A lead can make you a member."
)
TAKE_BACK_REFUSED: Final = "Only who wrote a comment can take it back."


def discussed_generation(user: User, pk: UUID) -> Generation:
    """Return a clip that `user` may comment on: what they may watch, viewers too. Raises Http404."""
    return watchable_generation(user, pk)


def visible_comment(user: User, clip: UUID, pk: int) -> Comment:
    """Return a comment on a clip that `user` may watch. Raises Http404."""
    found = Comment.objects.select_related("generation__team", "by", "thread")
    return one(found, "No such comment.", generation=discussed_generation(user, clip), pk=pk)


def own_comment(user: User, clip: UUID, pk: int) -> Comment:
    """Return a comment that is `user`'s to take back. Raises Http404 or PermissionDenied."""
    comment = visible_comment(user, clip, pk)
    if comment.by_id != user.pk:
        raise PermissionDenied(TAKE_BACK_REFUSED)
    return comment


def resolvable_thread(user: User, clip: UUID, pk: int) -> Comment:
    """Return a thread that `user` may resolve and open again: theirs, or any where they work or judge.

    Raises Http404, also for an answer, or PermissionDenied.
    """
    thread = visible_comment(user, clip, pk)
    thread = one(Comment.objects.filter(thread=None), "No such thread.", pk=thread.pk)
    if thread.by_id != user.pk and not resolves_all(user, thread.generation):
        raise PermissionDenied(RESOLVE_REFUSED)
    return thread


def resolves_all(user: User, clip: Generation) -> bool:
    """Whether `user` may resolve what others began: who orders in the team, and who judges the clip."""
    return may_label(user, clip) or judges(user, clip)


def reviewers() -> QuerySet[User]:
    """Return everybody for whom `may_judge` holds."""
    backend = "django.contrib.auth.backends.ModelBackend"
    found: QuerySet[User] = User.objects.with_perm(JUDGE, backend=backend)
    return found.filter(is_staff=True)


def reviewers_of(team: Team) -> QuerySet[User]:
    """Return who may judge what the team hands in."""
    if not team.reviewed_inside:
        return reviewers()
    return reviewers().filter(Q(is_superuser=True) | _in(team.pk))


def people_who_see(clip: Generation) -> QuerySet[User]:
    """Return everybody who may watch a clip, as `watchable_generation` decides for each of them."""
    in_team = _in(clip.team_id)
    who = Q(is_superuser=True) | (in_team & Q(pk=clip.owner_id) if clip.is_private else in_team)
    if clip.review_id and not clip.is_private and not clip.is_trashed:
        who |= Q(pk__in=reviewers_of(clip.team).values("pk"))
    return User.objects.filter(who, is_active=True)


def own_notices(user: User) -> QuerySet[Notice]:
    """Return what `user` is told, newest first: nothing of a clip that they may not watch any more.

    Each clip is looked up by its id: asked for as a list, all that somebody may see would be gathered first.
    """
    this = OuterRef("generation_id")
    watched = Q(Exists(visible_generations(user).filter(pk=this)))
    if may_judge(user):
        watched |= Q(Exists(reviewable_generations(user).filter(pk=this)))
    return Notice.objects.filter(watched, user=user)


def own_notice(user: User, pk: int) -> Notice:
    """Return one of them. Raises Http404."""
    return one(own_notices(user).select_related("generation", "comment"), "No such notice.", pk=pk)


def _in(team: int) -> Q:
    return Q(Exists(Membership.objects.filter(team=team, user=OuterRef("pk"))))
