"""A month's spending as a file for a spreadsheet."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.http import StreamingHttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from generations.access import led_team, managed_team
from generations.csv_file import csv_lines, harmless
from generations.lifecycle.spend import Row, month_rows
from generations.models import Team
from generations.views.signed_in import MemberRequest, TeamRequest, in_team, signed_in
from generations.views.spend import read_month

COLUMNS: Final = (
    *("day", "member", "spent", "reserved", "currency"),
    *("judged_clips", "approved_clips", "approved_share", "approved_seconds"),
    *("cost_per_approved_clip", "cost_per_approved_second"),
)
"""Clips count on the day of their order, as their money does; a cost is what was spent, by what was approved."""


@in_team
@require_safe
def spend_csv(request: TeamRequest) -> StreamingHttpResponse:
    """Answer a month of the team one works in."""
    return _file(request, led_team(request.user, request.membership))


@signed_in
@require_safe
def team_spend_csv(request: MemberRequest, pk: int) -> StreamingHttpResponse:
    """Answer a month of one of the teams that one manages."""
    return _file(request, managed_team(request.user, pk))


def _file(request: MemberRequest, team: Team) -> StreamingHttpResponse:
    """Answer the month's sums by day and member, in every currency, row by row as they are read."""
    month = read_month(request.GET.get("month"))
    return StreamingHttpResponse(
        csv_lines(COLUMNS, map(_cells, month_rows(team, month))),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{_file_name(team, month)}"'},
    )


def _cells(row: Row) -> Sequence[object]:
    money, judged, cost = row.money, row.approval, row.approval.cost(row.money.spent)
    share = "" if judged.share is None else f"{judged.share:.4f}"
    return (
        *(row.day.isoformat(), harmless(row.member), money.spent, money.reserved, row.currency),
        *(judged.judged, judged.approved, share, judged.seconds),
        *("" if amount is None else amount for amount in (cost.clip, cost.second)),
    )


def _file_name(team: Team, month: date) -> str:
    return f"{slugify(f'spend {team}')}-{month:%Y-%m}.csv"
