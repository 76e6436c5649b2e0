"""The settings of an application whose pages are measured: the project's own, and two pages more."""

from kling_site.settings import *  # noqa: F403

ROOT_URLCONF = "bench.gallery_urls"
