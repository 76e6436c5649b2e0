"""Signing in and out, passwords, and how a person wants the pages to look."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST
from django.views.generic.edit import FormMixin

from generations.forms.people import ChangePasswordForm, ResetPasswordForm, in_house_style
from generations.mail import is_configured
from generations.views.address import public_site, safe_way_back
from generations.views.context import THEMES

THEME_COOKIE_AGE = timedelta(days=365)


class HouseFormMixin(FormMixin):
    """Gives a view's form the house's look."""

    def get_form(self, form_class: type[BaseForm] | None = None) -> BaseForm:
        """Return Django's form, dressed."""
        return in_house_style(super().get_form(form_class))


class SignIn(HouseFormMixin, auth.LoginView):
    """Sign in; somebody who already is goes on to `next` or to Create."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True


class SignOut(auth.LogoutView):
    """Sign out, by POST only, so that no image or link can do it."""


class PasswordChange(HouseFormMixin, auth.PasswordChangeView):
    """Choose a new password; this session stays, the others end."""

    form_class = ChangePasswordForm
    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("create")

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        """Save it and say so on the page that follows."""
        messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)


class PasswordReset(HouseFormMixin, auth.PasswordResetView):
    """Ask for a link by mail. The answer is the same whether or not the address is known here."""

    template_name = "accounts/password_reset.html"
    email_template_name = "emails/password_reset.txt"
    subject_template_name = "emails/password_reset_subject.txt"

    def form_valid(self, form: PasswordResetForm) -> HttpResponse:
        """Send the mail, its link under the public address."""
        lifetime = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
        self.extra_email_context = {"site": public_site(self.request), "days": lifetime.days}
        return super().form_valid(form)


class PasswordResetSent(auth.PasswordResetDoneView):
    """Says that the mail is on its way, and where it went when no mail server is set up."""

    template_name = "accounts/password_reset_sent.html"
    extra_context = {"mail_is_configured": is_configured}


class PasswordResetConfirm(HouseFormMixin, auth.PasswordResetConfirmView):
    """Choose a new password with the link from the mail, and be signed in."""

    form_class = ResetPasswordForm
    template_name = "accounts/password_reset_confirm.html"
    post_reset_login = True
    success_url = reverse_lazy("create")

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        """Save it and say so on the page that follows."""
        messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember `theme` (system, light, dark) for a year in a cookie and go back. 400 for another word."""
    choice = request.POST.get("theme", "")
    if choice not in THEMES:
        return HttpResponseBadRequest(f"theme is one of: {', '.join(THEMES)}.", content_type="text/plain")
    response = HttpResponseRedirect(safe_way_back(request, default=resolve_url("create")))
    response.set_cookie(
        "theme",
        choice,
        max_age=THEME_COOKIE_AGE,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
