"""Words for sound: the endpoint has no field for it (see `docs/magnific-api.md`)."""

import re
from typing import Final

from generations.preflight.wording import NOT

SOUND: Final = re.compile(
    r"""
    \b(?:
        (?<!sheet\ )music(?!\ (?:box|stand|sheet|video|hall|shop|store|school|room|note|stage|festival|player))
      | soundtracks? | soundscapes? | sound\ (?:effects?|design|of) | sounds\ of | sfx
      | (?:ambient|background)\ (?:sounds?|noise)
      | audio(?!\ (?:cable|cassette|console|desk|engineer|equipment|gear|interface|jack|mixer|tape))
      | voice[- ]?overs? | voices?(?!\ (?:actor|assistant|recorder)) | narrat(?:or|ors|ion|es|ed|ing)
      | dialogues? | dialog(?!\ (?:box|window)) | lyrics | melody | melodies | songs?(?!\ (?:sheet|book))
      | (?:we|you)\ (?:can\ )?hear
      | (?:says|saying|shouts|shouting|whispers|whispering|asks|asking|replies|sings|singing|yells|exclaims)
        (?=\s*[,:]?\s*["“„«”])
      | says
    )\b
    """,
    re.VERBOSE,
)
WRITTEN: Final = re.compile(
    r"\b(?:signs?|posters?|text|labels?|banners?|neon|boards?|billboards?|letters?|notes?|headlines?|titles?"
    r"|shirts?|screens?|captions?|cards?|pages?|plates?|stickers?|badges?|logos?|display|graffiti|writing"
    r"|newspapers?|books?|menus?|mugs?|caps?|doors?|windows?|walls?|tags?|tattoos?)\b[^.!?;]{0,20}$"
)
"""What says something without a voice: a sign that says OPEN."""
SAYING: Final = re.compile(r"^(?:says|saying)$")
BEFORE: Final = re.compile(r"[^\W\d_]+")


def sounds(prompt: str) -> list[str]:
    """Return the words for sound in a text, each once, in small letters."""
    text = " ".join(prompt.split(" ")).casefold()
    found = (hit for hit in SOUND.finditer(text) if not _is_no_sound(text, hit))
    return list(dict.fromkeys(hit[0] for hit in found))


def _is_no_sound(text: str, hit: re.Match[str]) -> bool:
    """Whether it is denied (no music), or written on something (a sign says OPEN)."""
    before = re.split(r"[.!?;\n]", text[: hit.start()])[-1]
    after = text[hit.end() :]
    if after.startswith(("-free", "less", " free")):
        return True
    if SAYING.match(hit[0]) and WRITTEN.search(before):
        return True
    return bool(NOT.intersection(BEFORE.findall(before)[-5:])) or before.endswith("free of ")
