"""`python -m sandbox`: the marketplace and the carrier, on http://localhost:8090/ unless told otherwise."""

from __future__ import annotations

import logging
import sys

from sandbox.orders import OrdersFileError
from sandbox.server import serve
from sandbox.settings import settings_from


def main() -> None:
    """Start from the environment's settings; exit with a sentence when a setting or an orders file is wrong."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        settings = settings_from()
        serve(settings)
    except (OrdersFileError, ValueError) as error:
        sys.exit(f"sandbox: {error}")


if __name__ == "__main__":
    main()
