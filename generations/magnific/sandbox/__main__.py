"""`python -m generations.magnific.sandbox`: the sandbox without the rest of the project."""

import argparse
import logging
import sys

from generations.magnific.sandbox.config import add_arguments, from_options
from generations.magnific.sandbox.server import serve


def main() -> None:
    """Read the arguments and serve; a value or an address that cannot work ends in one sentence."""
    parser = argparse.ArgumentParser(prog="sandbox", description="Stand in for Magnific on this machine.")
    add_arguments(parser)
    options = vars(parser.parse_args())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        serve(from_options(options))
    except (ValueError, OSError) as error:
        sys.exit(f"The sandbox cannot start: {error}")


if __name__ == "__main__":
    main()
