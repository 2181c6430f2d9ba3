"""Reading the contracts folder: strict YAML, one partner's mistakes do not stop another, nothing is shared."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import House
from warehouse.contract import ContractUnknown, check_contracts, find, load_contracts


def write(house: House, text: str | bytes) -> None:
    data = text.encode() if isinstance(text, str) else text
    (house.home.contracts / "acme" / "contract.odcs.yaml").write_bytes(data)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("id: acme\nkind: DataContract\nid: acme\n", "the key 'id' stands twice"),
        ("schema:\n  - {name: a, name: b}\n", "the key 'name' stands twice"),
        ("id: [acme\n", "while parsing"),
        (b"name: \xff\xfe\n", "utf-8"),
        ("- a\n- b\n", "[a, b]"),
        ("", "null"),
        ("just text", "'just text'"),
        ("{[a]: b}\n", "unhashable"),
    ],
)
def test_a_file_that_is_no_contract_is_told_with_its_place(house: House, text: str | bytes, found: str) -> None:
    write(house, text)
    contracts, mistakes = check_contracts(house.home.contracts)
    assert contracts == ()
    assert found in mistakes[0].found
    assert mistakes[0].path
    assert mistakes[0].action


def test_a_key_given_twice_is_told_with_its_line(house: House) -> None:
    write(house, "id: acme\nkind: DataContract\nid: acme\n")
    assert check_contracts(house.home.contracts)[1][0].path == "line 3, column 1"


def test_merge_keys_of_yaml_are_understood(house: House) -> None:
    path = house.home.contracts / "acme" / "contract.odcs.yaml"
    text = path.read_text(encoding="utf-8")
    owner = "  - username: data@example.org\n    role: owner\n"
    assert owner in text
    text = text.replace(owner, "  - &m\n    username: data@example.org\n    role: owner\n  - {<<: *m, role: reader}\n")
    write(house, text)
    assert load_contracts(house.home.contracts)[0].owner == "data@example.org"


def test_a_partner_folder_without_a_contract_is_a_mistake(house: House) -> None:
    (house.home.contracts / "empty").mkdir()
    contracts, mistakes = check_contracts(house.home.contracts)
    assert [c.id for c in contracts] == ["acme"], "the other partner's contract can still be used"
    assert mistakes[0].file == "empty/contract.odcs.yaml"
    assert mistakes[0].found == "no such file"


@pytest.mark.parametrize("make", [True, False])
def test_a_contracts_folder_without_partners_is_a_mistake(tmp_path: Path, make: bool) -> None:
    folder = tmp_path / "partners"
    if make:
        folder.mkdir()
    contracts, mistakes = check_contracts(folder)
    assert contracts == ()
    assert mistakes[0].found == "no partner folder"


def test_two_partners_share_neither_inbox_nor_programme(house: House) -> None:
    house.describe(lambda d: d.update(id="zeta"), partner="zeta")
    contracts, mistakes = check_contracts(house.home.contracts)
    assert [c.id for c in contracts] == ["acme"]
    assert {(m.file, m.path) for m in mistakes} == {
        ("zeta/contract.odcs.yaml", "servers[0].path"),
        ("zeta/contract.odcs.yaml", "customProperties.programmes"),
    }


def test_an_unknown_partner_gets_the_nearest_name(house: House) -> None:
    with pytest.raises(ContractUnknown, match="did you mean 'acme'"):
        find(load_contracts(house.home.contracts), "acne")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("att_a.csv", ("attendance_list/a", 1)),
        ("att_a_v3.csv", ("attendance_list/a", 3)),
        ("att_a_v២.csv", ("attendance_list/a", 2)),
        ("att_a_v20240131.csv", ("attendance_list/a", 20240131)),
        ("att_a_v20240131123000.csv", None),  # beyond the 32 bits the warehouse keeps it in
        ("att_a_v99999999999999999999.csv", None),
        ("att_A.csv", None),
        ("xatt_a.csv", None),
        ("att_a.csv\n", None),
        ("att_\udcff.csv", None),
    ],
)
def test_names_of_files_give_slot_and_revision(house: House, name: str, expected: tuple[str, int] | None) -> None:
    found = house.contract.table_for(name)
    assert (found[0].slot_and_revision(found[1]) if found else None) == expected


def test_a_name_that_is_no_text_matches_no_pattern(house: House) -> None:
    house.describe(lambda d: d["schema"][0]["customProperties"][1].update(value=r"(?P<any>[^_]+)\.csv"))
    assert house.contract.table_for("list.csv")
    for name in ("a\nb.csv", "a\x1bb.csv", "a\udcffb.csv", "a\x7fb.csv"):
        assert house.contract.table_for(name) is None, repr(name)


def test_a_contract_that_was_read_before_is_known_by_its_text_and_has_the_folder_it_lies_in(house: House) -> None:
    (first,) = load_contracts(house.home.contracts)
    other = house.home.contracts.with_name("others")
    shutil.copytree(house.home.contracts, other)
    (again,) = load_contracts(other)
    assert (first.folder, again.folder) == (house.home.contracts / "acme", other / "acme")
    assert again.tables is first.tables, "the same text is not read twice"
    house.describe(lambda d: d.update(name="Another"))
    (changed,) = load_contracts(house.home.contracts)
    assert (changed.name, again.name) == ("Another", first.name)
