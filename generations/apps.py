"""The one Django app."""

from django.apps import AppConfig


class GenerationsConfig(AppConfig):
    """Users, orders, generations and everything that happens to them."""

    name = "generations"
    verbose_name = "Kling 4K Studio"
