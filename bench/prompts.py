"""How long the pages of prompts take, with 50 prompts and 1,000 clips, and with 5,000 and 100,000.

Measured as `gallery` is, on data of its own: one prompt for every twenty clips, all of which come from versions.
"""

import argparse
from typing import Final

from bench import gallery
from bench.gallery import BARE, EMPTY, GALLERY, Subject

PAGES: Final = ("a prompt: ", "libraries")
"""What is no list of prompts and no search in them: these show more the richer a prompt is."""
PROMPTS: Final = Subject(
    "prompts",
    "prompts_data",
    "prompts_pages",
    lambda case: case not in (BARE, EMPTY) and not case.startswith(PAGES),
    (*GALLERY.made_of, "bench/prompts_data.py"),
    full="all",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what `gallery` takes."""
    gallery.add_arguments(parser)


def run(options: argparse.Namespace) -> bool:
    """Print a table for each database; True if every page keeps its targets."""
    return gallery.run(options, PROMPTS)
