"""The buyer's language: recognised, remembered, asked for."""

import pytest

pytestmark = pytest.mark.processes
IN_GERMAN = "Mein Paket soll zugestellt sein, aber ich habe nichts bekommen"
IN_ENGLISH = "My parcel is marked as delivered but I don't have it"
IN_CHINESE = "物流显示已签收，但是我没有收到包裹"


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [(IN_ENGLISH, "en", "carrier"), (IN_GERMAN, "de", "Paketdienst"), (IN_CHINESE, "zh", "快递")],
)
@pytest.mark.parametrize("locale", [None, "en", "de-AT", "zh_CN", "xx"])
def test_a_clear_message_decides_whatever_the_locale(buyer, text, language, word, locale):
    writer = buyer("DEMO-1001", locale=locale)
    assert word in writer.says(text)
    assert writer.slots["language"] == writer.case["language"] == language


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de", "de"), ("de-AT", "de"), ("zh_CN", "zh"), ("zh-TW", "zh"), ("en-GB", "en"), ("fi", "en")],
)
def test_the_locale_decides_an_ambiguous_first_message(buyer, locale, language):
    writer = buyer("DEMO-1001", locale=locale)
    writer.says("DEMO-1001")
    assert writer.slots["language"] == language


def test_without_a_locale_an_ambiguous_first_message_is_answered_in_english(buyer):
    writer = buyer("DEMO-1001")
    writer.says("DEMO-1001")
    assert writer.slots["language"] == "en"


@pytest.mark.parametrize("short", ["ok", "OK!", "No", "👍", "DEMO-1001", "Robin Winter"])
def test_a_short_message_never_flips_it(buyer, short):
    writer = buyer("DEMO-1001")
    writer.says(IN_GERMAN)
    writer.says(short)
    assert writer.slots["language"] == "de"


def test_a_clear_sentence_flips_it(buyer):
    writer = buyer("DEMO-1001")
    writer.says(IN_GERMAN)
    assert "household" in writer.says("No, I have already asked my neighbours and they don't have it")
    assert writer.slots["language"] == "en"
    writer.says("我已经问过家里所有人了，他们都没有收到")
    assert writer.slots["language"] == writer.case["language"] == "zh"


def test_a_language_that_was_asked_for_holds(buyer):
    writer = buyer("DEMO-1001")
    writer.says(IN_ENGLISH)
    assert "Deutsch" in writer.says("Can we speak German, please?")
    writer.says("No, I have already asked my neighbours and they don't have it")
    assert writer.slots["language"] == "de"
    assert writer.slots["checked_neighbors"] == "not_there", "what is written in English is still understood"


def test_until_another_is_asked_for(buyer):
    writer = buyer("DEMO-1001")
    writer.says(IN_ENGLISH)
    writer.says("Can we speak German, please?")
    assert "English" in writer.says("Auf Englisch bitte")
    assert writer.slots["language"] == "en"


def test_a_language_that_nobody_here_speaks_cannot_be_asked_for(buyer):
    writer = buyer("DEMO-1001")
    writer.says(IN_ENGLISH)
    writer.says("Can we speak Klingon or Finnish, please?")
    assert writer.slots["language"] == "en"


def test_the_whole_reply_is_in_one_language(buyer):
    writer = buyer("DEMO-1001", "platform", locale="en")
    writer.says(IN_GERMAN)
    assert [reply["language"] for reply in writer.replies] == ["de"]
    assert not any(word in writer.replies[0]["text"] for word in (" the ", " parcel", "assistant."))


def test_dates_are_written_as_the_language_writes_them(buyer):
    said = {text: buyer("DEMO-1003").says(text) for text in (IN_ENGLISH, IN_GERMAN, IN_CHINESE)}
    assert " Uhr" in said[IN_GERMAN] and "年" in said[IN_CHINESE]
    assert ("AM" in said[IN_ENGLISH]) != ("PM" in said[IN_ENGLISH])


def test_traditional_chinese_is_chinese(buyer):
    writer = buyer("DEMO-1001")
    writer.says("物流顯示已簽收，但是我沒有收到包裹")
    assert writer.slots["language"] == "zh"
