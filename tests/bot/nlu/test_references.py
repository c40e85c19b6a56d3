"""Numbers, postcodes and addresses in what a buyer writes."""

import pytest

from bot.nlu.references import order_number, tracking_number, verification

S10 = "RB123456785GB"
UPS = "1Z999AA10123456784"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"it is {S10}.", S10),
        (f"it is {S10.lower()}", S10),
        (f"单号{S10}没收到", S10),
        (f"{UPS}!", UPS),
        ("JJD000390007882345678 bitte", "JJD000390007882345678"),
        ("00340434161094021501", "00340434161094021501"),
        ("9400109104250532908587", "9400109104250532908587"),
        ("first RB123456780GB, then EE473124829SE", "EE473124829SE"),
        ("it is 1z 999 aa1 01 2345 6784, thanks", UPS),
        ("usps 9400 1112 0620 6406 2607 87 says delivered", "9400111206206406260787"),
        ("单号：４ＰＸ３００３０８８５８７１２５ＣＮ", "4PX3003088587125CN"),
        ("رقم التتبع C00HHA٠٥٧٦٢٤٥٨٩٦", "C00HHA0576245896"),
        ("JJD0002257639032011 from yodel", "JJD0002257639032011"),
        ("3SDEVC748859096 van postnl", "3SDEVC748859096"),
    ],
)
def test_a_carriers_number_is_found_in_a_sentence(text, expected):
    assert tracking_number(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "RB123456780GB",
        "DEMO-1001",
        "302-1234567-1234567",
        "12-34567-89012",
        "#1042",
        "call me on 01701234567",
        "it was 12 November",
        "",
        f"X{S10}",
        "1Z999AA10123456785",
        "order 3318810025",
        "8123456789012345",
        "LN-30083672",
        "my order 302-1234567-1234567 of 12 May 2026, 2 boxes",
    ],
)
def test_what_is_no_carriers_number_is_not_taken_for_one(text):
    assert tracking_number(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DEMO-1001", "DEMO-1001"),
        ("demo-1001 please", "DEMO-1001"),
        ("订单DEMO-1001没收到", "DEMO-1001"),
        ("amazon 302-1234567-1234567", "302-1234567-1234567"),
        ("ebay 12-34567-89012", "12-34567-89012"),
        ("SHOP-20331", "SHOP-20331"),
        ("it's #1042", "1042"),
        (f"{S10} and DEMO-1001", "DEMO-1001"),
    ],
)
def test_an_order_number_is_known_by_its_format(text, expected):
    assert order_number(text, set(), asked=False) == expected


@pytest.mark.parametrize("text", ["77120045", "A1B2C3"])
def test_any_number_counts_only_when_it_was_asked_for_or_stands_beside_a_word_for_order(text):
    assert order_number(text, set(), asked=False) is None
    assert order_number(text, set(), asked=True) == text
    assert order_number(text, {"ORDER"}, asked=False) == text


@pytest.mark.parametrize(
    "number", [S10, UPS, "9400109104250532908587", "9400 1091 0425 0532 9085 87", "1Z-999-AA1-01-2345-6784"]
)
def test_a_tracking_number_is_not_taken_for_an_order_number(number):
    assert order_number(f"here: {number}", {"ORDER"}, asked=True) is None


@pytest.mark.parametrize("number", ["1Z999AA10123456785", "RB123456780GB", "JJD00039000788", "9400109104250532908588"])
def test_a_tracking_number_with_a_slip_of_the_pen_is_no_order_number_either(number):
    assert order_number(f"here: {number}", {"ORDER"}, asked=True) is None


@pytest.mark.parametrize("number", ["3318810025", "8123456789012345", "576461413038785752"])
def test_what_a_carrier_could_have_issued_too_is_an_order_number_when_it_is_called_one(number):
    assert order_number(f"order {number}", {"ORDER"}, asked=False) == number


def test_words_without_a_digit_are_no_order_number():
    assert order_number("I do not have the number here", {"ORDER"}, asked=True) is None


def test_a_format_of_its_own_goes_before_any_other_number():
    assert order_number("order 77120045 or rather DEMO-1002", {"ORDER"}, asked=True) == "DEMO-1002"


@pytest.mark.parametrize(
    "text",
    [
        "my order from 12.11.2026 has not arrived",
        "I ordered on 2026-11-20 and nothing came",
        "my order, 1250 EUR, is not here",
        "order placed 20 November 2026",
    ],
)
def test_a_date_or_an_amount_beside_a_word_for_order_is_not_its_number(text):
    assert order_number(text, {"ORDER"}, asked=False) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10115", "10115"),
        ("10115 Berlin", "10115"),
        ("邮编是10115", "10115"),
        ("SW1A 1AA", "SW1A 1AA"),
        ("k1a 0b6", "K1A 0B6"),
        ("00-950", "00-950"),
        ("94105-1234", "94105-1234"),
        ("no, 10115", "10115"),
    ],
)
def test_a_postcode_is_read_when_it_was_asked_for(text, expected):
    assert verification(text, asked=True) == expected


@pytest.mark.parametrize("text", ["it is 10115", "my postcode is 10115", "Die PLZ ist 10115"])
def test_a_postcode_is_read_from_a_sentence(text):
    assert verification(text, asked=True) == "10115"


@pytest.mark.parametrize("text", ["10115", "SW1A 1AA", "it was 2 weeks ago"])
def test_a_postcode_that_nobody_asked_for_is_no_verification(text):
    assert verification(text, asked=False) is None


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("text", ["Buyer@Example.com", "it's buyer@example.com.", "10115 or buyer@example.com"])
def test_an_e_mail_address_is_always_read_and_goes_before_a_postcode(text, asked):
    assert verification(text, asked) == "buyer@example.com"


@pytest.mark.parametrize("text", ["邮箱buyer@example.com", "我的邮箱是buyer@example.com谢谢"])
def test_an_e_mail_address_is_read_from_a_sentence_without_spaces(text):
    assert verification(text, asked=True) == "buyer@example.com"


@pytest.mark.parametrize("text", ["no", "why do you ask?", "ich möchte nicht", "@", "me@home"])
def test_no_detail_is_no_verification(text):
    assert verification(text, asked=True) is None
