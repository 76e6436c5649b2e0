"""People. A member gets in by an invitation; here an admin sees, corrects and deactivates."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin

from generations.forms.people import AddUserForm, ChangeUserForm
from generations.models import User


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Django's own, with the e-mail address from the first form on."""

    form = ChangeUserForm
    add_form = AddUserForm
    list_display = ("username", "email", "is_active", "is_staff", "is_superuser", "last_login")
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "email", "usable_password", "password1", "password2"),
            },
        ),
    )
