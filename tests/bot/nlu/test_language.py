"""Which language a message is in, and in which one the assistant answers."""

import pytest

from bot.nlu.language import answer_language, language_of_locale, read_as
from bot.nlu.language_model import LanguageModel, Reading
from bot.nlu.scripts import is_in_another_script, language_of_script, script_of

LANGUAGES = ["de", "en", "zh"]
ENGLISH = [
    "my parcel has not arrived and the tracking says it was delivered",
    "i have asked my neighbours and nobody has the parcel",
    "the parcel is not here and i have looked everywhere",
    "where is my parcel, it has not arrived yet",
    "i want my money back for the parcel",
    "nobody in my house has seen the parcel",
]
GERMAN = [
    "mein paket ist nicht angekommen und die sendungsverfolgung sagt zugestellt",
    "ich habe meine nachbarn gefragt und niemand hat das paket",
    "das paket ist nicht hier und ich habe überall gesucht",
    "wo ist mein paket, es ist noch nicht angekommen",
    "ich möchte mein geld für das paket zurück",
    "niemand in meinem haus hat das paket gesehen",
]
CHINESE = ["我的包裹没有收到", "我问过邻居，没有人收到包裹", "包裹在哪里"]


@pytest.fixture(scope="module")
def model():
    """A model that has read fifteen sentences."""
    texts = ENGLISH + GERMAN + CHINESE
    return LanguageModel.train(texts, ["en"] * len(ENGLISH) + ["de"] * len(GERMAN) + ["zh"] * len(CHINESE))


def test_a_model_knows_the_languages_that_it_was_trained_on(model):
    assert model.languages == LANGUAGES


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i have not seen the parcel", "en"),
        ("nobody has it, i have asked my neighbours", "en"),
        ("ich habe das paket nicht gesehen", "de"),
        ("niemand hat mein paket", "de"),
        ("包裹没有到", "zh"),
        ("demo-1001 没收到", "zh"),
    ],
)
def test_a_clear_sentence_is_sure(model, text, language):
    reading = model.read(text)
    assert (reading.language, reading.sure, reading.supported) == (language, True, True)


@pytest.mark.parametrize("text", ["no", "ok", "paket", "my parcel"])
def test_one_or_two_words_are_never_sure(model, text):
    assert not model.read(text).sure


@pytest.mark.parametrize("text", ["", "12345", "?!", "🙂🙂", "1z999aa10123456784"])
def test_without_words_nothing_is_read(model, text):
    assert not model.read(text).sure
    assert model.read(text).supported


@pytest.mark.parametrize(
    "text",
    [
        "nu am primit coletul meu, scrie că a fost livrat ieri",
        "jeg har ikke fået min pakke, selvom den er markeret som leveret",
        "nem kaptam meg a csomagomat, pedig kézbesítettnek van jelölve",
        "δεν έχω λάβει το δέμα μου",
        "לא קיבלתי את החבילה",
        "посилка не прийшла, хоча її нібито вручили",
    ],
)
def test_a_sentence_in_another_language_is_known_as_not_ours(model, text):
    assert model.read(text) == Reading(None, sure=True, supported=False)


@pytest.mark.parametrize("text", ["荷物が届いていません", "посылка не пришла", "لم يصل الطرد", "택배가 안 왔어요"])
def test_a_script_of_its_own_tells_a_language_that_is_not_ours(model, text):
    assert model.read(text).sure and not model.read(text).supported


@pytest.mark.parametrize("text", ["택배 안 왔어요 ㅠㅠㅠ", "ㅇㅇ", "ㅋㅋㅋㅋ 장난하냐", "넹 ㅇㅋ"])
def test_single_korean_letters_are_korean(text):
    assert not is_in_another_script(text)


def test_misspelt_english_is_no_foreign_language(model):
    assert model.read("my parcl has nott arived and nobdy in the hous has it").supported


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("没收到包裹", "zh"),
        ("荷物はどこですか", "ja"),
        ("택배 어디", "ko"),
        ("где посылка", "ru"),
        ("พัสดุอยู่ไหน", "th"),
        ("पार्सल कहाँ है", "hi"),
        ("أين الطرد", "ar"),
        ("where is it", None),
        ("my neighbour is called 王 and is not at home", None),
        ("", None),
    ],
)
def test_characters_tell_a_language_unless_they_are_only_a_name(text, language):
    assert language_of_script(text) == language


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("我没有收到，问过邻居", "Hans"),
        ("我沒有收到，問過鄰居", "Hant"),
        ("包裹不在", None),
        ("hello", None),
        ("们們", None),
        ("", None),
    ],
)
def test_chinese_shows_its_script_or_does_not(text, script):
    assert script_of(text) == script


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de-AT", "de"), ("zh_TW", "zh"), ("EN", "en"), ("en-GB-oxendict", "en"), ("", None), (None, None)],
)
def test_a_locale_names_its_language(locale, language):
    assert language_of_locale(locale) == language


SURE_GERMAN, UNSURE_GERMAN = Reading("de", sure=True), Reading("de", likely=True)
FOREIGN, SILENT = Reading(None, sure=True, supported=False), Reading(None)


@pytest.mark.parametrize(
    ("reading", "known", "wish", "locale", "expected"),
    [
        # a clear sentence decides
        (SURE_GERMAN, None, None, None, "de"),
        (SURE_GERMAN, "en", None, "en-US", "de"),
        # a short or ambiguous one never changes what was decided
        (UNSURE_GERMAN, "en", None, None, "en"),
        (SILENT, "zh", None, "de", "zh"),
        # a language that was asked for holds, also through clear sentences in another
        (SURE_GERMAN, "en", "zh", "en-US", "zh"),
        (SILENT, "en", "de", None, "de"),
        # a wish that can not be met changes nothing
        (SURE_GERMAN, "en", "fr", None, "de"),
        (SILENT, "de", "fr", None, "de"),
        # nothing known yet: the locale's language, else English
        (SILENT, None, None, "de-AT", "de"),
        (UNSURE_GERMAN, None, None, "zh_TW", "zh"),
        (SILENT, None, None, None, "en"),
        (SILENT, None, None, "fr-FR", "en"),
        # nothing known and no locale: the best guess is better than English
        (UNSURE_GERMAN, None, None, None, "de"),
        # a language that nobody here speaks is answered in the conversation's or the locale's
        (FOREIGN, None, None, "de-DE", "de"),
        (FOREIGN, "zh", None, "de-DE", "zh"),
        (FOREIGN, None, None, None, "en"),
    ],
)
def test_the_answer_has_a_language_with_memory(reading, known, wish, locale, expected):
    assert answer_language(reading, known, wish, locale, LANGUAGES) == expected


@pytest.mark.parametrize(
    ("reading", "known", "locale", "expected"),
    [
        (SURE_GERMAN, "en", "en-US", "de"),
        # what is not sure is read in the conversation's language
        (UNSURE_GERMAN, "en", "de-DE", "en"),
        (Reading("de"), "en", None, "en"),
        # nothing known yet: the locale goes before a guess, but not before words that are all known
        (Reading("de"), None, "en-GB", "en"),
        (UNSURE_GERMAN, None, "en-GB", "de"),
        (Reading("de"), None, None, "de"),
        (Reading("de"), None, "fr-FR", "de"),
        # nobody's words are looked for in the language of the answer
        (FOREIGN, None, "zh-TW", "zh"),
        (SILENT, None, None, "en"),
    ],
)
def test_words_are_looked_for_in_the_likeliest_language(reading, known, locale, expected):
    answer = answer_language(reading, known, None, locale, LANGUAGES)
    assert read_as(reading, known, locale, answer, LANGUAGES) == expected


@pytest.fixture(scope="module")
def han():
    """A model that has read Chinese, and Japanese with and without kana."""
    japanese = ["荷物が届いていません", "配達完了", "不在票", "荷物未着", "配達完了なのに荷物未着", "近所に確認済"]
    return LanguageModel.train(CHINESE + japanese, ["zh"] * len(CHINESE) + ["ja"] * len(japanese))


def test_japanese_without_kana_is_not_chinese(han):
    assert han.read("荷物未着配達完了").language == "ja"
    assert han.read("我没有收到包裹").language == "zh"


def test_kana_are_japanese_without_a_doubt(han):
    assert han.read("まだ届かない") == Reading("ja", sure=True, supported=True)


@pytest.mark.parametrize("text", ["lkjh poiu mnbv", "img src onerror alert", "xkcd grmpf brr", "slots outcome intent"])
def test_nonsense_and_code_are_in_no_language_for_sure(model, text):
    reading = model.read(text)
    assert not reading.sure and reading.supported
