"""Django's admin, a file a model."""

from django.contrib import admin

from generations.admin import (
    account,
    audit,
    collection,
    comment,
    delivery,
    event,
    generation,
    health,
    improvement,
    invitation,
    ledger,
    library_upload,
    membership,
    order,
    price,
    prompt,
    queue,
    review,
    review_row,
    stranger,
    submission,
    team,
    team_event,
    trial,
    user,
)

__all__ = [
    "account",
    "audit",
    "collection",
    "comment",
    "delivery",
    "event",
    "generation",
    "health",
    "improvement",
    "invitation",
    "ledger",
    "library_upload",
    "membership",
    "order",
    "price",
    "prompt",
    "queue",
    "review",
    "review_row",
    "stranger",
    "submission",
    "team",
    "team_event",
    "trial",
    "user",
]

# Rows here belong together and are mostly kept; a page of one says whether it can go.
admin.site.disable_action("delete_selected")
admin.site.site_header = "Kling 4K Studio"
admin.site.site_title = "Kling 4K Studio"
admin.site.index_title = "Administration"
