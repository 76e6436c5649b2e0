"""The ledger: read, and put right with corrections."""

from decimal import Decimal
from typing import Any, cast

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from generations.admin.readonly import ReadOnlyAdmin
from generations.forms.ledger import CorrectionForm
from generations.lifecycle.correct import correct
from generations.models import LedgerEntry, User
from generations.money import written


@admin.register(LedgerEntry)
class LedgerAdmin(ReadOnlyAdmin):
    """Every change of what is reserved and spent. Nothing is edited or deleted: the database refuses it."""

    form = CorrectionForm
    list_display = (
        "day",
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
    list_filter = (
        "kind",
        ("team", admin.RelatedOnlyFieldListFilter),
        ("member", admin.RelatedOnlyFieldListFilter),
        "currency",
    )
    search_fields = ("reason", "generation__id", "member__username")
    search_help_text = "Words of the reason, a clip’s id or a name."
    date_hierarchy = "day"
    show_full_result_count = False
    change_list_template = "admin/generations/ledgerentry/change_list.html"

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

    @admin.display(description="reserved", ordering="reserved")
    def to_reserved(self, entry: LedgerEntry) -> str:
        """What it added to the reserved money."""
        return _in_one_line(entry.reserved, entry.currency)

    @admin.display(description="spent", ordering="spent")
    def to_spent(self, entry: LedgerEntry) -> str:
        """What it added to the spent money."""
        return _in_one_line(entry.spent, entry.currency)

    @admin.display(description="clip")
    def clip(self, entry: LedgerEntry) -> SafeString | str:
        """A link to the clip's page; a correction has none."""
        if entry.generation is None:
            return "–"
        return format_html('<a href="{}">{}</a>', entry.generation.get_absolute_url(), entry.generation.title)


def _in_one_line(amount: Decimal, currency: str) -> str:
    """An amount whose sign stays with it in a narrow column."""
    return written(amount, currency).replace("−", "−\N{WORD JOINER}")
