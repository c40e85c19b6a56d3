"""The phrases of a table of wording, wherever they stand in it."""

from typing import Any, Iterator, Mapping


def leaves(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Each value that is no table itself, with its path (``a.b.c``)."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value
