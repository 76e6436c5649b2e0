"""The ledger: read, and put right with corrections."""

from decimal import Decimal
from typing import Any, cast

from django.contrib import admin
from django.db.models import Q
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse

from generations.admin.listing import KeySearchMixin, OfClipMixin, clips_named, people_named
from generations.admin.readonly import ReadOnlyAdmin
from generations.forms.ledger import CorrectionForm
from generations.lifecycle.correct import correct
from generations.models import LedgerEntry, User
from generations.money import written


@admin.register(LedgerEntry)
class LedgerAdmin(KeySearchMixin, OfClipMixin, ReadOnlyAdmin):
    """Every change of what is reserved and spent. Nothing is edited or deleted: the database refuses it."""

    form = CorrectionForm
    list_display = (
        "day",
        "poster",
        "team",
        "member",
        "kind",
        "to_reserved",
        "to_spent",
        "clip",
        "actor",
        "reason",
    )
    list_select_related = ("team", "member", "actor", "generation")
    list_filter = ("kind", "team", "member")
    search_help_text = "A clip’s id, a task id, or somebody’s name."
    autocomplete_fields = ("team", "member")
    date_hierarchy = "day"
    ordering = ("-id",)
    sortable_by = ("day",)
    change_list_template = "admin/generations/ledgerentry/change_list.html"

    def named(self, text: str) -> Q:
        """What a clip cost, or what somebody spent."""
        return Q(generation__in=clips_named(text)) | Q(member__in=people_named(text))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may add rows may correct."""
        return request.user.has_perm("generations.add_ledgerentry")

    def get_fields(self, request: HttpRequest, obj: LedgerEntry | None = None) -> Any:
        """What a correction needs; of a row that is there, all of it."""
        return (*self.list_display, "created_at") if obj else CorrectionForm.Meta.fields

    def get_form(
        self, request: HttpRequest, obj: LedgerEntry | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        """Choose among teams and people that are there: none is made or changed from here."""
        form = super().get_form(request, obj, change, **kwargs)
        for name in ("team", "member"):
            if name in form.base_fields:
                for verb in ("add", "change", "delete", "view"):
                    setattr(form.base_fields[name].widget, f"can_{verb}_related", False)
        return form

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Call it what it is."""
        return super().add_view(request, form_url, {"title": "Add a correction", **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: LedgerEntry, form: ModelForm, change: bool) -> None:
        """Write the correction; what the page then says is said of the row that was written."""
        chosen = {name: form.cleaned_data[name] for name in CorrectionForm.Meta.fields}
        obj.pk = correct(**chosen, actor=cast(User, request.user)).pk
        obj.refresh_from_db()

    @admin.display(description="reserved")
    def to_reserved(self, entry: LedgerEntry) -> str:
        """What it added to the reserved money."""
        return _in_one_line(entry.reserved, entry.currency)

    @admin.display(description="spent")
    def to_spent(self, entry: LedgerEntry) -> str:
        """What it added to the spent money."""
        return _in_one_line(entry.spent, entry.currency)


def _in_one_line(amount: Decimal, currency: str) -> str:
    """An amount whose sign stays with it in a narrow column."""
    return written(amount, currency).replace("−", "−\N{WORD JOINER}")
