"""A reviewed decision wins over rules, guards and the model, and outlives everything that is derived.

Two partners list the same four officers' worth of rows; every step is the real one, from the inbox to the counts.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.conftest import LONG_AGO, PARTNER, Document, House, column
from tests.replayed import replayed
from warehouse import pipeline
from warehouse.cli import main
from warehouse.ingest.persons import reference_of_id
from warehouse.store.home import Home
from warehouse.store.keys import load_keys

OTHER = "zeta"
HEADER = "Event,Date,ID,Name,Police,Phone,Born,Sex,Province,Hours,Mark"
ONE = "Keo Sovannarith,PN-204518,012 777 401,14/03/1979,M"  # in both lists: the same id, name, date
WOMAN = "Tep Chanmony,PN-330127,012 555 912,02/11/1988,F"
MAN = "Ros Virakboth,PN-918834,016 222 350,25/06/1971,M"  # nobody's idea of the same person
LISTS = {PARTNER: {"K-1": ONE, "K-2": WOMAN}, OTHER: {"K-1": ONE, "K-3": MAN}}


def richer(document: Document, partner: str) -> None:
    """More columns to tell people apart by, and another partner's name."""
    document["id"] = partner
    document["servers"][0]["path"] = f"inbox/{partner}"
    document["customProperties"][0]["value"][0]["id"] = f"{partner}-training"
    more = [
        column(name, head, classification="restricted") for name, head in (("police_id", "Police"), ("phone", "Phone"))
    ]
    more.append(
        column("birth_date", "Born", {"dateFormats": ["%d/%m/%Y"]}, logicalType="date", classification="restricted")
    )
    more.append(column("sex", "Sex", {"codes": {"male": ["M"], "female": ["F"]}}))
    for table in document["schema"]:
        table["properties"][0]["customProperties"][0]["value"] = f"{partner}-training"
        table["properties"] += more


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(Home(tmp_path / "home", tmp_path / "partners"))
    for partner, persons in LISTS.items():
        made.describe(lambda document, partner=partner: richer(document, partner), partner)  # type: ignore[misc]
        path = made.home.root / "inbox" / partner / "plain_a.csv"
        path.parent.mkdir(parents=True)
        rows = [f"E1,05/06/2024,{own_id},{person},Kampot,6,P" for own_id, person in persons.items()]
        path.write_text("\n".join([HEADER, *rows]) + "\n")
        os.utime(path, (LONG_AGO, LONG_AGO))
    return made


def ref(partner: str, own_id: str) -> str:
    return reference_of_id(partner, own_id, load_keys())


def officers(house: House) -> dict[str, str]:
    table = pq.read_table(house.home.crosswalk, partitioning=None)
    return dict(zip(table["person_ref"].to_pylist(), table["officer_key"].to_pylist(), strict=True))


def identified(house: House) -> dict[str, str]:
    for outcome in pipeline.ingest_all(house.home, workers=1):
        assert outcome["outcome"] == "accepted", outcome
    pipeline.identify(house.home)
    return officers(house)


def decide(house: House, verdict: str, left: str, right: str) -> None:
    words = ["identity", "decide", f"--{verdict}", left, right, "--who", "registrar", "--why", "asked both partners"]
    assert main(["--home", str(house.home.root), "--contracts", str(house.home.contracts), *words]) == 0


SAME_IN_BOTH = ((PARTNER, "K-1"), (OTHER, "K-1"))
STRANGERS = ((PARTNER, "K-2"), (OTHER, "K-3"))
CASES = [
    pytest.param("not-same", SAME_IN_BOTH, id="not same beats the same police id"),
    pytest.param("same", STRANGERS, id="same beats another sex, birth year and police id"),
]


@pytest.mark.parametrize(("verdict", "who"), CASES)
def test_a_decision_beats_rules_and_guards(house: House, verdict: str, who: Any) -> None:
    left, right = (ref(*each) for each in who)
    before = identified(house)
    assert (before[left] == before[right]) == (verdict == "not-same"), "without a decision it is the other way"
    decide(house, verdict, left, right)
    after = identified(house)
    assert (after[left] == after[right]) == (verdict == "same")
    others = set(before) - {left, right}
    assert {each: after[each] for each in others} == {each: before[each] for each in others}
    decide(house, "undecided", left, right)
    again = identified(house)
    assert (again[left] == again[right]) == (before[left] == before[right])


@pytest.mark.parametrize(("verdict", "who"), CASES)
def test_a_decision_outlives_all_that_is_derived(house: House, verdict: str, who: Any) -> None:
    left, right = (ref(*each) for each in who)
    identified(house)
    decide(house, verdict, left, right)
    before, told = identified(house), house.home.decisions.read_bytes()
    assert (before[left] == before[right]) == (verdict == "same")
    for zone in ("bronze", "build", "quarantine", "vault/identity"):
        shutil.rmtree(house.home.root / zone, ignore_errors=True)
    for derived in (house.home.crosswalk, house.home.identity_pairs, house.home.identity_summary):
        derived.unlink()
    assert identified(house) == before
    assert house.home.decisions.read_bytes() == told


def test_a_decision_about_somebody_who_is_gone_is_kept_and_hinders_nobody(house: House) -> None:
    before = identified(house)
    house.home.decisions.write_text(
        f"left,right,verdict,who,when,why\n{'0' * 32},{ref(PARTNER, 'K-2')},same,x,2026-01-01T00:00:00Z,y\n"
    )
    assert identified(house) == before


def test_a_contradiction_stops_identify_and_says_where(house: House) -> None:
    identified(house)
    left, right = (ref(*each) for each in SAME_IN_BOTH)
    third = ref(PARTNER, "K-2")
    lines = [f"{a},{b},{v},x,2026-01-01T00:00:00Z,y" for a, b, v in ((left, right, "same"), (right, third, "same"))]
    lines.append(f"{left},{third},not same,x,2026-01-01T00:00:00Z,y")
    house.home.decisions.write_text("\n".join(["left,right,verdict,who,when,why", *lines]) + "\n")
    before = house.home.crosswalk.read_bytes()
    with pytest.raises(Exception, match="SALA-I102") as raised:
        pipeline.identify(house.home)
    assert "line 4 says not same, line" in str(raised.value)
    assert {"line 2", "line 3"} <= set(re.findall(r"line \d", str(raised.value)))
    assert house.home.crosswalk.read_bytes() == before


def test_published_counts_follow_the_decision_through_a_full_rebuild(
    house: House, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    query = (
        "select persons_registered from marts.officers_trained "
        "where grouping_level = 'total' and province_basis = 'duty' and population = 'all'"
    )

    def sala(*words: str) -> Any:
        capsys.readouterr()
        code = main(["--home", str(house.home.root), "--contracts", str(house.home.contracts), *words, "--json"])
        printed = capsys.readouterr()
        assert code == 0, printed.err
        return json.loads(printed.out)

    def registered() -> int:
        with replayed(house.home, date(2024, 12, 31), tmp_path / "replayed", "officers_trained") as connection:
            ((persons,),) = connection.execute(query).fetchall()
        return int(persons)

    assert len(set(identified(house).values())) == 3
    decide(house, "same", *(ref(*each) for each in STRANGERS))
    for zone in ("bronze", "build"):
        shutil.rmtree(house.home.root / zone, ignore_errors=True)
    sala("run", "--as-of", "2024-12-31", "--workers", "1")
    assert sala("query", query) == [{"persons_registered": 2}]
    assert len(sala("identity", "decisions", "list")) == 1
    decide(house, "undecided", *(ref(*each) for each in STRANGERS))
    pipeline.identify(house.home)
    assert registered() == 3, "without the decision the same deliveries count one more"
