"""What is sent to each address, for an object."""

from django.core.files.uploadedfile import SimpleUploadedFile

from generations.models import NoticeKind
from tests.access.table import ACTS
from tests.access.world import NO_CLIP, NO_ID, place

DATA = {
    "from shared": lambda world: {"from": world["shared"].pk},
    "from private": lambda world: {"from": world["private"].pk},
    **{
        f"prompt {kind}": lambda world, kind=kind: {"prompt": world["prompts"][kind].pk}
        for kind in ("ours", "private", "everyones")
    },
    **{
        f"side by side {kind}": lambda world, kind=kind: {
            "prompt": world["prompts"][kind].pk,
            "version": 1,
            "beside": 1,
        }
        for kind in ("ours", "private")
    },
    **{
        f"beside {kind}": lambda world, kind=kind: {
            "prompt": "A kite",
            "beside": "A red kite",
            "nonce": "6f9b1c7e-0000-4000-8000-000000000003",
            "beside_version": world["prompts"][kind].live_id,
            "another": "on",
        }
        for kind in ("ours", "private")
    },
    **{
        f"version {kind}": lambda world, kind=kind: {
            "prompt": "A kite",
            "nonce": "6f9b1c7e-0000-4000-8000-000000000002",
            "prompt_version": world["prompts"][kind].live_id,
            "another": "on",
        }
        for kind in ("ours", "private")
    },
    "draft": lambda world: {"draft": "yes", "prompt": "A kite"},
    "order": lambda world: {
        "prompt": "A kite",
        "nonce": "6f9b1c7e-0000-4000-8000-000000000001",
        "another": "on",
    },
    "against advice": lambda world: {
        "prompt": "Kites by the sea",
        "negative_prompt": "sea",
        "nonce": "6f9b1c7e-0000-4000-8000-000000000003",
    },
    ("preflight", ""): lambda world: {"prompt": "A kite and music"},
    ("prompt-pick", "ordered"): lambda world: {"tab": "ordered"},
    ("team-words", "signs alone"): lambda world: {"words": "…"},
    "team-words": lambda world: {"words": "Kite"},
    "improved": lambda world: {"improved": world["text"].pk},
    ("improve", ""): lambda world: {"prompt": "A kite"},
    ("improve", "too long"): lambda world: {"prompt": "x" * 2501},
    "whose": lambda world: {"whose": "team"},
    "saved searches": lambda world: {"menu": "saved"},
    "search-save": lambda world: {"name": "Lighthouses", "query": "q=lighthouse"},
    "library ours": lambda world: {"library": world["libraries"]["ours"].pk},
    **{
        ("prompt-libraries", kind): lambda world, whose=whose: {
            "name": "Another",
            "whose": whose.format(world["ours"].pk),
        }
        for kind, whose in (("ours", "team-{}"), ("private", "private"), ("everyones", "everyone"))
    },
    **{
        ("prompt-new", kind): lambda world, kind=kind: A_PROMPT | {"library": world["libraries"][kind].pk}
        for kind in ("ours", "private", "everyones")
    },
    "prompt-library": lambda world: {"name": "Renamed"},
    "prompt-edit": lambda world: A_PROMPT | {"of": 1},
    "prompt-favourite": lambda world: {"favourite": "yes"},
    "prompt-live": lambda world: {"version": 1},
    "into private": lambda world: {"library": world["libraries"]["private"].pk},
    "prompt-move": lambda world: {"library": world["libraries"]["everyones"].pk},
    "prompt-copy": lambda world: {"library": world["libraries"]["everyones"].pk},
    "prompt-archive": lambda world: {"archived": "yes"},
    "prompt-decide": lambda world: {"decision": "accept"},
    "prompt-library-import": lambda world: {
        "file": SimpleUploadedFile("a.csv", b"title,text\nA kite,A kite\n")
    },
    "prompt-library-preview": lambda world: {"fingerprint": world["fingerprint"]},
    "clip shared": lambda world: LIVE | {"page": "clip", "clip": world["shared"].pk},
    "clip private": lambda world: LIVE | {"page": "clip", "clip": world["private"].pk},
    **{
        ("compare", kind): lambda world, kind=kind: {
            "clips": f"{world['second shared'].pk},{getattr(world.get(kind), 'pk', NO_CLIP)}"
        }
        for kind in ("shared", "private", "queued private", "none")
    },
    ("live", "create"): lambda world: LIVE | {"page": "create"},
    ("live", "team"): lambda world: LIVE | {"page": "team"},
    ("clip-keep", "to tag"): lambda world: {"tag": "night"},
    ("clip-keep", "to collect"): lambda world: {"new_collection": "Harbour"},
    ("clip-keep", "into theirs"): lambda world: {"collection": world["their collection"].pk},
    "clip-keep": lambda world: {"favourite": "on"},
    ("clip-comment", "answered"): lambda world: {
        "text": "So do I.",
        "thread": world["comments"]["shared"].pk,
    },
    ("clip-comment", "answered elsewhere"): lambda world: {
        "text": "So do I.",
        "thread": world["comments"]["private"].pk,
    },
    "clip-comment": lambda world: {"text": "I see it.", "moment": "0:01.5"},
    "clip-comment-resolve": lambda world: {"resolved": "yes"},
    ("notices-seen", ""): lambda world: {"newest": world["notices"]["shared"].pk},
    ("notice-choices", ""): lambda world: dict.fromkeys(NoticeKind.values, "page"),
    ("theme", ""): lambda world: {"theme": "dark"},
    ("team-choose", "ours"): lambda world: {"team": world["ours"].pk},
    ("team-choose", "theirs"): lambda world: {"team": world["theirs"].pk},
    ("team-choose", "none"): lambda world: {"team": NO_ID},
    ("clips-zip", "shared and private"): lambda world: {"ids": [world["shared"].pk, world["private"].pk]},
    **{
        ("clips-zip", kind): lambda world, kind=kind: {"ids": place(world, "clip", kind)["pk"]}
        for kind in ("shared", "private", "none", "queued")
    },
    **{("clips-act", kind): lambda world, kind=kind: act_on(world, kind) for kind in ACTS if kind != "empty"},
    ("collections", ""): lambda world: {"name": "Harbour"},
    ("gallery-names", ""): lambda world: {"of": "collections"},
    **{("collection-rename", kind): lambda world: {"name": "Fog"} for kind in ("ours", "theirs", "none")},
    "team-settings": lambda world: {"name": "Renamed", "monthly_limit": "5", "daily_limit": ""},
    "team-review": lambda world: {"hands_in_all": "on"},
    "team-pause": lambda world: {"why": "wait"},
    "team-leave": lambda world: {"heir": world["heir"].pk},
    "team-member": lambda world: {"role": "lead", "monthly_limit": "1000"},
    "team-member-remove": lambda world: {"heir": world["heir"].pk},
    "team-invite": lambda world: {"email": "somebody@example.com", "role": "member"},
}
"""What is sent, by address and object, by object, or by address; nothing for the object "empty"."""
A_PROMPT = {
    "title": "A kite",
    "text": "A {{ colour }} kite",
    "aspect_ratio": "16:9",
    "duration": 5,
    "cfg_scale": 0.5,
}
LIVE = {"since": "0", "load": "9-9", "day": "2026-01-01"}


def act_on(world, kind):
    """What is sent to act on several clips: `tag shared and private`, `collect shared into theirs`, `trash all`."""
    action, _, objects = kind.partition(" ")
    objects, _, into = objects.partition(" into ")
    data = {"action": action, "tag": "night", "collection": world["collections"][into or "ours"].pk}
    if objects == "all":
        return data | {"all": "yes", "whose": "team"}
    if objects == "moment":
        return data | {"at": world["trashed"].trashed_at.isoformat()}
    return data | {"ids": [place(world, "clip", name)["pk"] for name in objects.split(" and ")]}


def data_for(world, name, kind):
    if kind == "empty":
        return {}
    found = next((DATA[key] for key in ((name, kind), kind, name) if key in DATA), lambda world: {})
    return found(world)
