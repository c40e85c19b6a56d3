"""Whose order it is, and what may be shown of its address."""

from dataclasses import replace

import pytest

from tests.actions.an_order import ORDER


@pytest.mark.parametrize(
    ("buyer_id", "detail"),
    [
        ("demo-buyer", None),
        ("demo-buyer", "99999"),
        (None, "10115"),
        (None, " 10 115 "),
        (None, "buyer@example.com"),
        (None, "Buyer@Example.com"),
        ("somebody-else", "10115"),
    ],
)
def test_the_buyer_is_known_by_the_platforms_word_or_by_a_detail_of_the_order(buyer_id, detail):
    assert ORDER.belongs_to(buyer_id, detail)


@pytest.mark.parametrize(
    ("buyer_id", "detail"),
    [
        (None, None),
        ("", ""),
        ("somebody-else", None),
        ("DEMO-BUYER", None),
        (None, "10116"),
        (None, "1011"),
        (None, "example.com"),
        (None, " - "),
        (None, "Berlin"),
    ],
)
def test_nobody_else_is(buyer_id, detail):
    assert not ORDER.belongs_to(buyer_id, detail)


@pytest.mark.parametrize("detail", [None, "", " ", "-"])
def test_an_order_without_postcode_e_mail_or_buyer_belongs_to_nobody_who_says_nothing(detail):
    assert not replace(ORDER, postcode=None, email=None, buyer_id=None).belongs_to(None, detail)


def test_postcodes_are_compared_without_their_spaces_and_dashes():
    assert replace(ORDER, postcode="SW1A 1AA").belongs_to(None, "sw1a1aa")
    assert replace(ORDER, postcode="00-950").belongs_to(None, "00950")


@pytest.mark.parametrize(
    ("street", "city", "shown"),
    [
        ("Musterstraße 12", "Berlin", "Musterstraße, Berlin"),
        ("Musterstraße 12a", "Berlin", "Musterstraße, Berlin"),
        ("Musterstraße 12 b", "Berlin", "Musterstraße, Berlin"),
        ("Musterstraße 12-14", "Berlin", "Musterstraße, Berlin"),
        ("12 High Street", "Leeds", "High Street, Leeds"),
        ("12b, High Street", "Leeds", "High Street, Leeds"),
        ("Rua Augusta 3/4", "Lisboa", "Rua Augusta, Lisboa"),
        ("Musterstraße", "Berlin", "Musterstraße, Berlin"),
        (None, "Berlin", "Berlin"),
        ("Musterstraße 12", None, "Musterstraße"),
        ("12", None, None),
        (None, None, None),
    ],
)
def test_an_address_is_shown_without_its_number(street, city, shown):
    assert replace(ORDER, street=street, city=city).masked_address() == shown


@pytest.mark.parametrize("street", ["长安街12号", "长安街12號3楼", "Musterstr.12abc", "Ulica Długa 12m5"])
def test_an_address_in_other_writing_is_shown_without_its_number_too(street):
    assert not any(character.isdigit() for character in replace(ORDER, street=street).masked_address())
