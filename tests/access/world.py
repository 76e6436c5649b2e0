"""Two teams with everything in them that somebody could reach for, and where it is."""

from django.test import Client
from django.utils import timezone

from generations.forms.library_file import read_file
from generations.lifecycle import collections, comments, prompt_history, searches, suggestions
from generations.lifecycle.library_import import keep_upload
from generations.lifecycle.library_plan import make_plan
from generations.models import (
    Account,
    Collection,
    CollectionItem,
    Comment,
    Favourite,
    Generation,
    Heartbeat,
    Improvement,
    Invitation,
    Library,
    LibraryUpload,
    Membership,
    Notice,
    NoticeChoice,
    Order,
    OrderedPrompt,
    Owner,
    Pin,
    Prompt,
    PromptFavourite,
    Rating,
    Review,
    Role,
    SavedSearch,
    State,
    Submission,
    Suggestion,
    Tag,
    Tagging,
    Team,
    TeamEvent,
    User,
    Version,
)
from tests.access.table import PEOPLE
from tests.factories import (
    first_team,
    make_admin,
    make_draft,
    make_generation,
    make_invitation,
    make_library,
    make_prompt,
    make_team,
    make_user,
    membership_of,
)

SECRET = "Nobody else must read of the violet lighthouse"
NO_ID = 10**20
NO_CLIP = "6f9b1c7e-0000-4000-8000-000000000000"


def make_world():
    """Two teams with their people, clips in the states that matter, an invitation to each team.

    The files of the clips are in `settings.MEDIA_ROOT`.
    """
    Heartbeat.beat("kling")
    ours, theirs = first_team(), make_team("South")
    make_user("stranger", team=theirs, role=Role.LEAD)
    make_user("inactive", is_active=False)
    for name, role in (("viewer", Role.VIEWER), ("member", Role.MEMBER), ("lead", Role.LEAD)):
        make_user(name, role=role)
    owner, boss = make_user("owner"), make_admin("admin", role=None)
    colleague = membership_of(make_user("colleague"))
    heir = membership_of(make_user("second", role=Role.LEAD))
    used, _ = make_invitation("used@example.com", invited_by=boss)
    Invitation.objects.filter(pk=used.pk).update(accepted_at="2026-01-01T00:00Z", accepted_by=owner)
    invitation, token = make_invitation(invited_by=boss)
    shared = make_generation(owner, State.READY, files=True)
    gone = {"trashed_at": timezone.now(), "trashed_by": owner}
    made = {
        "collections": {
            "ours": collections.make(ours, "Ours", actor=owner),
            "theirs": collections.make(theirs, "Theirs", actor=User.objects.get(username="stranger")),
        },
        "ours": ours,
        "theirs": theirs,
        "second shared": make_generation(owner, State.READY),
        **dict.fromkeys(("shared", "to tag", "to collect", "into theirs"), shared),
        "trashed": make_generation(owner, State.READY, files=True, **gone),
        "purged": make_generation(owner, State.READY, files=True, purged_at=timezone.now(), **gone),
        "their collection": Collection.objects.create(team=theirs, name="Also theirs", created_by=boss),
        "private": make_generation(owner, State.READY, files=True, is_private=True, prompt=SECRET),
        "queued": make_generation(owner),
        "queued private": make_generation(owner, is_private=True, prompt=SECRET),
        "failed": make_generation(owner, State.FAILED),
        "cancelled": make_generation(owner, State.CANCELLED),
        "heir": heir,
        **prompts_of(owner, boss, colleague.user),
        "people": {"ours": colleague, "theirs": membership_of(User.objects.get(username="stranger"))},
        "invitations": {
            "ours": invitation,
            "theirs": make_invitation(invited_by=boss, team=theirs)[0],
            "accepted": used,
        },
        "token": token,
        **comments_on(shared, owner, boss),
        "search": searches.save(membership_of(owner), SECRET, "q=violet"),
        "text": Improvement.objects.create(user=owner, account=Account.objects.current(), text=SECRET),
    }
    made["comments"]["private"] = comments.comment(made["private"], f"{SECRET}!", actor=boss)
    made["notices"]["private"] = Notice.objects.get(comment=made["comments"]["private"])
    prompt_history.remember(made["private"])
    return made | {"cookies": {person: cookies_of(person) for person in PEOPLE}, "rows": rows()}


def comments_on(shared, owner, boss):
    """The owner's comment on a clip of theirs, an admin's answer, and what the owner is told of that."""
    thread = comments.comment(shared, "A jump, here.", actor=owner, moment_ms=1200)
    answer = comments.comment(shared, "I see it.", actor=boss, thread=thread)
    return {
        "comments": {"shared": thread},
        "notices": {"shared": Notice.objects.get(comment=answer)},
        **dict.fromkeys(("answered", "answered elsewhere"), shared),
    }


def cookies_of(person):
    """What the browser of somebody who signed in keeps."""
    client = Client()
    if person != "anonymous":
        client.force_login(User.objects.get(username=person))
    return client.cookies


def prompts_of(owner, boss, colleague):
    """Libraries and prompts of the owner's: the team's, of everyone, and private; a suggestion to each."""
    kinds = {"ours": Owner.TEAM, "everyones": Owner.EVERYONE, "private": Owner.PRIVATE}
    libraries = {name: make_library(name, kind, by=owner) for name, kind in kinds.items()}
    found = {
        name: make_prompt(library, SECRET if name == "private" else "A boat", by=owner)
        for name, library in libraries.items()
    }
    draft = make_draft(f"{SECRET} too")
    return {
        "libraries": {**libraries, "empty library": make_library("Nothing yet", by=boss)},
        "prompts": found,
        "suggestions": {
            **{
                name: suggestions.suggest(prompt, draft, of=prompt.live, actor=colleague)
                for name, prompt in found.items()
            },
            "theirs": suggestions.suggest(
                found["ours"], draft, of=found["ours"].live, actor=User.objects.get(username="member")
            ),
        },
        **uploads_to(libraries, owner),
    }


def uploads_to(libraries, owner):
    """Files that wait to be imported: the lead's into the team's library, the owner's into their own."""
    content = f"title,text\nA kite,{SECRET}\n".encode()
    people = {"ours": User.objects.get(username="lead"), "private": owner}
    uploads = {
        name: keep_upload(libraries[name], "a.csv", content, actor=user) for name, user in people.items()
    }
    plan = make_plan(libraries["ours"], read_file(content))
    return {"uploads": uploads, "fingerprint": plan.fingerprint}


def place_of_prompt(world, name, kind):
    """`private in ours` is the address of our prompt with the id of a suggestion to the private one."""
    what, _, where = kind.partition(" in ")
    what, _, of = what.partition(" of ")
    what = {"into private": "ours", "empty": "ours"}.get(what, what)
    rows = world["libraries" if name.startswith("prompt-library") else "prompts"]
    found = {"pk": rows[where or of or what].pk if what != "none" else NO_CLIP}
    if name == "prompt-library-preview":
        found["upload"] = world["uploads"][what].pk if what != "none" else NO_CLIP
    if name in ("prompt-decide", "prompt-withdraw"):
        found["suggestion"] = world["suggestions"][what].pk
    return found


def place(world, name, kind):
    """The arguments of an address for an object."""
    if name in ("clips-zip", "clips-act"):
        return {}
    if name.startswith("collection-"):
        known = world["collections"].get({"empty": "ours"}.get(kind, kind))
        return {"pk": known.pk if known else NO_CLIP}
    if name in ("prompts", "prompt-new", "prompt-libraries", "prompt-pick", "prompt-find", "prompt-recall"):
        return {}
    if name.startswith("prompt"):
        return place_of_prompt(world, name, kind)
    if name.startswith("clip-comment-"):
        what, _, where = kind.partition(" in ")
        comment = world["comments"][what].pk if what != "none" else NO_ID
        return {"pk": world[where or what].pk if what != "none" else NO_CLIP, "comment": comment}
    if name.startswith("clip") or name == "spend-decide":
        return {"pk": world[kind].pk if kind != "none" else NO_CLIP}
    if name == "improvement":
        return {"pk": world["text"].pk if kind != "none" else NO_CLIP}
    if name in ("team", "team-choose"):
        return {}
    if name.startswith("team"):
        return place_in_team(world, name, kind)
    others = {
        "notice": {"pk": world["notices"][kind].pk if kind in world["notices"] else NO_ID},
        "search-delete": {"pk": world["search"].pk if kind != "none" else NO_ID},
        "password_reset_confirm": {"uidb64": "MQ", "token": "x-y"},
        "invitation": {"token": world["token"] if kind != "none" else "never-issued"},
        "magnific-callback": {"token": "unknown"},
    }
    return others.get(name, {})


def place_in_team(world, name, kind):
    """`theirs in ours` is the address of our team with the id of somebody, or something, of the other."""
    what, _, where = kind.partition(" in ")
    what = {"empty": "ours", "signs alone": "ours"}.get(what, what)
    team = {"none": NO_ID, "theirs": world["theirs"].pk}.get(where or what, world["ours"].pk)
    if name.startswith("team-member"):
        return {"pk": team, "member": world["people"][what].pk}
    if name.startswith("team-invitation"):
        return {"pk": team, "invitation": world["invitations"][what].pk}
    return {"pk": team}


def rows():
    """All that a refused request must leave as it was."""
    models = (Improvement, Generation, Order, Submission, Membership, Invitation, Team, TeamEvent)
    models += (Favourite, Rating, Tag, Tagging, Collection, CollectionItem, SavedSearch)
    models += (
        Library,
        LibraryUpload,
        Prompt,
        Version,
        Suggestion,
        Pin,
        PromptFavourite,
        OrderedPrompt,
        Review,
        Comment,
        Notice,
        NoticeChoice,
    )
    people = list(User.objects.order_by("pk").values_list("pk", "password", "is_active", "email"))
    of_models = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
    return {"User": people, **of_models}
