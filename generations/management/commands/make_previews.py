"""Makes again what clips are shown by."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q, QuerySet

from generations.lifecycle.previews import PROXY_OVER_BYTES, forget
from generations.models import AuditEntry, AuditKind, Generation, State


class Command(BaseCommand):
    """`manage.py make_previews`: the workers do it, as fast as they find time."""

    help = "Has posters, previews, thumbnails and lighter copies made again: of some clips, all, or where missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the ids of clips, or a word for many."""
        parser.add_argument("clips", nargs="*", metavar="id", help="ids of clips, as in their addresses")
        parser.add_argument("--all", action="store_true", help="of all saved clips")
        parser.add_argument(
            "--missing", action="store_true", help="where some are missing or failed too often"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ring for each and say how many. Raises CommandError where nothing is named, or something unknown."""
        chosen = self._chosen(options)
        count = 0
        for generation in chosen.iterator():
            forget(generation)
            count += 1
        what = f"had previews of {count} clips made again"
        AuditEntry.objects.note(what, AuditKind.OTHER, agent="make_previews")
        self.stdout.write(f"{count} clips are in the queue; their pages show the new ones as they come.")

    def _chosen(self, options: dict[str, Any]) -> QuerySet[Generation]:
        saved = Generation.objects.filter(state=State.READY, purged_at=None)
        if options["all"]:
            return saved
        if options["missing"]:
            return saved.filter(Q(preview_name="") | Q(proxy_name="", video_bytes__gt=PROXY_OVER_BYTES))
        if not options["clips"]:
            raise CommandError("Name clips by their ids, or say --missing or --all.")
        try:
            found = saved.filter(pk__in=options["clips"])
        except ValidationError as error:
            raise CommandError("An id of a clip looks like the end of its page's address.") from error
        if found.count() < len(set(options["clips"])):
            raise CommandError("Not all of these are saved clips.")
        return found
