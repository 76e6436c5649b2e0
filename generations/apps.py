"""The one Django app."""

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import register
from django.db.models.signals import post_migrate

from generations.append_only import protect
from generations.checks import check_magnific, check_sandbox
from generations.search_index import keep_index


class GenerationsConfig(AppConfig):
    """Users, orders, generations and everything that happens to them."""

    name = "generations"
    verbose_name = "Kling 4K Studio"

    def ready(self) -> None:
        """Have the environment checked at each start; keep ledger and search index after each migration."""
        post_migrate.connect(protect, sender=self, dispatch_uid="append_only")
        post_migrate.connect(keep_index, sender=self, dispatch_uid="search_index")
        register(check_magnific)
        if settings.REHEARSAL:
            register(check_sandbox)
