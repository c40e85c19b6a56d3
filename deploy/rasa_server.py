"""``rasa run`` with the token of ``PORCHLIGHT_BOT_TOKEN``; all arguments go to Rasa.

Rasa takes its token as an argument only, and every user of a machine can read the arguments of its processes.
"""

import os
import sys
from typing import List, Mapping


def arguments(given: List[str], environment: Mapping[str, str]) -> List[str]:
    """Rasa's arguments: in production with the token, in the sandbox without one."""
    production = environment.get("PORCHLIGHT_MODE") == "production"
    token = ["--auth-token", environment["PORCHLIGHT_BOT_TOKEN"]] if production else []
    return ["rasa", "run", *given, *token]


if __name__ == "__main__":
    from rasa.__main__ import main  # seconds of loading, which only the server needs

    sys.path.insert(0, os.getcwd())
    sys.argv = arguments(sys.argv[1:], os.environ)
    main()
