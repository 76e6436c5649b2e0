"""Forms about people."""

from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib.auth.forms import (
    AdminUserCreationForm,
    PasswordChangeForm,
    SetPasswordForm,
    UserChangeForm,
    UserCreationForm,
)

from generations.lifecycle.passwords import CHANGED, RESET, choose_password
from generations.models import Invitation, Team, User

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
IN_TEAM = "{user} has this address and is in {team} already."
DEACTIVATED = "The account with this address is deactivated. An admin can activate it again."
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


class ChosenPasswordMixin(FirstPasswordMixin):
    """Has the verb save the password, which writes it into the audit; `how` are its words for it."""

    how: str

    def save(self, commit: bool = True) -> User:
        """Save it, whatever `commit` says, and return the person."""
        return choose_password(self.user, self.cleaned_data["new_password1"], self.how)  # type: ignore[attr-defined]


class ChangePasswordForm(ChosenPasswordMixin, PasswordChangeForm):
    """Another password for oneself."""

    how = CHANGED


class ResetPasswordForm(ChosenPasswordMixin, SetPasswordForm):
    """A new password with the link from the mail."""

    how = RESET


class AddUserForm(FirstPasswordMixin, UniqueAddressMixin, AdminUserCreationForm):
    """The admin's form for a new person."""


class ChangeUserForm(UniqueAddressMixin, UserChangeForm):
    """The admin's form for a person."""


class InviteForm(forms.ModelForm):
    """Invites one address to a team in a role; an admin chooses the team, a lead has one given."""

    class Meta:
        model = Invitation
        fields: ClassVar[tuple[str, ...]] = ("email", "team", "role")

    def clean(self) -> dict[str, Any]:
        """Return the values. Raises ValidationError where an invitation would be of no use."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        team = cleaned.get("team") or (self.instance.team if self.instance.team_id else None)
        if "email" in cleaned and team:
            self._refuse_the_useless(cleaned["email"], team)
        return cleaned

    def _refuse_the_useless(self, email: str, team: Team) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user and team.memberships.filter(user=user).exists():
            self.add_error("email", IN_TEAM.format(user=user, team=team))
        elif user and not user.is_active:
            self.add_error("email", DEACTIVATED)
        elif any(one.is_open for one in team.invitations.filter(email__iexact=email)):
            self.add_error("email", STILL_INVITED)


class TeamInviteForm(InviteForm):
    """Invites one address to the team of the instance."""

    class Meta(InviteForm.Meta):
        fields = ("email", "role")


class AcceptForm(FirstPasswordMixin, UserCreationForm):
    """User name and password of somebody who was invited; the address comes with the invitation."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username",)

    def clean(self) -> None:
        """Check the invited address too, of which the form has no field."""
        super().clean()
        refuse_taken_address(self.instance.email)
