"""Clips for the gallery to find: any number, always the same ones, with as many on each day.

Runs inside Django, on an empty database of its own: `manage.py shell -c "from bench import gallery_data; …"`.
What a page shows must not depend on the number, so everything is dealt out by the clip, the newest and the oldest
are the same ones, and the days reach back as far as they must.
"""

import random
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from generations import constraints
from generations.lifecycle.wish import Wish
from generations.models import (
    Account,
    Charged,
    Collection,
    CollectionItem,
    DailySpend,
    Failure,
    Favourite,
    Generation,
    Membership,
    Order,
    Rating,
    Revision,
    Role,
    State,
    Tag,
    Tagging,
    Team,
    User,
)

A_DAY: Final = 100
"""Clips that all teams order on a day."""
TEAMS: Final = {"Studio": 0.8, "North": 0.1, "South": 0.1}
PEOPLE: Final = {"demo": 25, "ada": 20, "bo": 15, "cy": 12, "dee": 10, "eli": 8, "fay": 5, "gus": 3, "hal": 2}
"""Who is in the first team, and how much each of them orders."""
LEFT: Final = "ida"
"""She ordered the first clips of the team and has been gone since."""
STATES: Final = {State.READY: 91.0, State.FAILED: 5.0, State.CANCELLED: 4.0}
NEWEST: Final = (State.QUEUED,) * 5 + (State.RENDERING,) * 3 + (State.SAVING,)
"""What is on its way, before two that have just come."""
RATIOS: Final = {"16:9": 60, "9:16": 28, "1:1": 12}
TAGS: Final = {"keeper": 0.12, "night": 0.08, "sea": 0.05} | {f"tag {n}": 0.02 for n in range(20)}
COLLECTIONS: Final = {"Autumn": 0.09} | {f"Reel {n}": 0.02 for n in range(10)}
SHARES: Final = {"private": 0.06, "trashed": 0.04, "favourite": 0.1, "rated": 0.35}
EVERYWHERE: Final = "cinematic"
OFTEN: Final = {"harbour": 1 / 3, "lighthouse": 1 / 20}
IN_A_THIRD, IN_A_TWENTIETH = OFTEN
SELDOM: Final = "ptarmigan"
SELDOM_CLIPS: Final = 12
"""So many have that word, and so many others are unsure."""
ALIKE: Final = 500
"""So many of the newest clips, and of the oldest, are the same with every number of clips."""
HISTORY: Final = (
    ("", State.QUEUED, "created_at"),
    (State.QUEUED, State.SUBMITTING, "created_at"),
    (State.SUBMITTING, State.RENDERING, "accepted_at"),
    (State.RENDERING, State.SAVING, "completed_at"),
    (State.SAVING, State.READY, "ready_at"),
)
WORDS_A_PROMPT: Final = 25
BATCH: Final = 2000


def make(clips: int) -> None:
    """Fill the database."""
    Deal(clips).make()
    analyse()


def analyse() -> None:
    """Let the database count its rows, and tidy up: PostgreSQL does both by itself within a minute."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


class Deal:
    """So many clips, and everything that hangs on them."""

    def __init__(self, clips: int) -> None:
        self.clips = clips
        self.dice = random.Random(clips)
        self.now = timezone.now()
        self.account = Account.objects.current()
        self.words = self._vocabulary()
        self.teams = {name: Team.objects.get_or_create(name=name)[0] for name in TEAMS}
        self.team = self.teams["Studio"]
        self.people = {name: self._people(name) for name in TEAMS}
        self.left = _person(LEFT, self.team)
        self.tags = {name: Tag.objects.create(team=self.team, name=name) for name in TAGS}
        demo = self.people["Studio"][0]
        self.collections = {
            name: Collection.objects.create(team=self.team, name=name, created_by=demo)
            for name in COLLECTIONS
        }

    def make(self) -> None:
        """Write all rows."""
        for model in (Generation, Order):
            model._meta.get_field("created_at").auto_now_add = False
        for start in range(0, self.clips, BATCH):
            with transaction.atomic():
                self._write([self._clip(n) for n in range(start + 1, min(start + BATCH, self.clips) + 1)])
        _write_histories()
        self._spend()
        Revision.objects.update(value=self.clips + 2)
        # The last revision but one is of a clip that open pages show, the last one of a clip that they do not.
        Generation.objects.filter(number=self.clips).update(revision=self.clips + 1)
        other = Generation.objects.filter(team=self.teams["North"]).order_by("-number").values("pk")[:1]
        Generation.objects.filter(pk__in=list(other.values_list("pk", flat=True))).update(
            revision=self.clips + 2
        )

    def _vocabulary(self) -> list[str]:
        """Three thousand words, the first of them the most used."""
        syllables = [first + second for first in "bdfgklmnprst" for second in "aeiou"]
        dice = random.Random(1)
        made = {"".join(dice.choices(syllables, k=dice.choice((2, 3, 3, 4)))) for _ in range(4000)}
        return sorted(made)[:3000]

    def _people(self, team: str) -> list[User]:
        names = list(PEOPLE) if team == "Studio" else [f"{team.lower()}-{n}" for n in range(3)]
        return [_person(name, self.teams[team]) for name in names]

    def _throw_again(self, number: int, what: str) -> None:
        """Begin to deal something out to a clip, known by its distance from the nearer end."""
        back = self.clips - number
        self.dice.seed(f"{what} {f'new {back}' if back < ALIKE else number}")

    def _clip(self, number: int) -> Generation:
        self._throw_again(number, "clip")
        pick, turn = self.dice.random(), number % max(1, self.clips // SELDOM_CLIPS)
        is_seldom, is_unsure = turn == 7, turn == 47
        is_newest = number > self.clips - len(NEWEST) - 2
        is_shown = is_seldom or is_unsure or is_newest
        team = self.team if is_shown else self.teams[self._one_of(TEAMS)]
        owner = self._owner(number, team, is_newest=is_newest)
        at = self.now - timedelta(days=1) * ((self.clips - number) / A_DAY)
        ratio, duration = self._one_of(RATIOS), self.dice.choice(constraints.DURATIONS)
        clip = Generation(
            owner=owner,
            team=team,
            account=self.account,
            order=Order(owner=owner, team=team, account=self.account, nonce=uuid.uuid4(), created_at=at),
            is_private=not is_shown and pick < SHARES["private"],
            prompt=self._prompt(is_seldom=is_seldom),
            negative_prompt=constraints.NEGATIVE_PROMPT_DEFAULT,
            cfg_scale=0.5,
            aspect_ratio=ratio,
            duration=duration,
            price=Decimal("1.12") * duration,
            currency=settings.CURRENCY,
            state=State.UNSURE if is_unsure else self._state(number),
            created_at=at,
            number=number,
            revision=number,
            born_revision=number,
        )
        clip.wish_key = Wish.of(clip).key
        self._age(clip, is_trashed=not is_shown and pick > 1 - SHARES["trashed"])
        return clip

    def _owner(self, number: int, team: Team, *, is_newest: bool) -> User:
        if team != self.team:
            return self.dice.choice(self.people[team.name])
        if is_newest:
            return self.people["Studio"][0]
        if number * 12 < self.clips and self.dice.random() < 0.8:
            return self.left
        return self.people["Studio"][list(PEOPLE).index(self._one_of(PEOPLE))]

    def _state(self, number: int) -> State:
        back = self.clips - number - 2
        return NEWEST[back] if 0 <= back < len(NEWEST) else State.READY if back < 0 else self._one_of(STATES)

    def _prompt(self, *, is_seldom: bool) -> str:
        picks = self.dice.choices(self.words, k=WORDS_A_PROMPT)
        picks += self._some_of(OFTEN)
        picks += [SELDOM] if is_seldom else []
        self.dice.shuffle(picks)
        return f"A {EVERYWHERE} shot: {' '.join(picks)}."

    def _age(self, clip: Generation, *, is_trashed: bool) -> None:
        """Give a clip what its state requires, and what happened to it later."""
        at = clip.created_at
        clip.state_at = at + timedelta(minutes=8)
        if clip.state in (State.RENDERING, State.SAVING, State.READY):
            clip.task_id, clip.accepted_at = str(uuid.uuid4()), at + timedelta(seconds=2)
        if clip.state in (State.SAVING, State.READY):
            clip.completed_at, clip.charged = at + timedelta(minutes=7), Charged.YES
        if clip.state == State.FAILED:
            clip.failure = Failure.FAILED_THERE
        if clip.state == State.READY:
            self._film(clip, clip.state_at)
        if is_trashed and clip.state in (State.READY, State.FAILED, State.CANCELLED):
            clip.trashed_at, clip.trashed_by = clip.state_at, clip.owner

    def _film(self, clip: Generation, at: datetime) -> None:
        folder = clip.pk.hex
        names = {"video": "mp4", "poster": "webp", "preview": "mp4", "strip": "webp", "proxy": "mp4"}
        for name, kind in names.items():
            setattr(clip, f"{name}_name", f"{folder}/{name}.{kind}")
        clip.ready_at, clip.video_bytes, clip.video_sha256 = at, 40_000_000, "0" * 64
        clip.video_width, clip.video_height = clip.frame.width, clip.frame.height
        clip.poster_width, clip.poster_height = clip.frame.width // 6, clip.frame.height // 6
        clip.video_duration, clip.video_frames = float(clip.duration), 24 * clip.duration
        clip.strip_count, clip.strip_width, clip.strip_height = 2 * clip.duration, 160, 90
        clip.proxy_bytes, clip.file_checked_at = 4_000_000, at

    def _write(self, clips: list[Generation]) -> None:
        ratings = [rating for clip in clips for rating in self._ratings(clip)]
        Order.objects.bulk_create(clip.order for clip in clips)
        Generation.objects.bulk_create(clips)
        Rating.objects.bulk_create(ratings)
        mine = [clip for clip in clips if clip.team == self.team]
        Favourite.objects.bulk_create(
            Favourite(user=user, generation=clip) for clip in mine for user in self._fans(clip)
        )
        Tagging.objects.bulk_create(
            Tagging(tag=self.tags[name], generation=clip, added_by=clip.owner)
            for clip in mine
            for name in self._some_of(TAGS, clip)
        )
        CollectionItem.objects.bulk_create(
            CollectionItem(collection=self.collections[name], generation=clip, added_by=clip.owner)
            for clip in mine
            for name in self._some_of(COLLECTIONS, clip)
        )

    def _fans(self, clip: Generation) -> list[User]:
        self._throw_again(clip.number, "favourites")
        return [user for user in self.people["Studio"][:3] if self.dice.random() < SHARES["favourite"]]

    def _ratings(self, clip: Generation) -> list[Rating]:
        self._throw_again(clip.number, "stars")
        if clip.state != State.READY or self.dice.random() > SHARES["rated"]:
            return []
        people = self.dice.sample(self.people[clip.team.name], k=self.dice.choice((1, 1, 2)))
        stars = [self.dice.choice((2, 3, 3, 4, 4, 5)) for _ in people]
        clip.rating = sum(stars) / len(stars)
        return [Rating(user=user, generation=clip, stars=n) for user, n in zip(people, stars, strict=True)]

    def _spend(self) -> None:
        days = range(-(-self.clips // A_DAY))
        DailySpend.objects.bulk_create(
            DailySpend(
                team=self.team,
                member=user,
                day=timezone.localdate() - timedelta(days=day),
                currency=settings.CURRENCY,
                spent=Decimal(40),
            )
            for day in days
            for user in self.people["Studio"]
        )

    def _one_of(self, weights: Mapping[Any, float]) -> Any:
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def _some_of(self, chances: dict[str, float], clip: Generation | None = None) -> list[str]:
        if clip:
            self._throw_again(clip.number, " ".join(chances))
        return [name for name, chance in chances.items() if self.dice.random() < chance]


def _write_histories() -> None:
    """Five lines for each clip that is here, by the database itself: half of all rows are these."""
    with connection.cursor() as cursor:
        for before, after, at in HISTORY:
            cursor.execute(
                "INSERT INTO generations_event (generation_id, from_state, to_state, at, agent, why) "
                f"SELECT id, %s, %s, {at}, 'bench', '' FROM generations_generation WHERE state = 'ready'",
                [before, after],
            )


def _person(name: str, team: Team) -> User:
    user, is_new = User.objects.get_or_create(username=name, defaults={"email": f"{name}@example.com"})
    if is_new:
        user.set_unusable_password()
        user.save()
    Membership.objects.get_or_create(user=user, team=team, defaults={"role": Role.MEMBER})
    return user
