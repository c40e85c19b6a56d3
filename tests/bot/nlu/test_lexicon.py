"""Concepts are found by their words: stems, whole phrases, the longest match, contractions, Chinese."""

import pytest

from bot.nlu import lexicon as lexicons
from bot.nlu.lexicon import Lexicon, Lexicons, patterns_of
from bot.nlu.text import normalized


def lexicon_of(language, forms):
    return Lexicon(patterns_of(language, forms))


ENGLISH = lexicon_of(
    "en",
    {
        "NEIGHBOUR": ["neighbour*", "next door"],
        "GARAGE": ["garage"],
        "NO": ["no"],
        "NOT_THERE": ["not there", "isn't there", "no garage", "nothing"],
        "CANNOT": ["can't", "cannot"],
        "DISPUTE_OPENED": ["open* a case", "opened a dispute"],
        "YES": ["yes"],
        "CORRECT": ["correct", "yes"],
    },
)
GERMAN = lexicon_of("de", {"NEIGHBOUR": ["nachbar*", "die leute nebenan"], "BACK_DOOR": ["hintertür*"]})
CHINESE = lexicon_of("zh", {"NEIGHBOUR": ["邻居", "楼上"], "ASKED": ["问过", "问"], "NOT_THERE": ["没有", "都没有"]})


def names(lexicon, text):
    return [concept.name for concept in lexicon.concepts(normalized(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my neighbours", ["NEIGHBOUR"]),
        ("Neighbourhood watch", ["NEIGHBOUR"]),
        ("next door", ["NEIGHBOUR"]),
        ("the next blue door", []),
        ("garages", []),
        ("the GARAGE!", ["GARAGE"]),
        ("I opened a case, they opened a dispute", ["DISPUTE_OPENED", "DISPUTE_OPENED"]),
        ("", []),
        ("nobody said a word", []),
    ],
)
def test_a_star_makes_a_stem_and_everything_else_is_the_whole_word(text, expected):
    assert names(ENGLISH, text) == expected


def test_a_match_inside_a_longer_one_is_dropped():
    assert names(ENGLISH, "no garage") == ["NOT_THERE"]
    assert names(ENGLISH, "no, the garage") == ["NO", "GARAGE"]


def test_a_word_may_mean_two_things():
    assert sorted(names(ENGLISH, "yes")) == ["CORRECT", "YES"]


@pytest.mark.parametrize("text", ["I can't look", "I can’t look", "I cannot look"])
def test_contractions_are_found_with_any_apostrophe(text):
    assert names(ENGLISH, text) == ["CANNOT"]


def test_a_contraction_inside_a_phrase_is_found():
    assert names(ENGLISH, "it isn’t there") == ["NOT_THERE"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Nachbarin von oben", ["NEIGHBOUR"]),
        ("beim Nachbarn, hintertür?", ["NEIGHBOUR", "BACK_DOOR"]),
        ("die Leute nebenan", ["NEIGHBOUR"]),
        ("die netten Leute nebenan", []),
    ],
)
def test_german_words_take_their_endings(text, expected):
    assert names(GERMAN, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我问过邻居都没有", ["ASKED", "NEIGHBOUR", "NOT_THERE"]),
        ("楼上没有", ["NEIGHBOUR", "NOT_THERE"]),
        ("邻 居", ["NEIGHBOUR"]),
        ("居邻", []),
    ],
)
def test_chinese_is_matched_character_by_character(text, expected):
    assert names(CHINESE, text) == expected


def test_a_concept_tells_where_it_stands():
    text = normalized("Not there, I asked the neighbours")
    found = ENGLISH.concepts(text)
    assert [text[concept.start : concept.end] for concept in found] == ["not there", "neighbours"]


def test_a_language_without_a_file_has_no_words():
    assert Lexicons.read(["eo"]).of("eo").concepts("najbaro") == []
    assert Lexicons.read([]).of("eo").concepts("najbaro") == []


def test_a_changed_word_changes_the_fingerprint(tmp_path, monkeypatch):
    monkeypatch.setattr(lexicons, "CONCEPTS", tmp_path)
    (tmp_path / "en.yml").write_text("concepts: {NO: [no]}", encoding="utf-8")
    before = lexicons.fingerprint()
    assert lexicons.fingerprint() == before
    (tmp_path / "en.yml").write_text("concepts: {NO: [no, nope]}", encoding="utf-8")
    assert lexicons.fingerprint() != before


def test_a_short_stem_is_found_beside_a_longer_one_that_begins_with_it():
    russian = lexicon_of("ru", {"NEIGHBOUR": ["сосед*", "у сосед*"], "NEIGHBOUR_WOMAN": ["соседк*"]})
    assert names(russian, "сосед") == ["NEIGHBOUR"]
    assert names(russian, "соседка") == ["NEIGHBOUR", "NEIGHBOUR_WOMAN"]
    assert names(russian, "спросил у соседки") == ["NEIGHBOUR"]


@pytest.mark.parametrize("text", ["no lo he recibido", "recibí", "recibi", "RECIBI", "la entregué", "la entregue"])
def test_accents_may_be_left_out(text):
    spanish = lexicon_of("es", {"GOT": ["recibí", "entregué", "recib*"], "YES": ["sí"]})
    assert names(spanish, text) == ["GOT"]


def test_a_short_word_without_its_accent_is_another_word():
    assert names(lexicon_of("es", {"YES": ["sí"]}), "si llega mañana") == []


@pytest.mark.parametrize("text", ["zapytałem sąsiada", "zapytalem sasiada", "ZAPYTAŁEM SĄSIADA"])
def test_polish_letters_may_be_left_out(text):
    polish = lexicon_of("pl", {"ASKED": ["zapytałem"], "NEIGHBOUR": ["sąsiad*"]})
    assert names(polish, text) == ["ASKED", "NEIGHBOUR"]


def test_turkish_i_is_found_with_and_without_its_dot():
    turkish = lexicon_of("tr", {"PARCEL": ["kargo*"], "MONEY_BACK": ["paramı geri istiyorum"]})
    assert names(turkish, "PARAMI GERİ İSTİYORUM") == ["MONEY_BACK"]
    assert names(turkish, "parami geri istiyorum") == ["MONEY_BACK"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("سألت الجيران", ["ASKED", "NEIGHBOUR"]),
        ("وسألت جيراني", ["ASKED", "NEIGHBOUR"]),
        ("عند الجار", ["NEIGHBOUR"]),
        ("وصل الطلب", ["ARRIVED", "ORDER"]),
        ("للجيران", ["NEIGHBOUR"]),
        ("طلبيّة", ["ORDER"]),
        ("صل", []),
    ],
)
def test_arabic_words_are_found_behind_article_and_prefixes(text, expected):
    arabic = lexicon_of(
        "ar", {"NEIGHBOUR": ["جيران*", "جار"], "ASKED": ["سألت"], "ARRIVED": ["وصل"], "ORDER": ["طلب*"]}
    )
    assert names(arabic, text) == expected


def test_japanese_and_thai_are_matched_anywhere():
    assert names(lexicon_of("ja", {"NEIGHBOUR": ["隣の人"]}), "お隣の人に聞いた") == ["NEIGHBOUR"]
    assert names(lexicon_of("th", {"NOT_RECEIVED": ["ไม่ได้รับ"]}), "ยังไม่ได้รับของเลย") == ["NOT_RECEIVED"]


def test_a_lexicon_comes_back_from_a_model_as_it_was():
    read = Lexicons.read(["de"])
    again = Lexicons(read.packed)
    text = normalized("Beim Nachbarn und in der Garage nachgesehen, nichts da")
    assert again.of("de").concepts(text) == read.of("de").concepts(text) != []
