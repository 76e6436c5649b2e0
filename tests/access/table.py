"""Who gets what at every address: role × object × action."""

PEOPLE = ("anonymous", "inactive", "stranger", "viewer", "member", "owner", "lead", "admin")
"""`stranger` leads another team; `owner` made the clips, `member` only works beside; `admin` is in no team."""

FILES = ("clip-video", "clip-download", "clip-poster", "clip-preview", "clip-strip", "clip-proxy")
SIGN_IN = 302
"""Of an anonymous or inactive visitor; `test_addresses.send` sees where it leads."""
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
