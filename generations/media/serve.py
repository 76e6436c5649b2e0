"""Answers an HTTP request with a file on disk, ranges included."""

from datetime import datetime
from pathlib import Path

from django.http import HttpRequest, HttpResponseBase


def serve_file(
    request: HttpRequest,
    path: Path,
    *,
    content_type: str,
    etag: str,
    piece_bytes: int | None,
    download_name: str | None = None,
    last_modified: datetime | None = None,
) -> HttpResponseBase:
    """Answer with `path`, or the part of it that was asked for."""
    raise NotImplementedError
