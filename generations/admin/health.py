"""Signs of life and leases, to look at when something is stuck."""

from django.contrib import admin

from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Heartbeat, Lease


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """When each worker cluster last did anything."""

    list_display = ("cluster", "beat_at")


@admin.register(Lease)
class LeaseAdmin(ReadOnlyAdmin):
    """Which process may talk to an account, and at what pace."""

    list_display = ("account", "holder", "fence", "expires_at", "kicks", "next_post_at", "next_list_at")
    list_select_related = ("account",)
