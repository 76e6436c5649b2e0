"""The counts that stand beside a list of prompts, kept true by every change in the transaction that makes it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q

from generations.models import Library, LibraryFigure, Prompt, PromptTag


def recount(*libraries: Library | Any) -> None:
    """Count the prompts of libraries (or of their ids) anew. Within a transaction that took a revision."""
    prompts = Prompt.objects.filter(library__in=libraries).order_by()
    tagged = PromptTag.objects.filter(prompt__library__in=libraries).order_by()
    LibraryFigure.objects.filter(library__in=libraries).delete()
    LibraryFigure.objects.bulk_create(
        [
            *_figures(prompts.values("library", here=Q(archived_at=None))),
            *_figures(prompts.values("library", "created_by", here=Q(archived_at=None))),
            *_figures(tagged.values("name", library=F("prompt__library"), here=Q(prompt__archived_at=None))),
        ]
    )


def _figures(groups: Any) -> Iterable[LibraryFigure]:
    for row in groups.annotate(count=Count("pk")):
        yield LibraryFigure(
            library_id=row["library"],
            is_archived=not row["here"],
            tag=row.get("name", ""),
            author_id=row.get("created_by"),
            prompts=row["count"],
        )
