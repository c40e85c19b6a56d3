"""What the characters of a text tell about its language."""

import re
from typing import Dict, Optional, Pattern

# Scripts that tell the language by themselves, most telling first: kana before the Han characters beside it.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
# Characters that only one of the two Chinese scripts uses, among the most frequent ones.
_TRADITIONAL = frozenset(
    "們個這來時說對還沒會過後開關門東車問題買賣貨單號發現點話請實訂錯總間裡樣嗎郵遞驗證聯繫讓廳鄰櫃錢處為與應該麼"
)
_SIMPLIFIED = frozenset(
    "们个这来时说对还没会过后开关门东车问题买卖货单号发现点话请实订错总间里样吗邮递验证联系让厅邻柜钱处为与应该么"
)
_ONLY_TRADITIONAL = _TRADITIONAL - _SIMPLIFIED
_ONLY_SIMPLIFIED = _SIMPLIFIED - _TRADITIONAL
# Letters of languages that share a script with one of ours, and which that one does not have.
_OTHER_LETTERS: Dict[str, Pattern[str]] = {"ru": re.compile("[іїєґўјљњћђџѓќѕ]"), "ar": re.compile("[ٹڈڑےہھںپچژ]")}
_OUR_SCRIPTS = re.compile(
    "[\u0000-\u024f\u0300-\u036f\u0400-\u04ff\u0600-\u06ff\u0900-\u097f\u0e00-\u0e7f\u1e00-\u1eff\u1100-\u11ff"
    "\u3000-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
)


def language_of_script(text: str) -> Optional[str]:
    """The language that the characters tell by themselves, unless they are a mere name in a sentence."""
    letters = sum(character.isalpha() for character in text)
    for language, characters in _SCRIPTS:
        count = len(characters.findall(text))
        if count >= 2 and count * 4 >= letters:
            return language
    return None


def is_in_another_script(text: str) -> bool:
    """Whether many of the letters belong to a script that none of our languages uses: Greek, Hebrew, Bengali …"""
    letters = [character for character in text if character.isalpha()]
    others = sum(_OUR_SCRIPTS.match(character) is None for character in letters)
    return others >= 2 and others * 4 >= len(letters)


def has_letters_of_others(text: str, language: str) -> bool:
    """Whether a text in a language's script has letters that this language does not use: Ukrainian, Serbian, Urdu …"""
    letters = _OTHER_LETTERS.get(language)
    return letters is not None and len(letters.findall(text)) * 20 >= sum(map(str.isalpha, text))


def script_of(text: str) -> Optional[str]:
    """``Hans`` or ``Hant`` for Chinese text that shows which, else None."""
    traditional = sum(character in _ONLY_TRADITIONAL for character in text)
    simplified = sum(character in _ONLY_SIMPLIFIED for character in text)
    if traditional == simplified:
        return None
    return "Hant" if traditional > simplified else "Hans"
