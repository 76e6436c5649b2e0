"""`script/bench <name>` runs one measurement and prints a table."""

import argparse
import importlib

NAMES = ("latency",)


def main() -> None:
    """Run the measurement that was named."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--orders", type=int, default=10, help="how often it is repeated")
    options = parser.parse_args()
    importlib.import_module(f"bench.{options.name}").run(options.orders)


main()
