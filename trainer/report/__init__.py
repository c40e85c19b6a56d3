"""One HTML page about how well the model understands, with pictures inside, for people who edit the data."""

from pathlib import Path
from typing import Any, Mapping

from jinja2 import Environment, FileSystemLoader, select_autoescape

from trainer.report import pictures

_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape())
_TEMPLATES.filters["percent"] = lambda share: f"{100 * share:.1f}"


def write(path: Path, result: Mapping[str, Any]) -> None:
    """Writes the page.

    Args:
        path: the file; its folder is made when it is missing.
        result: what ``trainer.evaluate`` measured.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = {
        "curve": pictures.curve(result["curve"], result["threshold"]),
        "calibration": pictures.calibration(result["calibration"]),
        "confusion": {name: pictures.confusion(row["confusion"]) for name, row in result["intents"].items()},
    }
    page = _TEMPLATES.get_template("page.html").render(result=result, pictures=drawn)
    path.write_text(page, encoding="utf-8")
