"""Django's admin, a file a model."""

from django.contrib import admin

from generations.admin import (
    account,
    delivery,
    event,
    generation,
    health,
    invitation,
    ledger,
    membership,
    order,
    price,
    queue,
    stranger,
    submission,
    team,
    user,
)

__all__ = [
    "account",
    "delivery",
    "event",
    "generation",
    "health",
    "invitation",
    "ledger",
    "membership",
    "order",
    "price",
    "queue",
    "stranger",
    "submission",
    "team",
    "user",
]

# Rows here belong together and are mostly kept; a page of one says whether it can go.
admin.site.disable_action("delete_selected")
admin.site.site_header = "Kling 4K Studio"
admin.site.site_title = "Kling 4K Studio"
admin.site.index_title = "Administration"
