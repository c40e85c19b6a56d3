"""A real browser with a buyer and an agent side by side."""

import re
import shutil
from pathlib import Path
from typing import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.running_product import PASSWORD, ROOT, Product

PICTURES = ROOT / "test-results"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SLOWEST_MILLISECONDS = 30_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, open no longer than needed: Playwright's event loop is in the way of other tests."""
    found = next((path for path in map(shutil.which, CHROMIUM) if path), None)
    assert found, "no Chromium on the PATH; install the system's package chromium"
    expect.set_options(timeout=SLOWEST_MILLISECONDS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens windows with cookies of their own; an error on a page or in its scripts fails the test."""
    opened, trouble = [], []

    def open_window(**more) -> Page:
        context = browser.new_context(viewport={"width": 1180, "height": 900}, locale="en-GB", **more)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(SLOWEST_MILLISECONDS)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        return page

    yield open_window
    for context in opened:
        context.close()
    assert trouble == []


@pytest.fixture
def buyers_window(window, product: Product) -> Page:
    """The marketplace's first screen."""
    page = window()
    page.goto(product.url("sandbox", "/"))
    return page


@pytest.fixture
def agents_window(window, product: Product) -> Page:
    """The desk, with the sandbox's agent signed in."""
    page = window()
    page.goto(product.url("desk", "/"))
    page.get_by_label(re.compile("name", re.IGNORECASE)).fill("agent")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/cases"))
    return page


@pytest.fixture
def picture(request) -> Callable[[Page, str], Path]:
    """Keeps a picture of a page in ``test-results``: ``picture(page, "buyer")``."""
    PICTURES.mkdir(exist_ok=True)

    def take(page: Page, who: str) -> Path:
        path = PICTURES / f"{request.node.name}-{who}.png"
        page.screenshot(path=path)
        return path

    return take
