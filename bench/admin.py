"""How long the pages of Django admin take, with a thousand clips and with a hundred thousand.

Measured as `gallery` is, on data of its own: to each clip belong its history, what was sent and called back, its
rows of the ledger and, if it is shared, a review.
"""

import argparse
from typing import Final

from bench import gallery
from bench.gallery import GALLERY, Subject

ADMIN: Final = Subject(
    "admin",
    "admin_data",
    "admin_pages",
    lambda case: False,
    (*GALLERY.made_of, "bench/admin_data.py"),
    growth=1.5,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what `gallery` takes."""
    gallery.add_arguments(parser)
    parser.set_defaults(rounds=5, times=20)


def run(options: argparse.Namespace) -> bool:
    """Print a table for each database; True if every page keeps its targets."""
    return gallery.run(options, ADMIN)
