"""`script/bench <name>` runs one measurement and prints a table; status 1 when a promise is not kept."""

import argparse
import os
import sys

from bench import admin, chaos, delivery, few_requests, gallery, latency, prompts, throughput

MEASUREMENTS = {
    "latency": latency,
    "requests": few_requests,
    "throughput": throughput,
    "delivery": delivery,
    "gallery": gallery,
    "prompts": prompts,
    "admin": admin,
    "chaos": chaos,
}


def main() -> None:
    """Run the measurement that was named."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    names = parser.add_subparsers(dest="name", metavar="name")
    for name, module in MEASUREMENTS.items():
        module.add_arguments(
            names.add_parser(name, description=module.__doc__, help=headline(module.__doc__))
        )
    options = parser.parse_args()
    if options.name is None:
        parser.error(f"name one of {', '.join(MEASUREMENTS)}; --help says what they measure")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start", flush=True)
    kept = MEASUREMENTS[options.name].run(options)
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    sys.exit(not kept)


def headline(text: str | None) -> str:
    """Return the first line of a docstring."""
    return (text or "").strip().partition("\n")[0]


if __name__ == "__main__":
    main()
