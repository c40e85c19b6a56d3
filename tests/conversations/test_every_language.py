"""The first two messages of the script in each language: understood, answered in it, and led on."""

import pytest

from bot import nlg, script
from bot.nlu.scripts import script_of

pytestmark = pytest.mark.processes
# "Marked as delivered, nothing came" and "I have asked the neighbours, they do not have it".
SAID = {
    "ar": ("مكتوب أن الطرد تم تسليمه لكن لم يصلني شيء", "سألت الجيران وليس عندهم"),
    "cs": ("Zásilka je označená jako doručená, ale nic jsem nedostal", "Ptal jsem se sousedů, nemají ji"),
    "de": (
        "Mein Paket soll zugestellt sein, aber ich habe nichts bekommen",
        "Die Nachbarn gefragt, die haben es nicht",
    ),
    "en": ("My parcel is marked as delivered but I don't have it", "I asked the neighbours, they don't have it"),
    "es": ("Pone que el paquete está entregado pero no me ha llegado", "He preguntado a los vecinos y no lo tienen"),
    "fr": ("Le suivi dit que le colis est livré mais je n'ai rien reçu", "J'ai demandé aux voisins, ils ne l'ont pas"),
    "hi": ("पार्सल डिलीवर दिखा रहा है लेकिन मुझे कुछ नहीं मिला", "पड़ोसियों से पूछा, उनके पास नहीं है"),
    "id": ("Paketnya tertulis sudah diterima tapi saya belum terima", "Sudah tanya tetangga, tidak ada di mereka"),
    "it": ("Il pacco risulta consegnato ma io non ho ricevuto niente", "Ho chiesto ai vicini, non ce l'hanno"),
    "ja": ("配達済みになっていますが、荷物が届いていません", "近所の人に聞きましたが、預かっていないそうです"),
    "ko": ("배송 완료로 나오는데 택배를 못 받았어요", "이웃에게 물어봤는데 없대요"),
    "nl": ("Het pakket staat op bezorgd maar ik heb niets ontvangen", "Ik heb de buren gevraagd, zij hebben het niet"),
    "pl": ("Paczka ma status doręczona, a ja nic nie dostałem", "Pytałem sąsiadów, nie mają jej"),
    "pt": ("O pacote consta como entregue mas não recebi nada", "Perguntei aos vizinhos e eles não têm"),
    "ru": ("Посылка отмечена как доставленная, но я ничего не получил", "Спросил соседей, у них её нет"),
    "sv": ("Paketet står som levererat men jag har inte fått något", "Jag har frågat grannarna, de har det inte"),
    "th": ("ระบบขึ้นว่าจัดส่งสำเร็จแล้ว แต่ยังไม่ได้รับพัสดุ", "ถามเพื่อนบ้านแล้ว ไม่มีใครรับไว้"),
    "tr": ("Kargo teslim edildi görünüyor ama bana hiçbir şey gelmedi", "Komşulara sordum, onlarda yok"),
    "vi": ("Đơn hàng báo đã giao nhưng tôi chưa nhận được gì", "Tôi đã hỏi hàng xóm, họ không có"),
    "zh": ("物流显示已签收，但是我没有收到包裹", "问过邻居了，他们没有"),
}
TRADITIONAL = ("物流顯示已簽收，但是我沒有收到包裹", "問過鄰居了，他們沒有")


def test_each_language_that_is_answered_is_among_them():
    assert sorted(SAID) == sorted(nlg.languages())


@pytest.mark.parametrize("language", SAID)
def test_it_is_understood_and_answered(buyer, language):
    writer = buyer("DEMO-1001")
    missing, asked = SAID[language]
    writer.says(missing)
    assert writer.slots["language"] == language
    assert writer.slots["requested_slot"] == "checked_neighbors"
    answer = writer.says(asked)
    assert writer.slots["checked_neighbors"] == "not_there"
    assert writer.slots["requested_slot"] == next(check for check in script.CHECKS if check != "checked_neighbors")
    if language != "en":  # English wording is in the domain
        assert any(question["text"] in answer for question in nlg.replies(language)["utter_ask_checked_household"])


def test_traditional_characters_are_answered_in_traditional_ones(buyer):
    writer = buyer("DEMO-1001")
    answers = [writer.says(text) for text in TRADITIONAL] + [writer.says("好")]
    assert writer.slots["language"] == "zh"
    assert [script_of(answer) for answer in answers] == ["Hant"] * 3


def test_dates_stand_by_themselves_in_a_language_from_right_to_left(buyer):
    answer = buyer("DEMO-1001").says(SAID["ar"][0])
    assert answer.count("\u2068") == answer.count("\u2069") > 0
