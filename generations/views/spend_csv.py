"""A month's spending as a file for a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from django.http import StreamingHttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from generations.access import led_team, managed_team
from generations.lifecycle.spend import Row, month_rows
from generations.models import Team
from generations.views.signed_in import MemberRequest, TeamRequest, in_team, signed_in
from generations.views.spend import read_month

BYTE_ORDER_MARK: Final = "\ufeff"
"""By this Excel knows that a CSV file is UTF-8."""
COLUMNS: Final = ("day", "member", "spent", "reserved", "currency")
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet compute a cell (OWASP, CSV Injection)."""


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


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


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the file's lines, every cell quoted; the first one begins with the byte order mark."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK + writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow(
            [row.day.isoformat(), harmless(row.member), row.money.spent, row.money.reserved, row.currency]
        )


def harmless(text: str) -> str:
    """Return a person's text so that no spreadsheet takes it for a formula; our own numbers may be negative."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def _file(request: MemberRequest, team: Team) -> StreamingHttpResponse:
    """Answer the month's sums by day and member, in every currency, row by row as they are read."""
    month = read_month(request.GET.get("month"))
    return StreamingHttpResponse(
        csv_lines(month_rows(team, month)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{_file_name(team, month)}"'},
    )


def _file_name(team: Team, month: date) -> str:
    return f"{slugify(f'spend {team}')}-{month:%Y-%m}.csv"
