"""The site's addresses: the application's own, and Django admin."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from generations.admin.set_up import set_up_page

urlpatterns = [
    path("", include("generations.urls")),
    path("admin/set-up/", admin.site.admin_view(set_up_page), name="set-up"),
    # There is one page for one's own password, which writes down that it was changed.
    path("admin/password_change/", RedirectView.as_view(pattern_name="password_change")),
    path("admin/", admin.site.urls),
]
