"""Languages that we neither answer nor have a word in: of those who work, study, travel or do business in Iraq.

Which of them it is does not matter here, only that it is none of ours: then a person is looked for who reads it. In
letters that nobody in Iraq writes, the letters tell; in Latin ones the commonest words do; in Arabic ones the letters
that Urdu and Pashto have for themselves.
"""

import re
from collections.abc import Sequence
from typing import Final

# French, Spanish, Portuguese and Italian, German, Filipino and Bisaya, Indonesian and Malay, Swahili and Luganda,
# then, typed in Latin letters, Hindi, Urdu, Bengali and Nepali, Russian, Polish and Romanian, Amharic, Vietnamese and
# Chinese. Without the words that Arabizi, English, Kurmanji or Turkish write too: "la", "ma", "el", "on", "di".
_LANGUAGES: Final = tuple(
    frozenset(words.split())
    for words in """
    je tu il elle nous vous ils le les des une et est sont dans pour avec sur pas mon mes notre votre leur qui que
    quelqu'un j'ai c'est n'est qu'il d'un d'une l'hôpital l'ambassade été très aidez aidez-moi secours s'il plaît
    hier soir devant maison voiture volé police-secours passeport patron argent coups feu rue merci bonjour

    yo tú él ella nosotros los las unos una y es son está estan están para por con sin del mi mis su sus que quien
    ayuda ayúdenme favor anoche ayer casa coche robaron robado entraron ladrones calle policía policia pasaporte
    jefe dinero gracias hola pegando pega disparos hermano hija hijo muy

    eu você nós não uma meu minha foi roubado ajuda ajudem por obrigado io sono mia mio mi hanno rubato aiuto
    aiutatemi per favore della nella ieri sera macchina casa passaporto grazie ciao non che con una

    ich mein meine meinen meinem der das und ist nicht wurde mir mich wir sie vor dem den gestern abend hilfe bitte
    haus auto gestohlen schlägt polizei strasse straße reisepass chef danke hallo jemand

    ang ng mga po nyo niyo sa ko mo siya sila kami namin kanila hindi wala may naman lang yung nila ninakaw tulong
    tulungan saklolo amo pasaporte sinasaktan binubugbog kagabi kahapon bahay inaagaw kuha pera sahod akong ug nga
    dili ako nako tabang

    saya aku kami dia mereka yang tidak dengan untuk dari pada ada sudah belum adalah majikan gaji paspor tolong
    bantu rumah kemarin malam dipukul memukul disiksa dicuri uang teman keluarga terima kasih selamat

    mimi yangu wangu nisaidie tafadhali mwajiri boss ananipiga hanilipi mshahara pasipoti nyumba jana usiku polisi
    kwa hapa sina nina nataka asante habari nyambako njagala tusaidie omukama wange mukama

    mera mere meri mujhe muje mujko hai hain nahi nahin kya kar karo karna raha rahi rahe liya gaya diya mein maine
    aur bachao madad kripya malik chori paise ghar amar amake amader ami tumi koreche kore korun sahajjo bachan mero
    malai chha cha chhaina garnu gardai sahayog maddat ramro kafeel

    ya menya moya moyu pomogite pozhaluysta ukrali vchera mashinu nie jest się mnie moje ukradli pomocy proszę eu
    mea mi-au furat ajutor vă rog

    ene yene ebakachu ebakih irdugn erdugn yirdugn aserie asriye bet wendime gedelut new neger selam tiru

    tôi bị của không và cho giúp xin cứu nhà ông chủ wo bei wode qing bang
    """.split("\n\n")
)
_FOREIGN_SIGN: Final = re.compile("[éèàùœæñãõóáíúßìòąęłńśźżđơưăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉĩịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹý¿¡]")
# A letter, but none of the Latin, Arabic or Syriac blocks.
_FOREIGN_LETTER: Final = re.compile(
    r"[^\W\d_\x00-\u036f\u0600-\u077f\u0860-\u086f\u08a0-\u08ff\u1e00-\u1eff\ufb50-\ufdff\ufe70-\ufeff]"
)
_URDU_OR_PASHTO: Final = re.compile("[ٹڈںےہۓټډړږښګڼېۍٺڄ]")
_URDU_WORDS: Final = frozenset(
    "میں ہے ہیں مجھے مجھ میرا میری میرے ہمارا ہمارے ہمیں نہیں کریں کرو رہا رہی رہے گیا گئی گئے لیا دیا کیا تھا تھی اور "
    "کا کی کے کو نے سے پر مدد بچاؤ براہ مہربانی".split()
)
# Headlines and adverts name things and have few of the words that make a sentence English.
_ENGLISH_THINGS: Final = frozenset(
    "school teacher teachers girls boys men women kids children student students old dirty words pills drugs offer "
    "sale discount price phones iphone battery card cards sim residency work job road street lane block closed open "
    "blocked truck trucks cars bike stolen delivery bomb threat unknown parcel armed clash fight shooting shots "
    "fire gun used well without near outside beside between under two three happy team all foreigners dogs bit "
    "clinic hospital ambulance doctor neighbour neighbours water power electricity broken garbage noise missing "
    "killed kidnapped blackmail office officer station report need urgent wanted new today tomorrow yesterday guard "
    "call number message".split()
)
_ENOUGH: Final = 2
_SHORT: Final = 4  # words


def letters(text: str) -> int:
    """How many letters of a text belong to none of the scripts that are written here."""
    return len(_FOREIGN_LETTER.findall(text))


def in_latin(text: str, words: Sequence[str]) -> int:
    """How much a text in Latin letters, lower case, reads like one of these languages: words of one, and its signs."""
    typed = [word.replace("’", "'") for word in words]
    return max(sum(word in known for word in typed) for known in _LANGUAGES) + len(_FOREIGN_SIGN.findall(text))


def in_arabic(text: str, words: Sequence[str]) -> bool:
    """Whether a text in Arabic letters is in Urdu or Pashto."""
    signs = len(_URDU_OR_PASHTO.findall(text))
    return signs > 0 and signs + sum(word in _URDU_WORDS for word in words) > _ENOUGH


def hardly_english(words: Sequence[str], score: int) -> bool:
    """Whether one word alone, as others write it too ("on", "me"), makes a longer text English. score: its hits."""
    return score <= 1 and len(words) > _SHORT and _ENGLISH_THINGS.isdisjoint(words)
