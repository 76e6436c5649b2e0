"""Prompts for a library to find: one for every twenty clips of the gallery's data, which come from their versions.

Runs inside Django, on an empty database of its own: `manage.py shell -c "from bench import prompts_data; …"`.
"""

import random
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Avg, Count, Q

from bench.gallery_data import EVERYWHERE, IN_A_TWENTIETH, PEOPLE, SELDOM, Deal, analyse
from generations import constraints
from generations.lifecycle import library_import
from generations.lifecycle.library_entries import Edition, Entry
from generations.lifecycle.library_plan import make_plan
from generations.lifecycle.prompts import Draft
from generations.models import Favourite, Generation, Library, Owner, Prompt, PromptFavourite, User, Version

CLIPS_A_PROMPT: Final = 20
CLIPS_OF_THE_MOST_USED: Final = 200
MOST_USED: Final = "The most used"
LIBRARIES: Final = {"Looks": 50, "Product": 25, "Sea": 15, "Drafts": 10}
"""Of the first team, with how many of a hundred of its prompts are in each."""
TAGS: Final = {"keeper": 0.3, "night": 0.1, "sea": 0.05} | {f"tag {n}": 0.04 for n in range(30)}
SHARES: Final = {"favourite": 0.1, "archived": 0.04, "elsewhere": 0.1}
VERSIONS: Final = (1, 1, 2, 3, 5)
SELDOM_PROMPTS: Final = 5
ANYBODY: Final = tuple(PEOPLE)


def make(clips: int) -> None:
    """Fill the database with so many clips, and their prompts."""
    deal = Deal(clips)
    deal.make()
    Prompts(deal, max(1, clips // CLIPS_A_PROMPT)).make()
    analyse()


class Prompts:
    """So many prompts, dealt out by themselves alone: more of them are more of the same."""

    def __init__(self, deal: Deal, count: int) -> None:
        self.deal, self.count = deal, count
        self.dice = random.Random(count)
        self.people = {name: User.objects.get(username=name) for name in ANYBODY}
        demo = self.people["demo"]
        self.libraries = {
            name: Library.objects.create(name=name, team=deal.team, created_by=demo) for name in LIBRARIES
        }
        Library.objects.create(name="For all", kind=Owner.EVERYONE, created_by=demo)
        self.elsewhere = Library.objects.create(
            name="Theirs", team=deal.teams["North"], created_by=deal.people["North"][0]
        )

    def make(self) -> None:
        """Write all rows."""
        shelves: dict[tuple[Library, User], list[Entry]] = {}
        for number in range(1, self.count + 1):
            shelves.setdefault(self._shelf(number), []).append(self._entry(number))
        with transaction.atomic():
            for (library, author), entries in shelves.items():
                plan = make_plan(library, entries)
                library_import.write(plan.steps, library, author, self.deal.now)
        self._use()
        self._like()
        _figures()

    def _shelf(self, number: int) -> tuple[Library, User]:
        if number > 1 and self.dice.random() < SHARES["elsewhere"]:
            return self.elsewhere, self.deal.people["North"][0]
        name = self.dice.choices(list(LIBRARIES), list(LIBRARIES.values()))[0]
        author = self.dice.choices(list(PEOPLE), list(PEOPLE.values()))[0]
        return self.libraries["Looks" if number == 1 else name], self.people[author]

    def _entry(self, number: int) -> Entry:
        at = self.deal.now - timedelta(hours=self.count - number)
        is_seldom = number % max(1, self.count // SELDOM_PROMPTS) == 7 % max(1, self.count // SELDOM_PROMPTS)
        count = 5 if number == 1 else self.dice.choice(VERSIONS)
        archived = number > 1 and self.dice.random() < SHARES["archived"]
        return Entry(
            place="",
            title=MOST_USED if number == 1 else f"Prompt {number} {self.dice.choice(self.deal.words)}",
            editions=tuple(self._edition(is_seldom=is_seldom) for _ in range(count)),
            live=count - 1,
            given=frozenset(("notes", "tags", "archived_at")),
            notes=" ".join(self.dice.choices(self.deal.words, k=12)),
            tags=tuple(name for name, chance in TAGS.items() if self.dice.random() < chance),
            created_at=at,
            changed_at=at,
            archived_at=at if archived else None,
        )

    def _edition(self, *, is_seldom: bool) -> Edition:
        words = self.dice.choices(self.deal.words, k=30)
        words += [IN_A_TWENTIETH] if self.dice.random() < 1 / 20 else []
        words += [SELDOM] if is_seldom else []
        text = f"A {EVERYWHERE} shot of {{{{ subject | a boat }}}}: {' '.join(words)}."
        return Edition(
            Draft(
                text=text,
                negative_prompt=constraints.NEGATIVE_PROMPT_DEFAULT,
                cfg_scale=0.5,
                aspect_ratio=self.dice.choice(constraints.ASPECT_RATIOS),
                duration=self.dice.choice(constraints.DURATIONS),
            ),
            note="Another try",
        )

    def _use(self) -> None:
        """Let each clip of the team come from a version: the most used prompt has as many of them in any case."""
        versions = Version.objects.filter(prompt__library__in=self.libraries.values())
        of: dict[Any, list[int]] = {}
        for pk, prompt in versions.order_by("prompt__created_at", "number").values_list("pk", "prompt_id"):
            of.setdefault(prompt, []).append(pk)
        first, *others = of.values()
        clips = list(Generation.objects.filter(team=self.deal.team).order_by("number"))
        step = max(1, len(clips) // CLIPS_OF_THE_MOST_USED)
        for at, clip in enumerate(clips):
            is_first = at % step == 0 and at < step * CLIPS_OF_THE_MOST_USED
            mine = first if is_first or not others else others[self.dice.randrange(len(others))]
            clip.prompt_version_id = self.dice.choice(mine)
        Generation.objects.bulk_update(clips, ["prompt_version"], batch_size=300)

    def _like(self) -> None:
        PromptFavourite.objects.bulk_create(
            PromptFavourite(prompt_id=pk, user=user)
            for pk in Prompt.objects.order_by("created_at").values_list("pk", flat=True)
            for user in list(self.people.values())[:3]
            if self.dice.random() < SHARES["favourite"]
        )


def _figures() -> None:
    """What a library is sorted by, as `results` counts it for one prompt after the other."""
    clips = (
        Generation.objects.filter(prompt_version__isnull=False).order_by().values("prompt_version__prompt")
    )
    uses = {
        row["prompt_version__prompt"]: row
        for row in clips.annotate(n=Count("pk"), mean=Avg("rating", filter=Q(rating__gt=0)))
    }
    liked = Favourite.objects.filter(generation__prompt_version__isnull=False).order_by()
    likes = dict(liked.values_list("generation__prompt_version__prompt").annotate(n=Count("pk")))
    prompts = list(Prompt.objects.all())
    for prompt in prompts:
        row = uses.get(prompt.pk, {"n": 0, "mean": None})
        prompt.uses, prompt.rating, prompt.clip_favourites = (
            row["n"],
            row["mean"] or 0,
            likes.get(prompt.pk, 0),
        )
    Prompt.objects.bulk_update(prompts, ["uses", "rating", "clip_favourites"], batch_size=300)
