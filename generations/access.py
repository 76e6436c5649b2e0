"""Who may see what: the one place that decides. A stranger's row does not exist for them (404)."""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from generations.models import Generation, User


def visible_generations(user: User | AnonymousUser) -> QuerySet[Generation]:
    """Return the generations that `user` may open: their own, for an admin all, for a visitor none."""
    if not user.is_active:
        return Generation.objects.none()
    if user.is_superuser:
        return Generation.objects.all()
    return Generation.objects.filter(owner_id=user.pk)


def own_generations(user: User) -> QuerySet[Generation]:
    """Return what `user` ordered: the gallery's Mine."""
    return Generation.objects.filter(owner=user)


def visible_generation(user: User | AnonymousUser, pk: UUID) -> Generation:
    """Return one generation that `user` may open. Raises Http404 for a stranger's and for none at all alike."""
    try:
        return visible_generations(user).select_related("owner", "account", "order").get(pk=pk)
    except Generation.DoesNotExist as error:
        raise Http404("No such clip.") from error
