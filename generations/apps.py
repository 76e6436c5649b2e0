"""The one Django app."""

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import register

from generations.checks import check_magnific, check_sandbox


class GenerationsConfig(AppConfig):
    """Users, orders, generations and everything that happens to them."""

    name = "generations"
    verbose_name = "Kling 4K Studio"

    def ready(self) -> None:
        """Have the environment checked whenever Django starts."""
        register(check_magnific)
        if settings.REHEARSAL:
            register(check_sandbox)
