"""A deployment's own words: whole words under any spelling and clitic, the gravest of equal phrases."""

from bot.nlp.normalise import key
from bot.nlp.words import Danger, Term, Words
from bot.vocabulary import Category, Urgency


def test_a_danger_phrase_is_heard_with_its_clitics() -> None:
    own = Words(danger=(Danger("الورده البيضه", Urgency.EMERGENCY),))
    assert own.dangers_in(key("وصلت بالوردة البيضة اليوم"))
    assert not own.dangers_in(key("وردة حمرة"))


def test_equal_phrases_keep_the_gravest_of_both() -> None:
    own = Words(danger=(Danger("وردة", Urgency.HIGH, sensitive=True), Danger("ورده", Urgency.EMERGENCY)))
    (found,) = own.dangers_in(key("وردة"))
    assert (found.urgency, found.sensitive) == (Urgency.EMERGENCY, True)


def test_one_phrase_may_speak_for_two_categories() -> None:
    own = Words(terms=(Term("كبسلة", Category.DRUGS), Term("كبسله", Category.CHILD_PROTECTION)))
    assert {term.category for term in own.terms_in(key("كبسله"))} == {Category.DRUGS, Category.CHILD_PROTECTION}


def test_without_own_words_nothing_is_heard() -> None:
    assert Words().dangers_in(key("أي شي")) == ()
    assert Words().terms_in("") == ()
