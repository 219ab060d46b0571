"""The table of country names is whole and clean, and each language has its own order."""

import csv
import re
import unicodedata
from collections import Counter
from importlib.resources import files

import pytest

from reflect2protect.core.countries import country_choices, country_name, is_country
from reflect2protect.core.languages import LANGUAGES

SLUGS = ["ar", "zh-hans", "en", "fr", "ru", "es"]

# The countries of the series, as the campaign's facts give them (ar, zh, en, fr, ru, es).
SERIES = """
BD|بنغلاديش|孟加拉国|Bangladesh|Bangladesh|Бангладеш|Bangladesh
CO|كولومبيا|哥伦比亚|Colombia|Colombie|Колумбия|Colombia
GT|غواتيمالا|危地马拉|Guatemala|Guatemala|Гватемала|Guatemala
MD|جمهورية مولدوفا|摩尔多瓦共和国|Republic of Moldova|République de Moldova|\
Республика Молдова|República de Moldova
ML|مالي|马里|Mali|Mali|Мали|Malí
PG|بابوا غينيا الجديدة|巴布亚新几内亚|Papua New Guinea|Papouasie-Nouvelle-Guinée|\
Папуа-Новая Гвинея|Papua Nueva Guinea
PH|الفلبين|菲律宾|Philippines|Philippines|Филиппины|Filipinas
RS|صربيا|塞尔维亚|Serbia|Serbie|Сербия|Serbia
TN|تونس|突尼斯|Tunisia|Tunisie|Тунис|Túnez
US|الولايات المتحدة الأمريكية|美利坚合众国|United States of America|États-Unis d'Amérique|\
Соединенные Штаты Америки|Estados Unidos de América
YE|اليمن|也门|Yemen|Yémen|Йемен|Yemen
""".strip().splitlines()

# A letter of another script would be a slip of the keyboard (a Latin "C" in a Russian name).
SCRIPTS = dict(zip(SLUGS, ["ARABIC", "CJK", "LATIN", "LATIN", "CYRILLIC", "LATIN"], strict=True))


def rows() -> list[list[str]]:
    table = files("reflect2protect.core").joinpath("data", "countries.tsv")
    lines = table.read_text(encoding="utf-8").splitlines()
    return list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def place(code: str, language: str) -> int:
    return [choice[0] for choice in country_choices(language)].index(code)


def test_the_columns_are_the_code_and_the_six_languages() -> None:
    assert rows()[0] == ["code", *SLUGS]
    assert list(LANGUAGES) == SLUGS


def test_there_are_195_countries_with_six_names_each() -> None:
    assert len(rows()[1:]) == 195
    for row in rows()[1:]:
        assert len(row) == 7, row
        assert all(row), row


def test_codes_are_two_capitals_unique_and_in_order() -> None:
    codes = [row[0] for row in rows()[1:]]
    assert all(re.fullmatch("[A-Z]{2}", code) for code in codes)
    assert codes == sorted(set(codes))
    assert {"VA", "PS"} <= set(codes)


@pytest.mark.parametrize("column", range(1, 7))
def test_no_name_stands_twice_in_a_language(column: int) -> None:
    counted = Counter(row[column] for row in rows()[1:])
    assert [name for name, times in counted.items() if times > 1] == []


def test_names_have_no_stray_whitespace_or_invisible_signs() -> None:
    for row in rows():
        for field in row:
            assert field == " ".join(field.split()), row
            assert field == unicodedata.normalize("NFC", field), row
            assert field.isprintable(), row


@pytest.mark.parametrize("language", SLUGS)
def test_letters_belong_to_the_script_of_the_language(language: str) -> None:
    for _, name in country_choices(language):
        for letter in filter(str.isalpha, name):
            assert unicodedata.name(letter).startswith(SCRIPTS[language]), (name, letter)


@pytest.mark.parametrize("line", SERIES)
def test_the_countries_of_the_series_are_named_as_in_the_facts(line: str) -> None:
    code, *names = line.split("|")
    assert [country_name(code, language) for language in SLUGS] == names


def test_names_follow_the_united_nations_not_the_platform() -> None:
    assert country_name("CZ", "fr") == "Tchéquie"
    assert country_name("TR", "en") == "Türkiye"
    assert country_name("NL", "en") == "Netherlands (Kingdom of the)"
    assert country_name("VN", "es") == "Viet Nam"


def test_an_unknown_code_or_language_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="'XX'"):
        country_name("XX", "en")
    with pytest.raises(KeyError, match="'de'"):
        country_name("ML", "de")
    with pytest.raises(KeyError, match="'de'"):
        country_choices("de")


def test_a_code_is_known_in_capitals_only() -> None:
    assert is_country("ML")
    assert not any(is_country(code) for code in ("ml", "XX", "", "code"))


@pytest.mark.parametrize("language", SLUGS)
def test_every_country_is_offered_once(language: str) -> None:
    choices = country_choices(language)
    assert len({code for code, _ in choices}) == len(choices) == 195
    assert all(name == country_name(code, language) for code, name in choices)


def test_a_caller_cannot_spoil_the_choices_for_the_next() -> None:
    country_choices("en").clear()
    assert len(country_choices("en")) == 195


def test_accents_do_not_move_a_name() -> None:
    assert place("ES", "fr") < place("US", "fr") < place("ET", "fr")  # Espagne États-Unis Éthiopie
    assert place("ML", "es") < place("MT", "es")  # Malí Malta
    assert place("TR", "en") < place("TM", "en")  # Türkiye Turkmenistan


def test_russian_keeps_its_alphabet() -> None:
    assert place("IT", "ru") < place("YE", "ru") < place("CV", "ru")  # Италия Йемен Кабо-Верде


def test_arabic_overlooks_the_article_and_the_forms_of_alif() -> None:
    assert place("BR", "ar") < place("BB", "ar")  # filed under ب, not under ا
    assert place("IS", "ar") < place("BB", "ar")  # آ before ب
    assert place("NL", "ar") < place("YE", "ar")  # ه before ي


def test_chinese_is_in_the_order_of_the_english_names() -> None:
    assert [code for code, _ in country_choices("zh-hans")] == [
        code for code, _ in country_choices("en")
    ]
