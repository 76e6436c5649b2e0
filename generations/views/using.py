"""Starting from a prompt of a library: its text and settings, and the version that the clips remember."""

import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404

from generations.access.prompts import visible_prompt, visible_versions
from generations.forms.order import OrderForm
from generations.lifecycle.prompts import Draft
from generations.models import Generation, Prompt, User, Version
from generations.views.signed_in import MemberRequest

NUMBER: Final = re.compile("[0-9]{1,9}")
VERSION_GONE: Final = (
    "The prompt that this comes from is no longer yours to see; nothing was ordered. Press Generate again to order "
    "this text without it."
)


@dataclass(frozen=True)
class Used:
    """The version that a form starts from, and the one beside it where two are ordered side by side.

    `filled` is what its variables were filled with last, by field.
    """

    version: Version
    beside: Version | None = None
    filled: dict[str, str] = field(default_factory=dict)

    says = "Prompt"

    @property
    def title(self) -> str:
        """The prompt's title and the number of the version, or of both."""
        if self.beside:
            return f"{self.version.prompt}, versions {self.version.number} and {self.beside.number}"
        return str(self.version)

    @property
    def address(self) -> str:
        """Where the prompt is."""
        return self.version.prompt.get_absolute_url()

    @property
    def query(self) -> str:
        """The query of the Create page's address."""
        query = {"prompt": str(self.version.prompt_id), "version": self.version.number}
        return urlencode(query | ({"beside": self.beside.number} if self.beside else {}))

    @property
    def draft(self) -> str:
        """What the browser keeps the draft under."""
        return f"version-{self.version.pk}" + (f"-{self.beside.pk}" if self.beside else "")

    @property
    def values(self) -> dict[str, Any]:
        """What the form starts with."""
        said = vars(Draft.of(self.version))
        prompt = {"prompt": said["text"], "prompt_version": self.version.pk}
        if self.beside:
            prompt |= {"beside": self.beside.text, "beside_version": self.beside.pk}
        return {name: value for name, value in said.items() if name != "text"} | prompt | self.filled


def used_by(request: MemberRequest) -> Used | None:
    """Return what `?prompt=` and `&version=` say to start from, by default the live version. Raises Http404.

    With `&beside=` it is that version too.
    """
    if "prompt" not in request.GET:
        return None
    try:
        prompt = visible_prompt(request.user, UUID(request.GET["prompt"]))
    except ValueError as error:
        raise Http404("No such prompt.") from error
    version = _numbered(prompt, request.GET.get("version", "")) or prompt.live
    if version is None:
        raise Http404("No such version.")
    version.prompt = prompt
    beside = _numbered(prompt, request.GET.get("beside", ""))
    draft = request.session.get("draft", {})
    return Used(version, beside, draft.get("filled", {}) if draft.get("prompt_version") == version.pk else {})


def _numbered(prompt: Prompt, number: str) -> Version | None:
    """Return a version by what the address says; None where it says nothing. Raises Http404."""
    if not number:
        return None
    found = prompt.versions.filter(number=int(number)).first() if NUMBER.fullmatch(number) else None
    if found is None:
        raise Http404("No such version.")
    return found


def refuse_unseen(user: User, form: OrderForm) -> None:
    """Refuse a version that `user` may not see, or not any more; the next press orders without it."""
    asked = (form.cleaned_data.get(name) for name in ("prompt_version", "beside_version"))
    wanted = {pk for pk in asked if pk is not None}
    if wanted and visible_versions(user).filter(pk__in=wanted).count() < len(wanted):
        form.add_error(None, VERSION_GONE)
        form.forget_version()


def version_for(user: User, form: OrderForm, text: str = "prompt") -> Version | None:
    """Return the version that a text of a valid form comes from, if it does."""
    return visible_versions(user).filter(pk=form.cleaned_data[f"{text}_version"]).first()


def origin_of(user: User, clip: Generation) -> Version | None:
    """Return the version that a clip was made from, where `user` may see it."""
    if clip.prompt_version_id is None:
        return None
    return visible_versions(user).filter(pk=clip.prompt_version_id).first()
