"""Who may see and do what with libraries and prompts."""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Exists, F, Q, QuerySet
from django.db.models.functions import Coalesce

from generations.access import is_lead, visible_generations
from generations.access.rows import one
from generations.models import (
    Generation,
    Improvement,
    Library,
    LibraryUpload,
    Membership,
    OrderedPrompt,
    Owner,
    Prompt,
    Role,
    State,
    Suggestion,
    Team,
    User,
    Version,
)

VIEWER = "You watch here. A lead can make you a member, who may suggest versions."
MANAGER_ONLY = "Only a lead of its team can do this."
AUTHOR_OR_MANAGER = "Only its author or a lead of its team can do this."


def visible_libraries(user: User) -> QuerySet[Library]:
    """Return the libraries that `user` may read: of their teams, of everyone, and their own; for an admin all."""
    if user.is_superuser:
        return Library.objects.all()
    teams = Membership.objects.filter(user=user).values("team")
    return Library.objects.filter(Q(kind=Owner.EVERYONE) | Q(team__in=teams) | Q(user=user))


def visible_library(user: User, pk: UUID) -> Library:
    """Return a library that `user` may read. Raises Http404."""
    return one(visible_libraries(user).select_related("team", "user"), "No such library.", pk=pk)


def visible_prompt(user: User, pk: UUID) -> Prompt:
    """Return a prompt of a library that `user` may read. Raises Http404."""
    prompts = Prompt.objects.select_related("library__team", "library__user", "live__author", "created_by")
    return one(prompts.filter(library__in=visible_libraries(user)), "No such prompt.", pk=pk)


def manages_library(user: User, library: Library) -> bool:
    """Whether `user` decides in a library: a lead of its team, whose own it is, an admin everywhere."""
    if user.is_superuser or library.user_id == user.pk:
        return True
    return library.team is not None and is_lead(user, library.team)


def adds_to_library(user: User, library: Library) -> bool:
    """Whether `user` may add prompts and suggest versions: who orders in its team, or in any for everyone's."""
    if manages_library(user, library):
        return True
    working = Membership.objects.filter(user=user, role__in=(Role.LEAD, Role.MEMBER))
    if library.kind == Owner.TEAM:
        working = working.filter(team=library.team_id)
    return library.kind != Owner.PRIVATE and working.exists()


def managed_library(user: User, pk: UUID) -> Library:
    """Return a library in which `user` decides. Raises Http404 or PermissionDenied."""
    library = visible_library(user, pk)
    if not manages_library(user, library):
        raise PermissionDenied("Only a lead of its team can do this.")
    return library


def library_to_add_to(user: User, pk: UUID) -> Library:
    """Return a library that `user` may add to. Raises Http404 or PermissionDenied."""
    library = visible_library(user, pk)
    if not adds_to_library(user, library):
        raise PermissionDenied("You watch here. A lead can make you a member, who may add prompts.")
    return library


def own_upload(user: User, library: UUID, pk: UUID) -> LibraryUpload:
    """Return a file that `user` has uploaded for a library in which they decide.

    Raises Http404 or PermissionDenied.
    """
    mine = LibraryUpload.objects.select_related("library__team", "library__user")
    return one(mine.filter(user=user, library=managed_library(user, library)), "No such file.", pk=pk)


def led_teams(user: User) -> QuerySet[Team]:
    """Return the teams whose libraries `user` manages, for an admin all."""
    if user.is_superuser:
        return Team.objects.all()
    return Team.objects.filter(memberships__user=user, memberships__role=Role.LEAD)


def managed_libraries(user: User) -> QuerySet[Library]:
    """Return the libraries in which `user` decides, as `manages_library` says."""
    if user.is_superuser:
        return Library.objects.all()
    return Library.objects.filter(Q(user=user) | Q(team__in=led_teams(user).values("pk")))


def libraries_to_add_to(user: User) -> QuerySet[Library]:
    """Return the libraries that `user` may add prompts to, as `adds_to_library` says."""
    if user.is_superuser:
        return Library.objects.all()
    working = Membership.objects.filter(user=user, role__in=(Role.LEAD, Role.MEMBER))
    for_all = Q(Exists(working), kind=Owner.EVERYONE)
    return Library.objects.filter(Q(user=user) | for_all | Q(team__in=working.values("team")))


def saves_prompt(user: User, prompt: Prompt) -> bool:
    """Whether `user` saves versions themselves: who decides in the library, and its author while they add there."""
    if manages_library(user, prompt.library):
        return True
    return prompt.created_by_id == user.pk and adds_to_library(user, prompt.library)


def prompt_to_edit(user: User, pk: UUID) -> Prompt:
    """Return a prompt that `user` may save or suggest versions of. Raises Http404 or PermissionDenied."""
    prompt = visible_prompt(user, pk)
    if not adds_to_library(user, prompt.library):
        raise PermissionDenied(VIEWER)
    return prompt


def prompt_to_save(user: User, pk: UUID) -> Prompt:
    """Return a prompt that `user` may change. Raises Http404 or PermissionDenied."""
    prompt = visible_prompt(user, pk)
    if not saves_prompt(user, prompt):
        raise PermissionDenied(AUTHOR_OR_MANAGER)
    return prompt


def managed_prompt(user: User, pk: UUID) -> Prompt:
    """Return a prompt of a library in which `user` decides. Raises Http404 or PermissionDenied."""
    prompt = visible_prompt(user, pk)
    if not manages_library(user, prompt.library):
        raise PermissionDenied(MANAGER_ONLY)
    return prompt


def own_suggestion(user: User, pk: UUID, suggestion: int) -> Suggestion:
    """Return a suggestion that `user` has made to a prompt. Raises Http404 or PermissionDenied."""
    made = Suggestion.objects.select_related("author").filter(prompt=visible_prompt(user, pk))
    found = one(made, "No such suggestion.", pk=suggestion)
    if found.author_id != user.pk:
        raise PermissionDenied("Only who made a suggestion can withdraw it.")
    return found


def shown_prompts(user: User) -> QuerySet[Prompt]:
    """Return the prompts of all libraries that `user` may read."""
    return Prompt.objects.filter(library__in=visible_libraries(user).values("pk"))


def prompts_in(libraries: Collection[Library]) -> QuerySet[Prompt]:
    """Return the prompts of libraries that somebody may read, for a list in order.

    SQLite goes through all prompts in that order and leaves out what is elsewhere: were the library named as a
    column, it would collect and sort all that is in there. PostgreSQL knows how much that is, of a column alone.
    """
    shelf = F("library_id") if connection.vendor == "postgresql" else Coalesce("library_id", "library_id")
    return Prompt.objects.alias(shelf=shelf).filter(shelf__in=[library.pk for library in libraries])


def visible_versions(user: User) -> QuerySet[Version]:
    """Return the versions of all prompts that `user` may read."""
    return Version.objects.filter(prompt__in=shown_prompts(user).values("pk")).select_related("prompt")


def shown_clips(user: User) -> QuerySet[Generation]:
    """Return the clips that `user` may see and that there is a picture of: what stands for a prompt."""
    ready = visible_generations(user).filter(state=State.READY, trashed_at=None)
    return ready.exclude(poster_name="")


def ordered_prompts(membership: Membership) -> QuerySet[OrderedPrompt]:
    """Return the texts that the member has ordered in this team: nobody else's business, also not an admin's."""
    return OrderedPrompt.objects.filter(user=membership.user_id, team=membership.team_id)


def fits_as_example(user: User, clip: Generation, library: Library) -> str:
    """Return why a clip that `user` sees cannot stand for a prompt of a library; nothing where it can."""
    if clip.is_private and library.kind != Owner.PRIVATE:
        return "This clip is private: the others could not see it. Share it first."
    if library.kind == Owner.TEAM and clip.team_id != library.team_id:
        return "This clip is another team’s: the others here could not see it."
    return ""


def may_improve(user: User) -> bool:
    """Whether `user` may have texts improved, which takes of the account's requests: who orders in some team."""
    working = Membership.objects.filter(user=user, role__in=(Role.LEAD, Role.MEMBER))
    return user.is_superuser or working.exists()


def own_improvement(user: User, pk: UUID) -> Improvement:
    """Return a text that `user` has had improved: nobody else's business, also not an admin's. Raises Http404."""
    return one(Improvement.objects.filter(user=user), "No such text.", pk=pk)
