"""Files of prompts that were uploaded, without what is in them."""

from django.contrib import admin

from generations.admin.readonly import ReadOnlyAdmin
from generations.models import LibraryUpload


@admin.register(LibraryUpload)
class LibraryUploadAdmin(ReadOnlyAdmin):
    """Who uploaded what where, and whether it was imported. The content is for the page of the import."""

    list_display = ("created_at", "name", "library", "user", "imported_at")
    list_select_related = ("library", "user")
    search_fields = ("name", "library__name", "user__username")
    date_hierarchy = "created_at"
    exclude = ("content",)
