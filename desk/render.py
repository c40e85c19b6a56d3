"""Pages: templates with the agent's words and formats, and everything in them escaped."""

from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any, Optional

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from cases import clock
from cases.settings import settings
from desk.access import SignedIn
from desk.formats import Formats, direction_of
from desk.masks import mask_buyer
from desk.words import Words, language_of

HERE = Path(__file__).parent


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["mask_buyer"] = mask_buyer
    return environment


def agent_of(request: Request) -> Optional[SignedIn]:
    """The agent of the request, if one was found."""
    return getattr(request.state, "agent", None)


def words_for(request: Request) -> Words:
    """The words in the agent's language; for strangers in their browser's."""
    agent = agent_of(request)
    return Words(agent.language if agent else language_of(request.headers.get("accept-language", "")))


def formats_for(request: Request) -> Formats:
    """Times and numbers as the agent reads them; for strangers in UTC."""
    agent = agent_of(request)
    return Formats(words_for(request).language, agent.time_zone if agent else "UTC")


def page(
    request: Request, template: str, status: int = 200, headers: Optional[dict[str, str]] = None, **content: Any
) -> HTMLResponse:
    """Renders a template.

    Args:
        template: its name in ``desk/templates``.
        status: the HTTP status.
        content: what the template shows, besides words, formats, the agent and the time.
    """
    agent, words, formats = agent_of(request), words_for(request), formats_for(request)

    def moment(at: Optional[datetime], style: str = "when") -> Markup:
        if at is None:
            return Markup("")
        shown = getattr(formats, style)(at)
        stamp = at.astimezone(timezone.utc).isoformat()
        return Markup('<time datetime="{}" title="{}">{}</time>').format(stamp, formats.utc(at), shown)

    text = (
        _templates()
        .get_template(template)
        .render(
            w=words,
            formats=formats,
            moment=moment,
            agent=agent,
            form_token=content.pop("form_token", agent.form_token if agent else ""),
            now=content.pop("now", None) or (clock.now() if agent else datetime.now(timezone.utc)),
            sandbox=settings().sandbox,
            path=request.url.path,
            direction=direction_of,
            **content,
        )
    )
    return HTMLResponse(text, status, headers)
