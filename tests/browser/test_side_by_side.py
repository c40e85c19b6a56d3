"""The buyer at the marketplace and the agent at the desk, each in a window of their own."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
MISSING = "My parcel is marked as delivered but I don't have it"


def write(page, text):
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message.buyer .bubble").last).to_have_text(text)


def replies(page, who="assistant"):
    return page.locator(f".message.{who} .bubble")


def open_order(page, order):
    page.locator("a.order", has_text=order).click()
    page.get_by_role("link", name="New conversation").click()
    page.wait_for_load_state()
    return page.evaluate("document.body.dataset.conversation")


def open_case(page, product, conversation):
    page.goto(product.url("desk", f"/cases?conversation_id={conversation}"))
    expect(page).to_have_url(re.compile(r"/cases/\d+$"))


def test_the_whole_story(buyers_window, agents_window, product, picture):
    conversation = open_order(buyers_window, "DEMO-1001")
    write(buyers_window, MISSING)
    expect(replies(buyers_window).first).to_contain_text("automated assistant")
    write(buyers_window, "The neighbours don't have it. I want to talk to a human.")
    expect(replies(buyers_window).nth(1)).to_contain_text("colleague")
    picture(buyers_window, "buyer-handed-over")

    open_case(agents_window, product, conversation)
    expect(agents_window.get_by_role("heading", level=1)).to_contain_text("DEMO-1001")
    expect(agents_window.locator(".messages .message")).to_have_count(4)
    expect(agents_window.locator(".statements")).to_contain_text("asked or looked, not there")
    expect(agents_window.locator(".facts")).to_contain_text("CC731010015DE")
    picture(agents_window, "agent-case")

    agents_window.get_by_label("Reply to the buyer").fill("Hello, this is Lena. I am asking the carrier now.")
    agents_window.get_by_role("button", name="Send reply").click()
    expect(replies(buyers_window, "agent")).to_have_text("Hello, this is Lena. I am asking the carrier now.")
    write(buyers_window, "Thank you, Lena!")
    expect(agents_window.locator(".messages")).to_contain_text("Thank you, Lena!")
    picture(buyers_window, "buyer-with-human")

    agents_window.get_by_role("button", name="Hand back").click()
    expect(agents_window.get_by_role("button", name="Take over", exact=True)).to_be_visible()
    write(buyers_window, "Are you a bot?")
    expect(replies(buyers_window)).to_have_count(3)
    expect(replies(buyers_window).last).to_contain_text("not a person")
    picture(buyers_window, "buyer-handed-back")
    picture(agents_window, "agent-handed-back")


def test_the_agent_sees_new_messages_without_reloading(buyers_window, agents_window, product, picture):
    conversation = open_order(buyers_window, "DEMO-1003")
    write(buyers_window, MISSING)
    expect(replies(buyers_window)).to_have_count(1)
    open_case(agents_window, product, conversation)
    agents_window.get_by_label("Reply to the buyer").fill("half a sentence")
    write(buyers_window, "Nobody here is called Keller")
    expect(agents_window.locator(".messages")).to_contain_text("Nobody here is called Keller")
    expect(agents_window.get_by_label("Reply to the buyer")).to_have_value("half a sentence")
    picture(agents_window, "agent")


def test_the_list_shows_who_waits_for_a_person(buyers_window, agents_window, product, picture):
    open_order(buyers_window, "DEMO-1008")
    write(buyers_window, MISSING)
    expect(replies(buyers_window)).to_have_count(1)
    expect(agents_window.locator("main")).to_contain_text("DEMO-1008")
    picture(agents_window, "agent")


def test_what_a_buyer_writes_is_text_and_nothing_else(buyers_window, agents_window, product):
    conversation = open_order(buyers_window, "DEMO-1001")
    nasty = "<img src=x onerror=\"document.title='taken'\"><b>bold</b>"
    write(buyers_window, nasty)
    expect(replies(buyers_window)).to_have_count(1)
    open_case(agents_window, product, conversation)
    expect(agents_window.locator(".message.buyer .text")).to_have_text(nasty)
    for page in (buyers_window, agents_window):
        assert "taken" not in page.title()
        expect(page.locator("main img[src='x']")).to_have_count(0)


def test_a_buyer_who_comes_back_finds_the_conversation(buyers_window, product):
    open_order(buyers_window, "DEMO-1013")
    write(buyers_window, MISSING)
    expect(replies(buyers_window)).to_have_count(1)
    buyers_window.reload()
    expect(replies(buyers_window)).to_have_count(1)
    buyers_window.goto(product.url("sandbox", "/"))
    buyers_window.locator("a.order", has_text="DEMO-1013").click()
    expect(buyers_window.locator(".message.buyer .bubble")).to_have_text(MISSING)


@pytest.mark.parametrize("width", [360, 768])
def test_on_a_small_screen_nothing_is_cut_off(window, product, picture, width):
    page = window()
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(product.url("sandbox", "/"))
    open_order(page, "DEMO-1005")
    write(page, MISSING)
    expect(replies(page)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    picture(page, "buyer")


def test_nobody_reads_a_case_without_signing_in(window, product):
    page = window()
    page.goto(product.url("desk", "/cases"))
    expect(page).to_have_url(re.compile(r"/sign-in"))
    page.goto(product.url("desk", "/cases/1"))
    expect(page).to_have_url(re.compile(r"/sign-in"))


def direction(locator):
    return locator.evaluate("element => getComputedStyle(element).direction")


def test_a_language_from_right_to_left_is_written_so_on_both_sides(buyers_window, agents_window, product, picture):
    conversation = open_order(buyers_window, "DEMO-1001")
    text = "مكتوب أن الطرد تم تسليمه لكن لم يصلني شيء"
    write(buyers_window, text)
    expect(replies(buyers_window)).to_have_count(1)
    assert direction(replies(buyers_window).last) == "rtl"
    assert direction(buyers_window.locator(".message.buyer .bubble").last) == "rtl"
    picture(buyers_window, "buyer")
    open_case(agents_window, product, conversation)
    lines = agents_window.locator(".messages .message .text")
    expect(lines).to_have_count(2)
    assert [direction(lines.nth(number)) for number in range(2)] == ["rtl", "rtl"]
    picture(agents_window, "agent")


def test_traditional_chinese_is_answered_in_its_own_characters(buyers_window, picture):
    open_order(buyers_window, "DEMO-1001")
    write(buyers_window, "物流顯示已簽收，但是我沒有收到包裹")
    expect(replies(buyers_window)).to_have_count(1)
    expect(replies(buyers_window).last).to_contain_text("鄰居")
    picture(buyers_window, "buyer")
