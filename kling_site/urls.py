"""The site's addresses: the application's own, and Django admin."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("generations.urls")),
    path("admin/", admin.site.urls),
]
