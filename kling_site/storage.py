"""Where collected static files are served from."""

from typing import Any, Final

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage

OUR_IMPORTS: Final = ("js/*.js", ((r"""(?P<matched>from "(?P<url>\./[^"]+)")""", '''from "%(url)s"'''),))
"""Which files, what is looked for in them, and what it becomes."""


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Names bear a hash of the content, in the imports between our modules too: no browser mixes two releases.

    Django's own `support_js_module_import_aggregation` reads the modules of other packages as well, and stops at
    those of django-htmx, which import from a bundler's names.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, OUR_IMPORTS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """Return the address of a file. Remembered: a page asks for some forty, and none changes while we run."""
        if force or settings.DEBUG or name is None:
            return str(super().url(name, force))
        if name not in self._addresses:
            self._addresses[name] = super().url(name)
        return self._addresses[name]
