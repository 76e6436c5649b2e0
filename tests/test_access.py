"""Who gets what at every address: role × object × action. A new address or method fails here until it has a row."""

import copy
import math
import re
from collections import defaultdict

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import Http404
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from generations import urls
from generations.access.comments import people_who_see
from generations.access.review import watchable_generation
from generations.forms.library_file import read_file
from generations.lifecycle import collections, comments, prompt_history, review, searches, suggestions
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
    NoticeKind,
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
    Trial,
    User,
    Version,
)
from tests.factories import (
    PASSWORD,
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

pytestmark = pytest.mark.django_db

PEOPLE = ("anonymous", "inactive", "stranger", "viewer", "member", "owner", "lead", "admin")
"""`stranger` leads another team; `owner` made the clips, `member` only works beside; `admin` is in no team."""

FILES = ("clip-video", "clip-download", "clip-poster", "clip-preview", "clip-strip", "clip-proxy")
SIGN_IN = 302
"""Of an anonymous or inactive visitor; a test below sees where it leads."""
ALL_405 = (405,) * 8
NOT_SO = (SIGN_IN, SIGN_IN, *(405,) * 6)
MEMBERS_PAGE = (SIGN_IN, SIGN_IN, *(200,) * 6)
OPEN = (200,) * 8
SHARED = (SIGN_IN, SIGN_IN, 404, 200, 200, 200, 200, 200)
PRIVATE = (SIGN_IN, SIGN_IN, 404, 404, 404, 200, 404, 200)
OWN_TEXT = (SIGN_IN, SIGN_IN, 404, 404, 404, 200, 404, 404)
NOTHING = (SIGN_IN, SIGN_IN, *(404,) * 6)
OWNER_OR_LEAD = (SIGN_IN, SIGN_IN, 404, 403, 403, 302, 302, 302)
ASKS_OWNER_OR_LEAD = (SIGN_IN, SIGN_IN, 404, 403, 403, 200, 200, 200)
OWNER_OF_PRIVATE = (SIGN_IN, SIGN_IN, 404, 404, 404, 302, 404, 302)
LEAD = (SIGN_IN, SIGN_IN, 404, 403, 403, 403, 302, 302)
LEAD_SEES = (SIGN_IN, SIGN_IN, 404, 403, 403, 403, 200, 200)
LEAD_WRONG = (SIGN_IN, SIGN_IN, 404, 403, 403, 403, 422, 422)
LEAD_NOTHING = (SIGN_IN, SIGN_IN, 404, 403, 403, 403, 404, 404)
ADMIN = (SIGN_IN, SIGN_IN, *(403,) * 5, 302)
ADMIN_SEES = (SIGN_IN, SIGN_IN, *(403,) * 5, 200)
ADDS = (SIGN_IN, SIGN_IN, 404, 403, 302, 302, 302, 302)
OTHER_LEAD = (SIGN_IN, SIGN_IN, 302, 404, 404, 404, 404, 302)
OTHER_LEAD_SEES = (SIGN_IN, SIGN_IN, 200, 404, 404, 404, 404, 200)

ACTION = (SIGN_IN, SIGN_IN, 404, 302, 302, 302, 302, 302)
"""On what all of the team see: what is not theirs to change is left out and said."""
ACTION_ON_PRIVATE = (SIGN_IN, SIGN_IN, 404, 404, 404, 302, 404, 302)
KEEPS = (SIGN_IN, SIGN_IN, 404, 403, 302, 302, 302)
"""Of the team: who watches there is refused. What an admin of no team gets, each row says."""
ACTS = {
    **{
        f"{action} shared": ACTION
        for action in ("favourite", "unfavourite", "trash", "share", "keep-private", "hand-in")
    },
    **{
        f"{action} private": ACTION_ON_PRIVATE
        for action in ("favourite", "trash", "restore", "share", "hand-in")
    },
    **{f"{action} shared and private": ACTION_ON_PRIVATE for action in ("favourite", "trash")},
    **{f"{action} trashed": ACTION for action in ("restore", "favourite", "trash")},
    **{f"{action} shared": (*KEEPS, 404) for action in ("tag", "untag", "collect", "uncollect")},
    **{
        f"{action} private": (SIGN_IN, SIGN_IN, 404, 404, 404, 302, 404, 404) for action in ("tag", "collect")
    },
    "collect shared into theirs": (SIGN_IN, SIGN_IN, 404, 403, 404, 404, 404, 404),
    **{f"{action} none": NOTHING for action in ("favourite", "trash", "tag", "collect")},
    "favourite all": (SIGN_IN, SIGN_IN, *(302,) * 6),
    "trash all": (SIGN_IN, SIGN_IN, *(302,) * 6),
    "tag all": (SIGN_IN, SIGN_IN, 302, 403, 302, 302, 302, 403),
    "restore moment": (SIGN_IN, SIGN_IN, *(302,) * 6),
    "empty": (SIGN_IN, SIGN_IN, *(302,) * 6),
}
"""What several clips are asked for: an action, and on which objects."""

# (method, address, object) → statuses in the order of PEOPLE. What an object is, `world` says.
TABLE = {
    ("GET", "create", ""): MEMBERS_PAGE,
    ("GET", "create", "from shared"): SHARED,
    ("GET", "create", "from private"): PRIVATE,
    ("GET", "create", "prompt ours"): SHARED,
    ("GET", "create", "prompt private"): PRIVATE,
    ("GET", "create", "prompt everyones"): MEMBERS_PAGE,
    ("GET", "create", "side by side ours"): SHARED,
    ("GET", "create", "side by side private"): PRIVATE,
    ("POST", "create", "beside ours"): (302, 302, 422, 422, 302, 302, 302, 403),
    ("POST", "create", "beside private"): (302, 302, 422, 422, 422, 302, 422, 403),
    ("POST", "create", "version ours"): (302, 302, 422, 422, 302, 302, 302, 403),
    ("POST", "create", "version private"): (302, 302, 422, 422, 422, 302, 422, 403),
    ("POST", "create", "empty"): (302, 302, 422, 422, 422, 422, 422, 403),
    ("POST", "create", "order"): (302, 302, 302, 422, 302, 302, 302, 403),
    ("POST", "create", "against advice"): (302, 302, 422, 422, 422, 422, 422, 403),
    ("GET", "preflight", ""): (SIGN_IN, SIGN_IN, *(405,) * 5, 200),
    ("POST", "preflight", ""): (302, 302, *(200,) * 5, 403),
    ("GET", "gallery", ""): MEMBERS_PAGE,
    ("GET", "gallery", "whose"): MEMBERS_PAGE,
    ("GET", "gallery-count", "whose"): MEMBERS_PAGE,
    ("GET", "gallery-filters", ""): MEMBERS_PAGE,
    ("GET", "gallery-filters", "saved searches"): MEMBERS_PAGE,
    ("POST", "search-save", ""): (302, 302, 302, 302, 302, 302, 302, 403),
    ("GET", "search-delete", "search"): (302, 302, 405, 405, 405, 405, 405, 200),
    ("POST", "search-delete", "search"): (302, 302, 404, 404, 404, 302, 404, 403),
    ("POST", "search-delete", "none"): (302, 302, 404, 404, 404, 404, 404, 403),
    **{
        (method, name, kind): row
        for name in ("clip", *FILES)
        for method in ("GET", "HEAD")
        for kind, row in (("shared", SHARED), ("private", PRIVATE), ("none", NOTHING))
    },
    ("GET", "compare", "shared"): SHARED,
    ("GET", "compare", "private"): PRIVATE,
    ("GET", "compare", "queued private"): (SIGN_IN, SIGN_IN, 404, 404, 404, 422, 404, 422),
    ("GET", "compare", "none"): NOTHING,
    ("GET", "compare", "empty"): (SIGN_IN, SIGN_IN, *(422,) * 6),
    **{
        (method, "clips-zip", kind): row
        for method in ("GET", "HEAD", "POST")
        for kind, row in (
            ("shared", SHARED),
            ("private", PRIVATE),
            ("shared and private", PRIVATE),
            ("none", NOTHING),
            ("queued", (SIGN_IN, SIGN_IN, 404, *(422,) * 5)),
            ("empty", (SIGN_IN, SIGN_IN, *(422,) * 6)),
        )
    },
    ("GET", "clips-act", "favourite shared"): NOT_SO,
    **{("POST", "clips-act", kind): row for kind, row in ACTS.items()},
    ("GET", "trash", ""): MEMBERS_PAGE,
    ("GET", "collections", ""): MEMBERS_PAGE,
    ("POST", "collections", ""): (302, 302, 302, 403, 302, 302, 302, 403),
    ("POST", "collections", "empty"): (302, 302, 422, 403, 422, 422, 422, 403),
    ("GET", "gallery-names", ""): MEMBERS_PAGE,
    **{
        ("GET", name, "ours"): (SIGN_IN, SIGN_IN, *(405,) * 5, 200)
        for name in ("collection-rename", "collection-delete")
    },
    **{
        ("POST", name, kind): row
        for name in ("collection-rename", "collection-delete")
        for kind, row in (
            ("ours", (302, 302, 404, 403, 403, 302, 302, 403)),
            ("theirs", (302, 302, 302, 404, 404, 404, 404, 403)),
            ("none", (302, 302, 404, 404, 404, 404, 404, 403)),
        )
    },
    ("POST", "collection-rename", "empty"): (302, 302, 404, 403, 403, 422, 422, 403),
    ("GET", "clip", "queued"): SHARED,
    ("GET", "clip", "failed"): SHARED,
    **{("GET", name, "queued"): NOTHING for name in FILES},
    ("GET", "clip-download", "failed"): NOTHING,
    ("GET", "clip-cancel", "queued"): NOT_SO,
    ("POST", "clip-cancel", "queued"): OWNER_OR_LEAD,
    ("POST", "clip-cancel", "queued private"): OWNER_OF_PRIVATE,
    ("POST", "clip-cancel", "shared"): OWNER_OR_LEAD,
    ("POST", "clip-cancel", "none"): NOTHING,
    ("GET", "clip-send-now", "queued"): NOT_SO,
    ("POST", "clip-send-now", "queued"): OWNER_OR_LEAD,
    ("POST", "clip-send-now", "queued private"): OWNER_OF_PRIVATE,
    ("POST", "clip-send-now", "shared"): OWNER_OR_LEAD,
    ("GET", "clip-retry", "failed"): ASKS_OWNER_OR_LEAD,
    ("GET", "clip-retry", "shared"): OWNER_OR_LEAD,
    ("POST", "clip-retry", "failed"): OWNER_OR_LEAD,
    ("POST", "clip-retry", "cancelled"): OWNER_OR_LEAD,
    ("POST", "clip-retry", "shared"): OWNER_OR_LEAD,
    ("POST", "clip-retry", "private"): OWNER_OF_PRIVATE,
    ("GET", "clip-share", "shared"): NOT_SO,
    ("POST", "clip-share", "shared"): (302, 302, 404, 403, 403, 302, 403, 403),
    ("POST", "clip-share", "private"): (302, 302, 404, 404, 404, 302, 404, 403),
    ("GET", "clip-hand-in", "shared"): NOT_SO,
    ("POST", "clip-hand-in", "shared"): OWNER_OR_LEAD,
    ("POST", "clip-hand-in", "private"): OWNER_OF_PRIVATE,
    ("POST", "clip-hand-in", "queued"): OWNER_OR_LEAD,
    ("POST", "clip-hand-in", "trashed"): OWNER_OR_LEAD,
    ("POST", "clip-hand-in", "none"): NOTHING,
    ("GET", "clip-chosen", "shared"): NOT_SO,
    ("POST", "clip-chosen", "shared"): OWNER_OR_LEAD,
    ("POST", "clip-chosen", "private"): OWNER_OF_PRIVATE,
    ("POST", "clip-chosen", "none"): NOTHING,
    ("GET", "clip-comment", "shared"): NOT_SO,
    ("POST", "clip-comment", "shared"): ACTION,
    ("POST", "clip-comment", "private"): ACTION_ON_PRIVATE,
    ("POST", "clip-comment", "trashed"): (302, 302, 404, *(422,) * 5),
    ("POST", "clip-comment", "answered"): ACTION,
    ("POST", "clip-comment", "answered elsewhere"): NOTHING,
    ("POST", "clip-comment", "none"): NOTHING,
    ("GET", "clip-comment-resolve", "shared"): NOT_SO,
    ("POST", "clip-comment-resolve", "shared"): ADDS,
    ("POST", "clip-comment-resolve", "private"): OWNER_OF_PRIVATE,
    ("POST", "clip-comment-resolve", "private in shared"): NOTHING,
    ("POST", "clip-comment-resolve", "none"): NOTHING,
    ("GET", "clip-comment-take-back", "shared"): NOT_SO,
    ("POST", "clip-comment-take-back", "shared"): (302, 302, 404, 403, 403, 302, 403, 403),
    ("POST", "clip-comment-take-back", "private"): (302, 302, 404, 404, 404, 403, 404, 302),
    ("POST", "clip-comment-take-back", "private in shared"): NOTHING,
    ("GET", "clip-people", "shared"): SHARED,
    ("GET", "clip-people", "private"): PRIVATE,
    ("GET", "clip-people", "none"): NOTHING,
    ("GET", "clip-keep", "shared"): NOT_SO,
    ("POST", "clip-keep", "shared"): (302, 302, 404, 302, 302, 302, 302, 302),
    ("POST", "clip-keep", "private"): OWNER_OF_PRIVATE,
    ("POST", "clip-keep", "to tag"): (302, 302, 404, 403, 302, 302, 302, 302),
    ("POST", "clip-keep", "to collect"): (302, 302, 404, 403, 302, 302, 302, 302),
    ("POST", "clip-keep", "into theirs"): (302, 302, 404, 403, 404, 404, 404, 404),
    ("POST", "clip-keep", "none"): NOTHING,
    ("GET", "clip-trash", "shared"): NOT_SO,
    ("POST", "clip-trash", "shared"): OWNER_OR_LEAD,
    ("POST", "clip-trash", "private"): OWNER_OF_PRIVATE,
    ("POST", "clip-trash", "queued"): OWNER_OR_LEAD,
    ("POST", "clip-trash", "none"): NOTHING,
    ("GET", "clip-restore", "trashed"): NOT_SO,
    ("POST", "clip-restore", "trashed"): OWNER_OR_LEAD,
    ("POST", "clip-restore", "purged"): OWNER_OR_LEAD,
    ("GET", "clip", "trashed"): SHARED,
    ("GET", "clip-video", "trashed"): SHARED,
    ("GET", "clip", "purged"): SHARED,
    **{("GET", name, "purged"): NOTHING for name in FILES},
    ("GET", "clip-order-for-real", "queued"): NOT_SO,
    ("POST", "clip-order-for-real", "queued"): OWNER_OR_LEAD,
    ("POST", "clip-order-for-real", "queued private"): OWNER_OF_PRIVATE,
    ("GET", "live", "create"): MEMBERS_PAGE,
    ("GET", "live", "team"): MEMBERS_PAGE,
    ("GET", "live", "clip shared"): MEMBERS_PAGE,
    ("GET", "live", "clip private"): MEMBERS_PAGE,
    ("GET", "notices", ""): MEMBERS_PAGE,
    ("GET", "notices-seen", ""): NOT_SO,
    ("POST", "notices-seen", ""): (302,) * 8,
    ("GET", "notice", "shared"): (SIGN_IN, SIGN_IN, 404, 404, 404, 302, 404, 404),
    ("GET", "notice", "private"): (SIGN_IN, SIGN_IN, 404, 404, 404, 302, 404, 404),
    ("GET", "notice", "none"): NOTHING,
    ("GET", "notice-choices", ""): MEMBERS_PAGE,
    ("POST", "notice-choices", ""): (302,) * 8,
    ("POST", "notice-choices", "empty"): (302, 302, *(422,) * 6),
    ("GET", "prompts", ""): MEMBERS_PAGE,
    ("GET", "prompts", "library ours"): MEMBERS_PAGE,
    ("GET", "prompt-new", ""): (SIGN_IN, SIGN_IN, 200, 302, 200, 200, 200, 200),
    ("GET", "prompt-new", "from private"): (SIGN_IN, SIGN_IN, 404, 302, 404, 200, 404, 200),
    ("POST", "prompt-new", "draft"): (302, 302, 200, 302, 200, 200, 200, 200),
    ("POST", "prompt-new", "ours"): (302, 302, 422, 302, 302, 302, 302, 302),
    ("POST", "prompt-new", "everyones"): (302, 302, 302, 302, 302, 302, 302, 302),
    ("POST", "prompt-new", "private"): (302, 302, 422, 302, 422, 302, 422, 302),
    ("GET", "prompt-libraries", ""): MEMBERS_PAGE,
    ("POST", "prompt-libraries", "ours"): (302, 302, 422, 422, 422, 422, 302, 302),
    ("POST", "prompt-libraries", "private"): (302,) * 8,
    ("POST", "prompt-libraries", "everyones"): (302, 302, *(422,) * 5, 302),
    **{
        (method, "prompt-library", kind): row
        for method, ours, own, everyones in (
            ("GET", LEAD_SEES, (SIGN_IN, SIGN_IN, 404, 404, 404, 200, 404, 200), ADMIN_SEES),
            ("POST", LEAD, OWNER_OF_PRIVATE, ADMIN),
        )
        for kind, row in (("ours", ours), ("private", own), ("everyones", everyones), ("none", NOTHING))
    },
    ("GET", "prompt-library-delete", "ours"): NOT_SO,
    ("POST", "prompt-library-delete", "ours"): LEAD,
    ("POST", "prompt-library-delete", "empty library"): LEAD,
    ("POST", "prompt-library-delete", "private"): OWNER_OF_PRIVATE,
    ("POST", "prompt-library-delete", "none"): NOTHING,
    **{
        (method, name, kind): row
        for name in ("prompt-library-json", "prompt-library-csv")
        for method in ("GET", "HEAD")
        for kind, row in (
            ("ours", SHARED),
            ("private", PRIVATE),
            ("everyones", MEMBERS_PAGE),
            ("none", NOTHING),
        )
    },
    ("GET", "prompt-library-import", "ours"): LEAD_SEES,
    ("GET", "prompt-library-import", "private"): PRIVATE,
    ("GET", "prompt-library-import", "everyones"): ADMIN_SEES,
    ("GET", "prompt-library-import", "none"): NOTHING,
    ("POST", "prompt-library-import", "ours"): LEAD,
    ("POST", "prompt-library-import", "empty"): LEAD_WRONG,
    ("POST", "prompt-library-import", "private"): OWNER_OF_PRIVATE,
    ("POST", "prompt-library-import", "everyones"): ADMIN,
    **{
        (method, "prompt-library-preview", kind): row
        for method, sees in (("GET", 200), ("POST", 302))
        for kind, row in (
            ("ours", (SIGN_IN, SIGN_IN, 404, 403, 403, 403, sees, 404)),
            ("private", (SIGN_IN, SIGN_IN, 404, 404, 404, sees, 404, 404)),
            ("private in ours", LEAD_NOTHING),
            ("none", NOTHING),
        )
    },
    **{
        ("GET", "prompt", kind): row
        for kind, row in (
            ("ours", SHARED),
            ("private", PRIVATE),
            ("everyones", MEMBERS_PAGE),
            ("none", NOTHING),
        )
    },
    ("GET", "prompt-edit", "ours"): (SIGN_IN, SIGN_IN, 404, 403, 200, 200, 200, 200),
    ("GET", "prompt-edit", "private"): PRIVATE,
    ("GET", "prompt-edit", "everyones"): (SIGN_IN, SIGN_IN, 200, 403, 200, 200, 200, 200),
    ("POST", "prompt-edit", "ours"): ADDS,
    ("POST", "prompt-edit", "private"): OWNER_OF_PRIVATE,
    ("POST", "prompt-edit", "everyones"): (302, 302, 302, 403, 302, 302, 302, 302),
    **{
        ("GET", name, "ours"): NOT_SO
        for name in (
            "prompt-favourite",
            "prompt-live",
            "prompt-move",
            "prompt-copy",
            "prompt-archive",
            "prompt-decide",
            "prompt-withdraw",
        )
    },
    ("POST", "prompt-withdraw", "ours"): (302, 302, 404, 403, 403, 403, 403, 403),
    ("POST", "prompt-withdraw", "theirs of ours"): (302, 302, 404, 403, 302, 403, 403, 403),
    ("POST", "prompt-withdraw", "private"): (302, 302, 404, 404, 404, 403, 404, 403),
    ("POST", "prompt-withdraw", "private in ours"): (302, 302, 404, *(404,) * 5),
    ("POST", "prompt-favourite", "ours"): (302, 302, 404, 302, 302, 302, 302, 302),
    ("POST", "prompt-favourite", "private"): OWNER_OF_PRIVATE,
    ("POST", "prompt-live", "ours"): LEAD,
    ("POST", "prompt-live", "private"): OWNER_OF_PRIVATE,
    ("POST", "prompt-move", "ours"): (302, 302, 404, 403, 403, 403, 302, 302),
    ("POST", "prompt-move", "private"): (302, 302, 404, 404, 404, 302, 404, 302),
    ("POST", "prompt-copy", "ours"): ADDS,
    ("POST", "prompt-copy", "into private"): (302, 302, 404, 404, 404, 302, 404, 302),
    ("POST", "prompt-copy", "private"): OWNER_OF_PRIVATE,
    ("POST", "prompt-archive", "ours"): (302, 302, 404, 403, 403, 302, 302, 302),
    ("POST", "prompt-archive", "private"): OWNER_OF_PRIVATE,
    ("POST", "prompt-decide", "ours"): LEAD,
    ("POST", "prompt-decide", "private"): OWNER_OF_PRIVATE,
    ("POST", "prompt-decide", "private in ours"): LEAD_NOTHING,
    ("GET", "prompt-pick", ""): MEMBERS_PAGE,
    ("GET", "prompt-pick", "ordered"): MEMBERS_PAGE,
    ("GET", "prompt-find", ""): MEMBERS_PAGE,
    ("GET", "prompt-recall", ""): MEMBERS_PAGE,
    ("GET", "improve", ""): NOT_SO,
    ("POST", "improve", ""): (302, 302, 302, 403, 302, 302, 302, 302),
    ("POST", "improve", "too long"): (302, 302, 422, 403, 422, 422, 422, 422),
    ("GET", "improvement", "ours"): OWN_TEXT,
    ("GET", "improvement", "none"): NOTHING,
    ("POST", "improvement", "ours"): (302, 302, 404, 404, 404, 302, 404, 404),
    ("GET", "create", "improved"): (302, 302, 404, 404, 404, 200, 404, 200),
    ("GET", "team", ""): MEMBERS_PAGE,
    ("GET", "team-choose", ""): NOT_SO,
    ("POST", "team-choose", "ours"): (302, 302, 404, 302, 302, 302, 302, 404),
    ("POST", "team-choose", "theirs"): (302, 302, 302, 404, 404, 404, 404, 404),
    ("POST", "team-choose", "none"): NOTHING,
    ("GET", "team-one", "ours"): SHARED,
    ("GET", "team-one", "theirs"): OTHER_LEAD_SEES,
    ("GET", "team-one", "none"): NOTHING,
    **{
        ("GET", name, "ours"): NOT_SO
        for name in (
            "team-settings",
            "team-words",
            "team-review",
            "team-pause",
            "team-resume",
            "team-invite",
            "team-member-remove",
        )
    },
    **{
        ("POST", name, kind): row
        for name in ("team-settings", "team-words", "team-review", "team-pause", "team-resume")
        for kind, row in (("ours", LEAD), ("theirs", OTHER_LEAD), ("none", NOTHING))
    },
    ("POST", "team-settings", "empty"): LEAD_WRONG,
    ("POST", "team-pause", "empty"): LEAD_WRONG,
    ("POST", "team-words", "empty"): LEAD,
    ("POST", "team-words", "signs alone"): LEAD_WRONG,
    ("GET", "team-leave", "ours"): (302, 302, 404, 200, 200, 200, 200, 404),
    ("POST", "team-leave", "ours"): (302, 302, 404, 302, 302, 302, 302, 404),
    ("POST", "team-leave", "theirs"): (302, 302, 422, 404, 404, 404, 404, 404),
    ("GET", "team-member", "ours"): LEAD_SEES,
    ("GET", "team-member", "theirs"): OTHER_LEAD_SEES,
    ("GET", "team-member", "theirs in ours"): LEAD_NOTHING,
    ("GET", "team-member", "ours in theirs"): NOTHING,
    ("POST", "team-member", "ours"): LEAD,
    ("POST", "team-member", "theirs in ours"): LEAD_NOTHING,
    ("POST", "team-member", "ours in theirs"): NOTHING,
    ("POST", "team-member", "empty"): LEAD_WRONG,
    ("POST", "team-member-remove", "ours"): LEAD,
    ("POST", "team-member-remove", "theirs in ours"): LEAD_NOTHING,
    ("POST", "team-member-remove", "ours in theirs"): NOTHING,
    ("POST", "team-invite", "ours"): LEAD_SEES,
    ("POST", "team-invite", "theirs"): OTHER_LEAD_SEES,
    ("POST", "team-invite", "empty"): LEAD_WRONG,
    ("GET", "team-invitation-renew", "ours"): NOT_SO,
    ("POST", "team-invitation-renew", "ours"): LEAD_SEES,
    ("POST", "team-invitation-renew", "theirs in ours"): LEAD_NOTHING,
    ("POST", "team-invitation-renew", "ours in theirs"): NOTHING,
    ("POST", "team-invitation-renew", "accepted"): LEAD_NOTHING,
    ("GET", "team-invitation-withdraw", "ours"): NOT_SO,
    ("POST", "team-invitation-withdraw", "ours"): LEAD,
    ("POST", "team-invitation-withdraw", "theirs in ours"): LEAD_NOTHING,
    ("POST", "team-invitation-withdraw", "ours in theirs"): NOTHING,
    ("POST", "team-invitation-withdraw", "accepted"): LEAD_NOTHING,
    ("GET", "spend", ""): (302, 302, 200, 403, 403, 403, 200, 200),
    ("GET", "spend-csv", ""): (302, 302, 200, 403, 403, 403, 200, 200),
    **{
        ("GET", name, kind): row
        for name in ("team-spend", "team-spend-csv")
        for kind, row in (("ours", LEAD_SEES), ("theirs", OTHER_LEAD_SEES), ("none", NOTHING))
    },
    ("GET", "spend-decide", "failed"): NOT_SO,
    ("POST", "spend-decide", "failed"): LEAD_WRONG,
    ("POST", "spend-decide", "private"): (302, 302, 404, 404, 404, 403, 422, 422),
    ("POST", "spend-decide", "none"): NOTHING,
    ("GET", "magnific-callback", ""): ALL_405,
    ("POST", "magnific-callback", ""): (404,) * 8,
    ("POST", "magnific-callback", "unsigned"): (404,) * 8,
    ("GET", "keys", ""): MEMBERS_PAGE,
    ("GET", "theme", ""): ALL_405,
    ("POST", "theme", ""): (302,) * 8,
    ("GET", "healthz", ""): OPEN,
    ("GET", "login", ""): (200, 200, *(302,) * 6),
    ("POST", "login", ""): (200, 200, *(302,) * 6),
    ("PUT", "login", ""): (200, 200, *(302,) * 6),
    ("GET", "logout", ""): ALL_405,
    ("POST", "logout", ""): (302,) * 8,
    ("GET", "password_change", ""): MEMBERS_PAGE,
    ("POST", "password_change", ""): MEMBERS_PAGE,
    ("PUT", "password_change", ""): MEMBERS_PAGE,
    ("GET", "password_reset", ""): OPEN,
    ("POST", "password_reset", ""): OPEN,
    ("PUT", "password_reset", ""): OPEN,
    ("GET", "password_reset_done", ""): OPEN,
    ("GET", "password_reset_confirm", ""): OPEN,
    ("POST", "password_reset_confirm", ""): OPEN,
    ("PUT", "password_reset_confirm", ""): OPEN,
    ("GET", "invitation", ""): OPEN,
    ("POST", "invitation", ""): (200, 200, *(403,) * 6),
    ("GET", "invitation", "none"): (404,) * 8,
    ("POST", "invitation", "none"): (404,) * 8,
}
NAMES = sorted({name for _, name, _ in TABLE})
OTHER_METHODS = ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
DJANGO_S_OWN = {"login", "logout", "password_change", "password_reset", "password_reset_done"} | {
    "password_reset_confirm"
}
"""Views of Django, some of which answer before they look at the method; `send` sees that nothing happens."""
OPEN_TO_ALL = DJANGO_S_OWN - {"password_change"} | {"theme", "healthz", "invitation", "magnific-callback"}
SECRET = "Nobody else must read of the violet lighthouse"
SEES = {"owner", "admin"}
NO_ID = 10**20
NO_CLIP = "6f9b1c7e-0000-4000-8000-000000000000"
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


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """One for all tests here: each undoes what it changed. No cluster is late in it, however long they take."""
    lasting = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"), STUCK_AFTER_SECONDS=math.inf)
    with django_db_blocker.unblock(), lasting, transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


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


def data_for(world, name, kind):
    if kind == "empty":
        return {}
    found = next((DATA[key] for key in ((name, kind), kind, name) if key in DATA), lambda world: {})
    return found(world)


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


SEEN_BY_LOOKING = {"clip": {"Notice"}}
"""What somebody who only looks at a page may change: what they were told of it is seen then."""


class Writes:
    """Notes whether any query may have written."""

    def __init__(self):
        self.any = False

    def __call__(self, execute, sql, *args):
        self.any |= bool(re.search("INSERT|UPDATE|DELETE", sql))
        return execute(sql, *args)


def send(world, method, name, kind, person):
    """Send one request, look at what it changed and showed, and undo it; return its status."""
    writes = Writes()
    with transaction.atomic(), connection.execute_wrapper(writes):
        client = Client()
        client.cookies = copy.deepcopy(world["cookies"][person])
        data = data_for(world, name, kind)
        address = reverse(name, kwargs=place(world, name, kind))
        if method in ("GET", "HEAD", "POST"):
            answer = getattr(client, method.lower())(address, data)
        else:
            answer = client.generic(method, address)
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if person not in SEES:
            assert SECRET.encode() not in said, (method, name, kind, person)
        to_sign_in = answer.get("Location", "").startswith("/accounts/login/?next=/")
        # A notice is seen when it is opened.
        may_write = (method == "POST" or name == "notice") and answer.status_code < 400 and not to_sign_in
        if writes.any and not may_write:
            changed = {what for what, now in rows().items() if now != world["rows"][what]}
            assert changed <= SEEN_BY_LOOKING.get(name, set()), (method, name, kind, person, changed)
        transaction.set_rollback(True)
    if person in ("anonymous", "inactive") and name not in OPEN_TO_ALL:
        assert to_sign_in, (method, name, kind, person)
    return answer.status_code


def test_every_address_has_a_row():
    assert {pattern.name for pattern in urls.urlpatterns} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_status(world, name):
    wanted = {case: row for case, row in TABLE.items() if case[1] == name}
    assert {case: tuple(send(world, *case, person) for person in PEOPLE) for case in wanted} == wanted


@pytest.mark.parametrize("name", NAMES)
def test_a_method_without_a_row_is_refused(world, name):
    """HEAD may also be what GET is; anonymous visitors are asked to sign in first."""
    kind = next(kind for _, found, kind in TABLE if found == name)
    known = {method for method, found, _ in TABLE if found == name}
    answers = defaultdict(set)
    for method in OTHER_METHODS:
        if method not in known:
            for person in PEOPLE[2:]:
                answers[method].add(send(world, method, name, kind, person))
    as_get = {send(world, "GET", name, kind, person) for person in PEOPLE[2:]}
    assert answers.pop("HEAD", set()) in ({405}, as_get, set())
    if name not in DJANGO_S_OWN:
        assert all(found <= {403, 405} for found in answers.values()), answers


REVIEWER_PAGES = (
    "admin:index",
    "admin:generations_clipinreview_changelist",
    "admin:generations_clipinreview_queue",
)
ADMIN_PAGES = (
    *REVIEWER_PAGES,
    "admin:index",
    "set-up",
    "admin:generations_submission_unclear",
    "admin:generations_generation_charges",
    "admin:generations_ledgerentry_add",
    *(
        f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        for model in sorted(admin.site._registry, key=lambda model: model._meta.label)
    ),
)


def test_the_admin_is_for_admins(world):
    pages = [reverse(name) for name in ADMIN_PAGES]
    pages += ["/admin/generations/team/add/", "/admin/generations/membership/add/"]
    pages.append(reverse("admin:generations_user_deactivate", args=[world["shared"].owner_id]))
    for person in PEOPLE:
        client = Client()
        if person != "anonymous":
            client.force_login(User.objects.get(username=person))
        for page in pages:
            answer = client.get(page)
            if person == "admin":
                assert answer.status_code == 200, page
            else:
                assert answer["Location"].startswith("/admin/login/"), page


def test_the_admin_lets_a_reviewer_review_and_nothing_else(client, world):
    reviewer = make_user("reviewer", role=None, is_staff=True)
    reviewer.groups.add(Group.objects.get(name="Reviewers"))
    client.force_login(reviewer)
    pages = {reverse(name) for name in ADMIN_PAGES} | {"/admin/generations/team/add/", "/admin/auth/group/"}
    pages |= {reverse("admin:generations_user_deactivate", args=[world["shared"].owner_id])}
    pages |= {reverse("admin:generations_generation_change", args=[world["shared"].pk])}
    open_pages = {page for page in pages if client.get(page).status_code == 200}
    assert open_pages == {reverse(name) for name in REVIEWER_PAGES}
    for name in ("clip", *FILES):
        for kind in ("shared", "private"):
            assert client.get(reverse(name, args=[world[kind].pk])).status_code == 404, (name, kind)


def test_who_is_told_of_a_clip_is_who_may_watch_it(world):
    """The same question asked from both ends: who sees this clip, and may this person watch it."""
    judge, inside = (make_user(name, role=None, is_staff=True) for name in ("judge", "inside"))
    for user in (judge, inside):
        user.groups.add(Group.objects.get(name="Reviewers"))
    make_user("leaver", role=None, is_staff=True)
    Membership.objects.create(user=inside, team=world["theirs"])
    owner, stranger = world["shared"].owner, User.objects.get(username="stranger")
    clips = [world[kind] for kind in ("shared", "private", "trashed", "queued private")]
    for inside_only in (False, True):
        Team.objects.update(reviewed_inside=inside_only)
        for by, team in ((owner, None), (stranger, world["theirs"])):
            clip = make_generation(by, State.READY, team=team)
            review.hand_in(by, [clip])
            clips.append(Generation.objects.select_related("team").get(pk=clip.pk))
        for clip in clips:
            clip.team.refresh_from_db()
            told = set(people_who_see(clip).values_list("username", flat=True))
            assert told == {user.username for user in User.objects.all() if may_watch(user, clip)}, told


def may_watch(user, clip):
    try:
        return watchable_generation(user, clip.pk) == clip
    except Http404:
        return False


def test_only_an_admin_tests_the_set_up(client, world):
    reviewer = make_user("reviewer", role=None, is_staff=True)
    reviewer.groups.add(Group.objects.get(name="Reviewers"))
    answers = {}
    for person in ("member", "reviewer", "admin"):
        client.force_login(User.objects.get(username=person))
        answers[person] = (
            client.post(reverse("set-up"), {"part": "storage"}).status_code,
            Trial.objects.count(),
        )
    assert answers == {"member": (302, 0), "reviewer": (403, 0), "admin": (302, 1)}


def test_a_member_at_the_admin_is_told_why(client):
    client.force_login(make_user())
    page = client.get("/admin/", follow=True).content.decode()
    assert "You are authenticated as mia, but are not authorized to access this page." in page


def test_an_admin_signs_in_at_the_admin(client):
    make_admin()
    response = client.post("/admin/login/?next=/admin/", {"username": "ada", "password": PASSWORD})
    assert response["Location"] == "/admin/"


def test_nothing_is_served_from_the_media_folder(client, world):
    client.force_login(make_admin())
    video, poster = world["shared"].video_name, world["shared"].poster_name
    for path in (f"/media/{video}", f"/media/{poster}", f"/{video}", f"/static/{video}"):
        assert client.get(path).status_code == 404
