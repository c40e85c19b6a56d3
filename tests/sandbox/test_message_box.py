"""The message box in a real browser: pick an order, write, see the answer, by keyboard too."""

from __future__ import annotations

import json
import shutil
import uuid
from typing import Any, Iterator

import pytest
import requests

from sandbox.signature import sign
from tests.sandbox.running_sandbox import SECRET

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="needs the system's Chromium")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page(locale="en-GB")
    problems = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    # Chromium itself logs the broken connection of a restart; everything else would be ours.
    opened.on(
        "console",
        lambda line: problems.append(line.text) if line.type == "error" and "net::ERR" not in line.text else None,
    )
    yield opened
    opened.close()
    assert problems == []


def reply(sandbox: Any, conversation: str, text: str, **more: Any) -> None:
    body = json.dumps(
        {
            "id": str(uuid.uuid4()),
            "conversation_id": conversation,
            "in_reply_to": None,
            "text": text,
            "language": "en",
            "sender_kind": "assistant",
            "buttons": [],
            **more,
        }
    ).encode()
    response = requests.post(
        f"{sandbox.url}/marketplace/replies",
        data=body,
        timeout=10,
        headers={"X-Porchlight-Signature": sign(SECRET, body)},
    )
    assert response.status_code == 200


def conversation_on(page: Any) -> str:
    return page.locator("body").get_attribute("data-conversation")


def test_the_first_screen_lists_the_orders(page, sandbox):
    page.goto(sandbox.url)
    assert page.locator(".order").count() == 17
    card = page.get_by_role("link", name="DEMO-1013")
    assert "Left on the porch, with a photo" in card.inner_text()
    assert page.get_by_role("link", name="Agents' desk").get_attribute("href") == "http://localhost:8000/"


def test_write_and_see_the_answer(page, sandbox, bot):
    page.goto(sandbox.url)
    page.get_by_role("link", name="DEMO-1003").click()
    conversation = conversation_on(page)
    page.get_by_label("Buyer's language setting").select_option("de")
    page.get_by_label("Your message").fill("Wo ist mein Paket?")
    page.keyboard.press("Enter")
    page.get_by_text("Stored by the seller").wait_for()
    [webhook] = bot.of(conversation)
    assert (webhook.message["text"], webhook.message["locale"]) == ("Wo ist mein Paket?", "de")
    reply(sandbox, conversation, "Could you ask at home? <b>Thank you</b>", buttons=["Not there", "Found it"])
    page.get_by_text("Could you ask at home? <b>Thank you</b>").wait_for()
    page.get_by_role("button", name="Found it").press("Enter")
    page.locator(".message.buyer >> nth=1").get_by_text("Stored by the seller").wait_for()
    assert page.locator(".quick").count() == 0
    reply(sandbox, conversation, "Hello, this is Mei.", sender_kind="agent")
    page.get_by_text("Agent · person").wait_for()
    page.reload()
    page.get_by_text("Hello, this is Mei.").wait_for()
    assert page.locator(".message .sender").all_inner_texts() == [
        "You (buyer)",
        "Assistant · automated",
        "You (buyer)",
        "Agent · person",
    ]


def test_an_order_opens_its_newest_conversation_and_can_begin_another(page, sandbox):
    page.goto(f"{sandbox.url}/orders/DEMO-1014")
    first = conversation_on(page)
    sandbox.write(first, "hello", order_id="DEMO-1014")
    page.goto(f"{sandbox.url}/orders/DEMO-1014")
    assert conversation_on(page) == first
    page.get_by_role("link", name="New conversation").click()
    page.wait_for_url(lambda url: first not in url)
    assert page.locator(".history a").count() == 1


def test_it_reconnects_after_a_restart(page, own_sandbox, bot):
    sandbox = own_sandbox(bot.url).start()
    page.goto(f"{sandbox.url}/orders/DEMO-1001")
    page.get_by_text("Live", exact=True).wait_for()
    conversation = conversation_on(page)
    sandbox.stop()
    page.get_by_text("Reconnecting…").wait_for()
    sandbox.start(port=int(sandbox.url.rpartition(":")[2]))
    reply(sandbox, conversation, "Back again.")
    page.get_by_text("Back again.").wait_for()


def test_unknown_order(sandbox):
    response = requests.get(f"{sandbox.url}/orders/DEMO-0", timeout=10)
    assert response.status_code == 404
    assert "no order DEMO-0" in response.text


def test_no_page_shows_the_token(sandbox):
    session = requests.Session()
    page = session.get(f"{sandbox.url}/orders/DEMO-1001", timeout=10)
    assert "a-token-for-tests" not in page.text + str(page.headers)
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert session.get(f"{sandbox.url}/marketplace/api/orders", timeout=10).status_code == 200
