"""The WSGI callable that the web server loads, in each of its workers."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from kling_site import idle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kling_site.settings")

application = get_wsgi_application()
idle.watch(settings.PORT, settings.CLIENT_IDLE_SECONDS)
