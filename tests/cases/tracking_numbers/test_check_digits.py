"""Every rule finds the check digit of real numbers, and notices the slips of the pen that it promises to notice."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cases.tracking_numbers.check_digits import RULES, luhn, mod7, mod10, mod37_36, s10, sum10, weighted_mod11

DIGITS = st.text("0123456789", min_size=1, max_size=33)
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def gs1(body):
    return mod10(body, (3, 1), from_right=True)


def gls(body):
    return mod10(body, (3, 1), from_right=True, plus=1)


def changed(body, place, by, alphabet="0123456789"):
    """The body with one character replaced by one that stands ``by`` places further in the alphabet."""
    place %= len(body)
    other = alphabet[(alphabet.index(body[place]) + by) % len(alphabet)]
    return body[:place] + other + body[place + 1 :]


@pytest.mark.parametrize(
    ("check", "body", "expected"),
    [
        # GS1's example of an SSCC, USPS Publication 199 4.6, DHL's test number
        (gs1, "10614141234567890", "8"),
        (gs1, "921239123456781234567", "0"),
        (gs1, "0034043416109404255", "7"),
        # https://www.paketda.de/firmenkunden/paket-pruefziffern.html
        (lambda body: mod10(body, (4, 9)), "20129845227", "7"),
        (lambda body: mod10(body, (1, 2)), "999AA1012345678", "4"),
        (gls, "84122517829", "2"),
        (lambda body: sum10(body, (2, 1)), "C00HHA057624589", "6"),
        (mod7, "331881002", "5"),
        (luhn, "7992739871", "3"),
        (lambda body: weighted_mod11(body, (3, 1, 7)), "98657878885", "5"),
        # UPU S10's own example, and ISO 7064's for MOD 37,36
        (s10, "47312482", "9"),
        (mod37_36, "A12425GABC1234002", "M"),
    ],
)
def test_the_check_digit_of_a_published_number(check, body, expected):
    assert check(body) == expected


@pytest.mark.parametrize("number", ["RB123456785GB", "EE473124829SE", "CC731010015DE", "LX731010109US"])
def test_a_real_postal_number_has_the_right_check_digit(number):
    assert s10(number[2:10]) == number[10]


@pytest.mark.parametrize("check", [gs1, gls, luhn])
@given(body=DIGITS, place=st.integers(0, 32), by=st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(check, body, place, by):
    assert check(changed(body, place, by)) != check(body)


@given(st.text(ALPHABET, min_size=1, max_size=33), st.integers(0, 32), st.integers(1, 35))
def test_one_wrong_character_is_always_noticed_by_mod37_36(body, place, by):
    assert mod37_36(changed(body, place, by, ALPHABET)) != mod37_36(body)


@given(st.text("0123456789", min_size=8, max_size=8), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_noticed_by_s10_unless_the_check_digit_is_5(body, place, by):
    wrong = changed(body, place, by)
    assume(s10(body) != "5")
    assert s10(wrong) != s10(body)


@given(DIGITS, st.integers(0, 32), st.integers(1, 9))
def test_mod7_misses_only_digits_that_are_seven_apart(body, place, by):
    wrong = changed(body, place, by)
    apart = abs(int(wrong[place % len(body)]) - int(body[place % len(body)]))
    assert (mod7(wrong) == mod7(body)) == (apart == 7)


@pytest.mark.parametrize("weights", [(1, 2), (4, 9)])
@given(body=DIGITS, place=st.integers(0, 32), by=st.integers(1, 9))
def test_an_even_weight_misses_only_digits_that_are_five_apart(weights, body, place, by):
    missed = by == 5 and weights[place % len(body) % 2] % 2 == 0
    assert (mod10(changed(body, place, by), weights) == mod10(body, weights)) == missed


@given(DIGITS, st.integers(0, 32), st.integers(1, 9))
def test_sum10_misses_only_digits_that_are_five_apart(body, place, by):
    missed = by == 5 and place % len(body) % 2 == 0
    assert (sum10(changed(body, place, by), (2, 1)) == sum10(body, (2, 1))) == missed


@given(st.text("0123456789", min_size=11, max_size=11), st.integers(0, 10), st.integers(1, 9))
def test_weighted_mod11_misses_only_what_ends_as_0(body, place, by):
    if weighted_mod11(body, (3, 1, 7)) != "0":
        assert weighted_mod11(changed(body, place, by), (3, 1, 7)) != weighted_mod11(body, (3, 1, 7))


@given(DIGITS)
def test_of_two_neighbours_that_changed_places_gs1_misses_only_those_five_apart(body):
    for place in range(len(body) - 1):
        one, other = body[place : place + 2]
        swapped = body[:place] + other + one + body[place + 2 :]
        assert (gs1(swapped) == gs1(body)) == (abs(int(one) - int(other)) in (0, 5))


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("body", ["12 45678", "1234567é", "1234-678", "rb345678"])
def test_what_is_no_digit_and_no_capital_letter_is_an_error(name, body):
    parameters = {"weights": (3, 1)} if name in ("mod10", "sum10", "weighted_mod11") else {}
    with pytest.raises(ValueError, match="no digit and no letter"):
        RULES[name](body, **parameters)
