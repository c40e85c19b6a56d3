"""Numbers are found as people write them; what can be several things is ranked; the order's own number wins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.tracking_numbers import Match, recognised, recognised_for_order

UPS = "1Z999AA10123456784"
S10 = "RB123456785GB"
USPS = "9400111206206406260787"
PAKET = "00340434161094042557"


def first(text):
    """Number and carrier of the likeliest match, if it can be believed."""
    found = recognised(text)
    return (found[0].number, found[0].carrier) if found and found[0].sure else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"my number is {UPS}, it is not here", (UPS, "UPS")),
        ("my number is 1z999aa10123456784", (UPS, "UPS")),
        ("1Z 999 AA1 01 2345 6784", (UPS, "UPS")),
        ("it's 1Z-999-AA1-01-2345-6784 thanks", (UPS, "UPS")),
        ("1Z 999 AA1 01 2345 6784 2 parcels", (UPS, "UPS")),
        ("it is rb 123 456 785 gb ok?", (S10, "Royal Mail")),
        ("RB123456785GB.", (S10, "Royal Mail")),
        ("(RB123456785GB)", (S10, "Royal Mail")),
        ("#RB123456785GB", (S10, "Royal Mail")),
        (f"单号{S10}没收到", (S10, "Royal Mail")),
        ("Sendungsnummer:00340434161094042557!", (PAKET, "DHL Paket")),
        ("Sendung 0034 0434 1610 9404 2557 kam nie an", (PAKET, "DHL Paket")),
        ("usps 9400 1112 0620 6406 2607 87 says delivered", (USPS, "USPS")),
        ("420 78745 9400 1112 0620 6406 2607 87", (USPS, "USPS")),
        ("JJD 0002257639032011 yodel", ("JJD0002257639032011", "Yodel")),
        ("C00HHA 0576 2458 96 by evri", ("C00HHA0576245896", "Evri")),
        ("4PX 3003088587125 CN", ("4PX3003088587125CN", "4PX")),
        ("tracking UG336196744YP from china", ("UG336196744YP", "Yanwen")),
        ("3s devc 748859096", ("3SDEVC748859096", "PostNL")),
        ("first RB123456780GB, then EE473124829SE", ("EE473124829SE", "PostNord")),
        (f"RB123456780GB\n{UPS}\n", (UPS, "UPS")),
        ("on 12 May 2026 at 14:10 they left 1LS717793482164 at 3 Mill Lane", ("1LS717793482164", "LaserShip")),
    ],
)
def test_a_number_is_found_as_buyers_type_it(text, expected):
    assert first(text) == expected


def test_a_match_says_where_it_stands():
    text = "no. 1z 999 aa1 01 2345 6784 please"
    (match,) = recognised(text)
    assert text[match.start : match.end] == "1z 999 aa1 01 2345 6784"
    assert match == Match("UPS", "parcel", UPS, "UPS", True, 96, 4, 27)


# Order numbers, telephone numbers, dates, sums: nothing of it may be believed to be a tracking number.
@pytest.mark.parametrize(
    "text",
    [
        "",
        "where is my parcel",
        "it was 12 November 2026, at 14:30, 2 parcels",
        "DEMO-1001",
        "302-1234567-1234567",
        "my order 302-1234567-1234567 of 12 May 2026",
        "12-34567-89012",
        "#1042 and #1043",
        "SHOP-20331",
        "LN-30083672",
        "ABC-123456789",
        "call me on 01701234567 or +49 170 1234 5678",
        "0170 123 4567",
        "IBAN DE89 3704 0044 0532 0130 00",
        "4111 1111 1111 1111",
        "June 1234567890",
        "my 2 boxes 1234567890 are in 12345 Berlin",
        "in 2026 i paid 129.99 EUR for order 8123456789012345",
        "576461413038785752",
        "2000001234567890",
        "123456-20261123-0123456789",
        "PO-211-12345678901234567",
        "order 3318810025",
        "EAN 4006381333931",
        "77120045",
        f"X{S10}",
        f"{S10}9",
        "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
    ],
)
def test_what_looks_like_something_else_is_not_believed(text):
    assert first(text) is None


@pytest.mark.parametrize(
    "pattern",
    [
        r"[0-9]{3}-[0-9]{7}-[0-9]{7}",
        r"[0-9]{2}-[0-9]{5}-[0-9]{5}",
        r"#[0-9]{3,10}",
        r"[A-Z]{2,6}-[0-9]{3,8}",
        r"[0-9]{5,18}",
        r"\+?[0-9]{2,4} [0-9]{3} [0-9]{4,5}",
        r"(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]",
    ],
)
@given(data=st.data())
def test_no_order_number_telephone_number_or_date_is_believed(pattern, data):
    number = data.draw(st.from_regex(pattern, fullmatch=True))
    for text in (number, f"my order {number} has not come", f"{number}, please"):
        assert not any(match.sure for match in recognised(text))


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    for match in recognised(text):
        assert match.number.isalnum() and match.number.isascii() and match.number == match.number.upper()
        assert 0 <= match.start < match.end <= len(text)


@given(st.sampled_from([UPS, S10, USPS, PAKET, "C00HHA0576245896", "3SDEVC748859096"]), st.data())
def test_blanks_hyphens_and_small_letters_change_nothing(number, data):
    typed = number[0]
    for before, character in zip(number, number[1:]):
        typed += character if before.isalpha() else data.draw(st.sampled_from(["", "", " ", "-"])) + character
    assert first(data.draw(st.sampled_from([typed, typed.lower(), f"{typed}!", f"Number:\n{typed}\n"])))[0] == number


@pytest.mark.parametrize(
    ("number", "carriers"),
    [
        ("331434972567", ["DHL Paket", "Purolator"]),
        ("287809468872", ["FedEx", "Purolator"]),
        ("JJD0002257639032011", ["Yodel", "InPost", "DHL Paket"]),
        ("LP00492755414105", ["Cainiao", "4PX"]),
        ("4201028200009261290113185417468510", ["USPS", "FedEx"]),
        ("CG738165082DE", ["DHL Paket", "Deutsche Post"]),
        ("06086216767970", ["DPD", "DHL eCommerce"]),
        ("02180171003654", ["Hermes", "DPD", "DHL eCommerce"]),
    ],
)
def test_what_can_be_several_carriers_is_a_list_the_likeliest_first(number, carriers):
    found = recognised(number)
    assert [match.carrier for match in found] == carriers
    assert [match.rank for match in found] == sorted((match.rank for match in found), reverse=True)


def test_of_two_numbers_the_more_telling_comes_first():
    assert [match.number for match in recognised(f"3318810025 or {UPS}")] == [UPS, "3318810025"]


def test_the_wrong_check_digit_tells_of_a_slip_of_the_pen():
    (match,) = recognised("00340434161094042556")
    assert (match.carrier, match.checked, match.sure) == ("DHL Paket", False, True)


def test_a_shape_alone_is_read_only_when_there_is_nothing_else():
    assert [match.carrier for match in recognised("XHAX4HDA")] == ["GLS"]
    assert recognised("I am XHAX4HDA") == []


def test_the_orders_own_number_wins():
    text = f"is it {UPS} or 331434972567?"
    found = recognised_for_order(text, [("331434972567", "Purolator")])
    assert [(match.number, match.carrier, match.own) for match in found] == [
        ("331434972567", "Purolator", True),
        (UPS, "UPS", False),
        ("331434972567", "DHL Paket", False),
    ]


def test_the_orders_own_number_may_be_in_no_format():
    (match,) = recognised_for_order("it is cc 20331 ok", [("CC-20331", "CityCourier")])
    assert match == Match(None, None, "CC20331", "CityCourier", False, 100, 6, 14, own=True)
    assert match.sure


def test_the_orders_own_number_is_known_with_what_the_label_prints_before_it():
    (match,) = recognised_for_order("420787459400111206206406260787", [(USPS, "USPS")])
    assert (match.number, match.own) == (USPS, True)
    (match, *others) = recognised_for_order(USPS, [("420787459400111206206406260787", "USPS")])
    assert (match.carrier, match.own, others) == ("USPS", True, [])


def test_the_orders_carrier_is_kept_when_no_format_knows_it():
    (match,) = recognised_for_order(S10, [(S10, "Parcelforce")])
    assert (match.carrier_code, match.own) == ("Parcelforce", True)


@pytest.mark.parametrize("parcels", [[], [("", None)], [("RB999999999GB", "RoyalMail")]])
def test_without_the_orders_number_in_the_text_nothing_changes(parcels):
    assert recognised_for_order(f"it is {UPS}", parcels) == recognised(f"it is {UPS}")


def test_all_parcels_of_an_order_are_found():
    found = recognised_for_order(f"{S10} came, {UPS} did not", [(UPS, "UPS"), (S10, None)])
    assert [(match.number, match.own) for match in found] == [(UPS, True), (S10, True)]
