"""Normal forms: what is written differently and is the same, and what only looks alike."""

from __future__ import annotations

import pytest

from warehouse.identity import contacts, khmer
from warehouse.identity.features import transposed
from warehouse.identity.names import khmer_name, latin_name, necklace
from warehouse.identity.romanisation import CLASS_RULES, SKELETON_RULES, skeleton, sound_class


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ស្រី", "ស\u17d2រ\u200bី"),  # a zero-width space inside
        ("សុំ", "ស\u17c6\u17bb"),  # the nasal sign typed before the vowel
        ("កោ", "ក\u17c1\u17b6"),  # one vowel typed as its two halves
        ("ស្ត្រី", "ស\u17d2រ\u17d2តី"),  # subscript Ro comes last
        ("បណ្ឌិត", "បណ\u17d2ឌិត\u200c"),
        ("ន្ត", "ន\u17d2\u178a"),  # subscript Da looks like subscript Ta
        ("១២៣", "123"),
    ],
)
def test_khmer_that_looks_the_same_is_the_same(one: str, other: str) -> None:
    assert khmer.normal(one) == khmer.normal(other)
    assert khmer.normal(khmer.normal(other)) == khmer.normal(other)


def test_khmer_letters_that_differ_stay_apart() -> None:
    assert khmer.normal("សុភា") != khmer.normal("សុភាព")
    assert khmer.normal("កា") != khmer.normal("កី")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sok", "Sokh"),
        ("Chan", "Chann"),
        ("Srey", "Srei"),
        ("Ly", "Lee"),
        ("Vuthy", "Wuthi"),
        ("Sophea", "Sophia"),
        ("Bopha", "Bophar"),
        ("Keo", "Kaev"),
        ("Chhay", "Chhai"),
        ("Touch", "Tuch"),
        ("Tep", "Teb"),
        ("Heng", "Haeng"),
    ],
)
def test_romanisations_of_one_name_have_one_class(one: str, other: str) -> None:
    assert sound_class(one.lower()) == sound_class(other.lower())


@pytest.mark.parametrize(("one", "other"), [("sophea", "sopheap"), ("dara", "vanna"), ("sok", "som"), ("chan", "chea")])
def test_other_names_have_another_class_and_skeleton(one: str, other: str) -> None:
    assert sound_class(one) != sound_class(other)
    assert skeleton(sound_class(one)) != skeleton(sound_class(other))


def test_d_and_t_are_one_consonant_of_the_skeleton_only() -> None:
    assert sound_class("dara") != sound_class("tara")
    assert skeleton(sound_class("dara")) == skeleton(sound_class("tara"))


def test_every_rule_of_sound_has_its_reason() -> None:
    assert len(CLASS_RULES) > 10
    assert all(rule.reason for rule in (*CLASS_RULES, *SKELETON_RULES))


def test_order_and_parting_of_a_name_do_not_matter() -> None:
    names = [
        latin_name(text) for text in ("SOK Chan Dara", "Chan Dara Sok", "Sok Chandara", "Chandara SOK", "Sok Chan-Dara")
    ]
    assert len({name.key for name in names}) == 1
    assert names[0].first == names[3].last == "sok Candara".replace("sok", "sOk")
    assert khmer_name("សុខ ចាន់តារា").key == khmer_name("ចាន់តារា សុខ").key


def test_a_necklace_has_no_beginning() -> None:
    assert necklace("abc") == necklace("cab") == "abc"
    assert necklace("abc") != necklace("acb")
    assert necklace("") == ""


@pytest.mark.parametrize(
    "text", ["Pol. Col. Sok Dara", "Mr Sok Dara", "Lok Srey Sok Dara", "H.E. Sok Dara", "Neang Sok Dara", "Sok  Dara"]
)
def test_styles_and_ranks_are_no_part_of_a_name(text: str) -> None:
    assert latin_name(text).key == latin_name("Sok Dara").key


def test_a_style_that_is_all_there_is_stays() -> None:
    assert latin_name("Srey Neang").words == ("srey", "neang")
    assert latin_name("General").words == ("general",)
    assert latin_name("123 --").words == ()
    assert khmer_name("លោកស្រី សុខ តារា").key == khmer_name("សុខ តារា").key


@pytest.mark.parametrize(
    "text", ["012 345 678", "+855 12 345 678", "85512345678", "12345678", "០១២ ៣៤៥ ៦៧៨", "012-345-678"]
)
def test_one_phone_has_one_form(text: str) -> None:
    assert contacts.phone(text) == "+85512345678"


@pytest.mark.parametrize("text", ["", "-", "unknown", "0", "12"])
def test_what_cannot_be_a_phone_is_none(text: str) -> None:
    assert contacts.phone(text) is None


def test_police_ids_keep_zeros_and_lose_marks() -> None:
    assert contacts.police_id("0012-3456") == contacts.police_id("០០១២ ៣៤៥៦") == "00123456"
    assert contacts.police_id("n/a") is None
    assert contacts.police_id("0000") is None


def test_email_and_sex() -> None:
    assert contacts.email(" Sok.Dara@Example.ORG ") == "sok.dara@example.org"
    assert contacts.email("none") is None
    assert contacts.sex("unknown") is None


def test_a_date_is_transposed_only_where_that_is_another_date() -> None:
    assert transposed("1980-03-04") == "1980-04-03"
    assert transposed("1980-03-13") is None
    assert transposed("1980-03-03") is None
