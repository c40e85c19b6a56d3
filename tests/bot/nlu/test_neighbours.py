"""Languages that we do not speak, told from their neighbours by words that only they have."""

import pytest

from bot.nlu.neighbours import NEIGHBOURS, neighbour

SPOKEN = ["cs", "de", "en", "ru", "sv"]
NONE: frozenset = frozenset()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("jeg har spurgt naboerne men ingen ved noget", "da"),
        ("jeg har spurt naboene men ingen vet noe", "no"),
        ("zásielka neprišla a susedia nič nemajú", "sk"),
        ("zasielka neprisla a susedia nic nemaju", "sk"),
        ("замовлення досі немає вдома", "uk"),
    ],
)
def test_words_of_a_neighbour_tell_its_language(text, language):
    found = neighbour(text.split(), NONE, SPOKEN)
    assert found == language or {found, language} == {"da", "no"}


def test_a_language_that_we_speak_is_no_foreign_neighbour():
    words = ["zásielka", "neprišla", "a", "susedia", "nič", "nemajú"]
    assert neighbour(words, NONE, [*SPOKEN, "sk"]) is None


def test_words_that_our_buyers_write_speak_for_no_other_language():
    words = ["jeg", "har", "ikke", "fått", "pakken"]
    assert neighbour(words, frozenset(words), SPOKEN) is None


def test_one_word_is_not_enough_unless_something_else_speaks_for_the_language():
    words = ["min", "pakke", "är", "borta"]
    assert neighbour(words, NONE, SPOKEN) is None
    assert neighbour(words, NONE, SPOKEN, sure_of="da") == "da"


def test_a_few_foreign_words_in_a_long_message_do_not_decide():
    told = "hej jag fick ett mejl på danska där det stod pakken og naboen"
    words = f"{told} men jag bor i malmö och har inte sett den".split()
    assert neighbour(words, NONE, SPOKEN) is None


@pytest.mark.parametrize("language", sorted(NEIGHBOURS))
def test_every_word_is_in_lower_case(language):
    assert all(word == word.lower() for word in NEIGHBOURS[language])
