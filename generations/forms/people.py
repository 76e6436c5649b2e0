"""Forms about people."""

from typing import Any, TypeVar

from django import forms
from django.contrib.auth.forms import (
    AdminUserCreationForm,
    PasswordChangeForm,
    SetPasswordForm,
    UserChangeForm,
    UserCreationForm,
)

from generations.models import Invitation, User

FormT = TypeVar("FormT", bound=forms.BaseForm)

CHOOSE_WELL = "At least 8 characters, not only digits, nothing common and nothing like your name."
HINTS = {
    "username": "Letters, digits and @ . + - _",
    "password1": CHOOSE_WELL,
    "password2": "",
    "new_password1": CHOOSE_WELL,
    "new_password2": "",
}
ADDRESS_TAKEN = "Somebody already has an account with this e-mail address."
STILL_INVITED = "This address has an open invitation. Choose “Make a new link” in the list to send it again."


def in_house_style(form: FormT) -> FormT:
    """Return one of Django's own forms with our class on its widgets, and its long hints said in a line."""
    for name, field in form.fields.items():
        field.widget.attrs["class"] = "input"
        if field.help_text:
            field.help_text = HINTS.get(name, field.help_text)
    return form


def refuse_taken_address(email: str, *, other_than: User | None = None) -> None:
    """Raise ValidationError if an account has this address in any case."""
    others = User.objects.exclude(pk=other_than.pk) if other_than else User.objects.all()
    if others.filter(email__iexact=email).exists():
        raise forms.ValidationError(ADDRESS_TAKEN, code="address_taken")


class UniqueAddressMixin:
    """Says at the field, not above the form, that an e-mail address is taken."""

    def clean_email(self) -> str:
        """Return the address. Raises ValidationError if another account has it in any case."""
        email: str = self.cleaned_data["email"]  # type: ignore[attr-defined]
        refuse_taken_address(email, other_than=self.instance)  # type: ignore[attr-defined]
        return email


class FirstPasswordMixin:
    """Says what is wrong with a password at the field where it is chosen, not at its repetition."""

    def validate_password_for_user(self, user: User, *second: str, **kwargs: Any) -> None:
        """Check the password. `second` is the repetition's field, where Django would say it, if not `password2`."""
        first = "new_password1" if second else "password1"
        super().validate_password_for_user(user, password_field_name=first)  # type: ignore[misc]


class ChangePasswordForm(FirstPasswordMixin, PasswordChangeForm):
    """Another password for oneself."""


class ResetPasswordForm(FirstPasswordMixin, SetPasswordForm):
    """A new password with the link from the mail."""


class AddUserForm(FirstPasswordMixin, UniqueAddressMixin, AdminUserCreationForm):
    """The admin's form for a new person."""


class ChangeUserForm(UniqueAddressMixin, UserChangeForm):
    """The admin's form for a person."""


class InviteForm(forms.ModelForm):
    """The admin's form that invites one address."""

    class Meta:
        model = Invitation
        fields = ("email", "team", "role")

    def clean_email(self) -> str:
        """Return the address. Raises ValidationError if it has an account or an open invitation."""
        email: str = self.cleaned_data["email"]
        refuse_taken_address(email)
        if any(invitation.is_open for invitation in Invitation.objects.filter(email__iexact=email)):
            raise forms.ValidationError(STILL_INVITED, code="still_invited")
        return email


class AcceptForm(FirstPasswordMixin, UserCreationForm):
    """User name and password of somebody who was invited; the address comes with the invitation."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username",)

    def clean(self) -> None:
        """Check the invited address too, of which the form has no field."""
        super().clean()
        refuse_taken_address(self.instance.email)
