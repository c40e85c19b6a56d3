"""What the models of intents learn, and that they answer as scikit-learn would."""

import pickle

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.grams import WeightedGrams
from bot.nlu.intent_model import ConceptModel, IntentModel, IntentModels, with_pairs

ENGLISH = [
    (("where is my parcel", ("PARCEL", "WHERE")), "ask_order_status"),
    (("where is it now", ("WHERE",)), "ask_order_status"),
    (("when will it come", ("WHEN",)), "ask_order_status"),
    (("i want my money back", ("MONEY_BACK",)), "request_refund"),
    (("refund me please", ("MONEY_BACK",)), "request_refund"),
    (("give the money back", ("MONEY_BACK",)), "request_refund"),
    (("hello there", ()), "greet"),
    (("hello", ("GREETING",)), "greet"),
    (("good morning", ("GREETING",)), "greet"),
]
GERMAN = [
    (("wo ist mein paket", ("PARCEL", "WHERE")), "ask_order_status"),
    (("wann kommt es", ("WHEN",)), "ask_order_status"),
    (("geld zurück bitte", ("MONEY_BACK",)), "request_refund"),
    (("ich will mein geld", ("MONEY_BACK",)), "request_refund"),
    (("hallo", ("GREETING",)), "greet"),
    (("guten tag", ("GREETING",)), "greet"),
]


def split(rows):
    return [example for example, _ in rows], [intent for _, intent in rows]


@pytest.fixture(scope="module")
def models() -> IntentModels:
    learnt = {"en": split(ENGLISH), "de": split(GERMAN)}
    return IntentModels.train(
        {name: examples for name, (examples, _) in learnt.items()},
        {name: intents for name, (_, intents) in learnt.items()},
    )


@pytest.mark.parametrize(("example", "intent"), ENGLISH)
def test_what_was_learnt_is_known(models, example, intent):
    assert models.ranking("en", example)[0][0] == intent


def test_a_message_is_read_without_its_concepts_too(models):
    assert models.ranking("en", ("i want my money back", ()))[0][0] == "request_refund"


def test_a_concept_is_read_in_words_that_were_never_seen(models):
    assert models.ranking("en", ("xyzzy", ("MONEY_BACK",)))[0][0] == "request_refund"


def test_probabilities_are_ordered_and_sum_to_one(models):
    shares = [share for _, share in models.ranking("de", ("wo ist das geld", ("WHERE", "MONEY_BACK")))]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)


def test_a_language_without_a_model_is_read_by_the_english_one(models):
    asked = ("where is my parcel", ("PARCEL", "WHERE"))
    assert models.ranking("xx", asked) == models.ranking("en", asked)


def test_a_stored_model_reads_the_same(models):
    again = pickle.loads(pickle.dumps(models))
    asked = ("wann kommt mein paket", ("WHEN", "PARCEL"))
    assert again.ranking("de", asked) == models.ranking("de", asked)


def test_a_language_that_lacks_an_intent_is_named():
    examples, intents = split(ENGLISH)
    with pytest.raises(ValueError, match="de has no utterances for greet"):
        IntentModels.train({"en": examples, "de": examples[:6]}, {"en": intents, "de": intents[:6]})


def test_what_stands_together_is_known_as_a_pair():
    assert with_pairs(("WHERE", "PARCEL")) == ["PARCEL", "WHERE", "PARCEL+WHERE"]


def test_unknown_words_and_concepts_leave_only_what_is_common():
    model = IntentModel.train(*split(ENGLISH))
    nothing = model.probabilities(("9", ()))
    assert np.allclose(nothing, model.probabilities(("9", ("NO_SUCH_CONCEPT",))))
    concepts = ConceptModel.train([names for names, _ in [(e[1], i) for e, i in ENGLISH]], split(ENGLISH)[1])
    assert np.allclose(concepts.probabilities(()), concepts.probabilities(("NO_SUCH_CONCEPT",)))


@pytest.mark.parametrize("text", ["where is my money", "hello hello hello", "नमस्ते जी", "zzz", ""])
def test_weights_are_those_of_scikit_learn(text):
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, dtype=np.float32)
    vectorizer.fit([example[0] for example, _ in ENGLISH])
    columns, weights = WeightedGrams(vectorizer).row(text)
    wanted = vectorizer.transform([text])
    mine = csr_matrix((weights, ([0] * len(columns), columns)), shape=wanted.shape)
    assert abs(mine - wanted).max() == pytest.approx(0, abs=1e-6)
