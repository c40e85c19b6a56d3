"""Providers' answers in their documented shapes, from the files beside the tests."""

import json
from pathlib import Path
from typing import Any


def samples(name: str) -> Any:
    """A provider's samples."""
    return json.loads(Path(__file__).with_name(f"{name}_samples.json").read_text(encoding="utf-8"))
