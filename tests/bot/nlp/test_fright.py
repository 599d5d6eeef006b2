"""Whose fear it is: the writer's own, of a person; not that of others, nor of things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp import fright
from bot.nlp.normalise import key


@pytest.mark.parametrize(
    "text",
    [
        "خايفة",
        "اني بنت وخايفة من اخوي",
        "اني خايفة",
        "خايف",
        "اخاف منه",
        "اني خايفة كلش منه",
        "رجلي يضربني كل يوم واني خايفة",
        "زوجي يهددني وخايفة",
        "خايفة اهلي يعرفون",
        "خايفة رجلي يدري بيه",
        "اخاف احجي",
        "اخاف ابوي يكتلني",
        "صرت اخاف من زوجي",
        "مرعوبة منه",
        "يبتزني بصوري وخايفة من الفضيحة",
        "كلش خايفة ما ادري شسوي",
        "كل الليل خايفة",
        "خايفة على نفسي",
        "اخاف على بنتي من ابوها",
        "احنا خايفين منه يرجع",
        "نخاف نحجي يكتلونا",
        "خايفة الجيران يسمعون",
        "واني بعدني خايفة",
        "اهلي ما يدرون وخايفة",
        "i am so scared of him",
        "I'm afraid he will find out",
        "scared to talk",
        "please help, afraid of my husband",
        "دەترسم",
        "زۆر دەترسم لێی",
        "دەترسم باوکم بزانێت",
        "ez ditirsim",
        "ani khayfa minnah",
        "akhaf yi3ruf",
    ],
)
def test_whoever_is_afraid_says_so_of_themselves(text: str) -> None:
    assert fright.is_own(key(text))


@pytest.mark.parametrize(
    "text",
    [
        "الناس خايفة كلش بحي القادسية",
        "العوائل خايفة من العصابات",
        "الناس خايفة بحي القادسية ببغداد",
        "اكو مرية خايفة وتبجي",
        "الجهال خايفين ويبجون",
        "الاطفال مرعوبين من صوت الانفجار",
        "الحي كله خايف",
        "الشارع كله خايف من الرمي",
        "والعالم خايفة تطلع من البيوت",
        "اهل المنطقة خايفين يطلعون بالليل",
        "نخاف على جهالنا من الواير",
        "اخاف على جهالي من الواير المكطوع",
        "اخاف من الجلاب السائبة بالشارع",
        "اني خايف من الواير لا ينفجر",
        "خايفين البناية توكع علينا",
        "اخاف السقف يطيح",
        "i am scared of the open manhole",
        "احنا خايفين من الفيضان",
        "بنتي خايفة تروح للمدرسة",
        "طلاب المدرسة خايفين والمعلمات خايفات",
        "خايفة الناس كلها",
        "الجيران خايفين من الحريق يوصللهم",
        "كلنا خايفين بالمحلة",
        "شفت بنية خايفة بالشارع وتصيح",
        "الوالدة خايفة ومضغوطة",
        "الركاب خايفين والسايق سكران",
        "اكو عجوز خايفة ومحصورة بالطابق الثاني",
        "people are very afraid in the street",
        "the children are scared of the shooting",
        "she is scared and crying",
        "i am afraid of the stray dogs",
        "we are scared the building will collapse",
        "everyone here is terrified",
        "I'm afraid for the children because of the wires",
        "خەڵک دەترسن لە تەقینەوە",
        "منداڵەکان زۆر دەترسن",
        "من دەترسم لە سەگەکان",
        "elnas khayfa hwaya bil mantaqa",
        "il jahal khayfeen w yibchoon",
    ],
)
def test_that_others_are_afraid_or_of_things_is_no_fear_of_their_teller(text: str) -> None:
    assert not fright.is_own(key(text))


@given(st.text(max_size=120))
def test_any_text_is_answered(text: str) -> None:
    assert fright.is_own(key(text)) in {True, False}
