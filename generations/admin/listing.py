"""How long lists stay quick: nothing counts, sorts or searches all of a table that grows with the clips."""

from typing import Any, ClassVar, Final, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from generations.admin.poster import POSTER_HEIGHT, poster_of
from generations.models import Account, Generation, User

MOST: Final = 2_000
"""Rows that a list counts and pages through; what is older is found by a filter or a search."""

TOO_MANY: Final = "Nothing was done: these are more than {:,}. Filter or search first."


class CappedPaginator(Paginator):
    """Counts up to one more than `most`, and sorts keys alone: the time for more would grow with the table."""

    def __init__(self, *args: Any, rows: QuerySet[Any], most: int, **kwargs: Any) -> None:
        """`rows` is where a page's rows are read from."""
        super().__init__(*args, **kwargs)
        self.rows, self.most = rows, most

    @cached_property
    def count(self) -> int:
        """How many rows there are, as far as they are counted."""
        return self._rows.order_by().values("pk")[: self.most + 1].count()

    def page(self, number: int | str) -> Page:
        """Return a page whose rows are read once it is known which they are, without searching again."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        keys = list(self._rows.values_list("pk", flat=True)[first : first + self.per_page])
        rows = self.rows.in_bulk(keys)
        return Page([rows[key] for key in keys if key in rows], number, self)

    @property
    def _rows(self) -> QuerySet[Any]:
        return cast(QuerySet[Any], self.object_list)


class ListingAdmin(admin.ModelAdmin):
    """What every list of ours has."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    see_also_by: ClassVar[dict[str, tuple[str, str]]] = {}
    """Where else rows of a row are: by what the link says, the model and the column that names the row."""

    def get_paginator(self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any) -> Paginator:
        """Return one that reads rows with what the list shows of them; Django's own for the history of a row."""
        if queryset.model is not self.model:
            return super().get_paginator(request, queryset, *args, **kwargs)
        rows, joined = self.get_queryset(request), self.list_select_related
        if joined:
            rows = rows.select_related(*(joined if isinstance(joined, (list, tuple)) else ()))
        return CappedPaginator(queryset, *args, rows=rows, most=self.most_counted(request), **kwargs)

    def most_counted(self, request: HttpRequest) -> int:
        """How many rows of the list that is asked for are counted, paged through and acted on together."""
        return MOST

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Refuse to act on more than is counted: nobody has seen how many that would be."""
        is_all, most = request.POST.get("select_across", "0") not in ("", "0"), self.most_counted(request)
        if is_all and queryset.order_by().values("pk")[most : most + 1].exists():
            messages.warning(request, TOO_MANY.format(most))
            return redirect(request.get_full_path())
        return super().response_action(request, queryset, *args, **kwargs)

    @admin.display(description="see also")
    def see_also(self, row: Any) -> SafeString | str:
        """Links to the lists of what belongs to it."""
        links = (
            (reverse(f"admin:generations_{model}_changelist"), column, row.pk, label)
            for label, (model, column) in self.see_also_by.items()
        )
        return format_html_join(" · ", '<a href="{}?{}={}">{}</a>', links) or "–"


class KeySearchMixin:
    """Search by whole values that an index knows; parts of words would be looked for in every row."""

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Something, so that there is a field to search in."""
        return ("pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the rows that are named so."""
        text = search_term.strip()
        return (queryset.filter(self.named(text)) if text else queryset), False

    def named(self, text: str) -> Q:
        """A condition: what is searched for, as values of columns that have an index."""
        raise NotImplementedError


class OfClipMixin:
    """Rows that belong to a clip: its poster, and a link to its page in the admin."""

    def clip_of(self, row: Any) -> Generation | None:
        """The clip of a row; fetch it with the rows."""
        found: Generation | None = row.generation
        return found

    @admin.display(description="poster")
    def poster(self, row: Any) -> SafeString | str:
        """The clip's poster, small."""
        clip = self.clip_of(row)
        return poster_of(clip, POSTER_HEIGHT) if clip else "–"

    @admin.display(description="clip")
    def clip(self, row: Any) -> SafeString | str:
        """A link to the clip's page here."""
        clip = self.clip_of(row)
        if clip is None:
            return "–"
        url = reverse("admin:generations_generation_change", args=[clip.pk])
        return format_html('<a href="{}" dir="auto">{}</a>', url, clip.title)


def clips_named(text: str) -> list[UUID]:
    """Return the clips with this id or task id. Two queries at most."""
    accounts = list(Account.objects.values_list("pk", flat=True))
    found = list(Generation.objects.filter(account__in=accounts, task_id=text).values_list("pk", flat=True))
    try:
        return [*found, UUID(text)]
    except ValueError:
        return found


def people_named(text: str) -> list[int]:
    """Return who has this user name or address."""
    return list(User.objects.filter(Q(username=text) | Q(email__iexact=text)).values_list("pk", flat=True))
