"""A person is erased everywhere, it is proved by a search, nothing brings them back, and law 1 still balances."""

from __future__ import annotations

import io
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import PARTNER, listing, row
from tests.contract_changes import set_custom
from tests.unit.vault.conftest import GONE, Household, files_of
from warehouse import pipeline
from warehouse.connectors.connection import Connection
from warehouse.reporting import give_back
from warehouse.store import erasures, ledger, snapshots
from warehouse.store.archive import originals
from warehouse.store.files import write_parquet
from warehouse.store.keys import load_keys
from warehouse.store.sealed import seal, seal_table, unseal, unseal_table
from warehouse.vault.erase import BronzeLost, search
from warehouse.vault.persons import PersonUnknown
from warehouse.vault.verify import verify

TODAY = "2024-12-31"
WORDS = (GONE, "K-0002")


def erase(household: Household, person: str | None, alone: bool = False) -> list[dict[str, object]]:
    from warehouse.vault.erase import erase as run

    return run(household.home, load_keys(), person, TODAY, alone)


def state(household: Household) -> dict[str, list[dict[str, object]]]:
    return {zone: household.zone(zone) for zone in ("bronze", "quarantine")} | {"vault": household.vault_rows()}


def test_a_person_is_found_before_and_nowhere_after(household: Household) -> None:
    home, reference = household.home, household.reference()
    before = search(home, load_keys(), WORDS)
    assert {path.split("/")[0] for path in before.found} == {"vault", "archive"}
    assert len(before.found) == 2 + 3, "two vault files, three originals: one of a file held"
    (report,) = erase(household, reference)
    after = search(home, load_keys(), WORDS)
    assert (after.found, after.found_in_inbox, after.unreadable) == ([], [], [])
    assert after.files == report["searched"]["files"]  # type: ignore[index]
    assert report["searched"]["sealed_files_opened"] == after.sealed > 0  # type: ignore[index]
    assert (report["persons"], report["deliveries"], report["rows"], report["finished"]) == (1, 3, 3, True)
    assert (report["found"], report["inbox_files_removed"]) == ([], 3)
    assert not any(word in json.dumps(report) for word in WORDS)
    household.balanced()
    refused = [r for r in household.zone("quarantine") if r["rule"] == "person_erased"]
    assert {r["code"] for r in refused} == {"SALA-R016"}
    assert len(refused) == 3
    assert {r["name_latin"] for r in household.vault_rows()} == {"Canary Dara1", "Canary Dara4", *("Canary Dara6",)} | {
        "Canary Dara7"
    }
    assert reference not in {r["person_ref"] for r in household.zone("bronze")}
    assert reference.encode() not in b"".join(files_of(home.root).values())
    assert verify(home, load_keys())["problems"] == []


def test_a_file_sent_again_brings_nobody_back_and_ends_as_the_erasure_left_it(household: Household) -> None:
    contents = {path.name: path.read_bytes() for path in household.house.path("x").parent.iterdir()}
    erase(household, household.reference())
    after = state(household)
    for name, content in contents.items():
        household.house.deliver(f"{name.removesuffix('.csv')} (1).csv", content)
    assert {o["outcome"] for o in pipeline.ingest_all(household.home, workers=1)} == {"repeat"}
    assert state(household) == after
    shutil.rmtree(household.home.root / "bronze")
    shutil.rmtree(household.home.root / "quarantine")
    shutil.rmtree(household.home.ledger)
    pipeline.ingest_all(household.home, workers=1)
    assert state(household) == after, "ingested after the erasure, or erased after it was ingested: the same"
    household.balanced()
    found = search(household.home, load_keys(), WORDS)
    assert [p for p in found.found if "held" not in p and not is_held(household, p)] == []


def test_originals_that_were_sealed_before_they_were_compressed_are_found_opened_and_removed(
    household: Household,
) -> None:
    home, keys = household.home, load_keys()
    for original in originals(home):
        former = original.with_name(original.name.replace(".zst.age", ".age"))
        with io.BytesIO(unseal(keys, original)) as plain:
            seal(home, keys, plain, former)
        original.unlink()
    before = originals(home)
    assert verify(home, keys)["problems"] == []
    shutil.rmtree(home.root / "bronze")
    pipeline.ingest_all(home, workers=1)
    assert originals(home) == before, "what is there is not sealed a second time"
    erase(household, household.reference())
    assert len(originals(home)) == len(before) - 3
    assert search(home, keys, WORDS).found == []
    assert verify(home, keys)["problems"] == []


def is_held(household: Household, path: str) -> bool:
    """True for the original of a file that is held and nobody could read."""
    record = ledger.read(household.home, Path(path).name.partition(".")[0])
    return record is not None and record.outcome == "held"


def test_another_file_with_the_person_is_accepted_without_them(household: Household) -> None:
    erase(household, household.reference())
    outcome = household.house.ingest("att_new.csv", listing(row(2, Event="E7"), row(9, Event="E7")))
    assert (outcome["outcome"], outcome["rows_accepted"], outcome["rows_quarantined"]) == ("accepted", 1, 1)
    household.balanced()
    assert search(household.home, load_keys(), WORDS).found == []
    assert not household.home.archive(PARTNER, outcome["delivery_id"]).exists()
    assert search(household.home, load_keys(), WORDS).found_in_inbox == [f"inbox/{PARTNER}/att_new.csv"]


def test_lost_bronze_comes_back_without_the_person_and_with_everybody_else(household: Household) -> None:
    erase(household, household.reference())
    after = state(household)
    shutil.rmtree(household.home.root / "bronze")
    shutil.rmtree(household.home.root / "quarantine")
    pipeline.ingest_all(household.home, workers=1)
    assert state(household) == after


def test_a_kill_at_any_point_is_mended_by_running_it_again(household: Household, tmp_path: Path) -> None:
    reference = household.reference()
    copy = tmp_path / "copy"
    shutil.copytree(household.home.root, copy)
    erase(household, reference)
    wanted = state(household)
    shutil.rmtree(household.home.root)
    shutil.copytree(copy, household.home.root)
    for place in range(0, 60, 4):  # each time from where the last kill left it
        done = household.sala("vault", "erase", reference, "--json", bomb=place % 12)
        if done.returncode == 0:
            break
        assert done.returncode < 0, done.stderr
        household.house.deliver("att_a (2).csv", household.house.path("plain_c.csv").read_bytes())
    erase(household, None)
    assert state(household) == wanted
    assert search(household.home, load_keys(), WORDS).found == []
    assert list(household.home.erasures.glob("*.age")) == []
    household.balanced()


def test_what_the_search_finds_is_told_by_place_and_can_be_mended(household: Household) -> None:
    reference = household.reference()
    planted = household.home.reports / "planted.log"
    planted.parent.mkdir(exist_ok=True)
    planted.write_bytes(f"could not read {GONE}".encode("utf-16-le"))
    (report,) = erase(household, reference)
    assert (report["found"], report["finished"]) == (["reports/planted.log"], False)
    assert [e.finished for e in erasures.read_all(household.home)] == [False]
    planted.unlink()
    (report,) = erase(household, reference)
    assert (report["found"], report["finished"]) == ([], True)
    (again,) = erase(household, reference)
    assert again["already"] is True
    assert erase(household, None) == []


def test_a_name_that_begins_another_ones_is_no_trace_of_the_erased(household: Household) -> None:
    household.house.ingest("att_l.csv", listing(row(8, Name=f"{GONE} Vichea", Event="E8")))
    (report,) = erase(household, household.reference())
    assert (report["found"], report["finished"], report["searched"]["shared_with_others"]) == ([], True, 1)  # type: ignore[index]
    assert f"{GONE} Vichea" in {r["name_latin"] for r in household.vault_rows()}


def test_an_officer_is_erased_with_every_appearance_and_what_identity_kept(household: Household) -> None:
    home, keys = household.home, load_keys()
    one, two, third = (household.reference(f"Canary Dara{n}") for n in (1, 2, 4))
    crosswalk = pa.table({"person_ref": [one, two, third], "officer_key": ["officer-1", "officer-1", "officer-2"]})
    write_parquet(home, home.crosswalk, crosswalk)
    write_parquet(home, home.identity_pairs, pa.table({"left": [one, one], "right": [two, third]}))
    seal_table(home, keys, pa.table({"person_ref": [one, two, third], "name": ["a", "b", "c"]}), home.identity_features)
    home.decisions.write_text(f"left,right,verdict,why\n{one},{third},same,Canary Dara1 said so\nx,y,same,z\n")
    (report,) = erase(household, "officer-1")
    assert (report["persons"], report["rows"]) == (2, 4)
    assert unseal_table(keys, home.identity_features)["person_ref"].to_pylist() == [third]
    assert len(pa.parquet.read_table(home.identity_pairs)) == 0
    assert pa.parquet.read_table(home.crosswalk)["officer_key"].to_pylist() == ["officer-2"]
    assert home.decisions.read_text() == "left,right,verdict,why\nx,y,same,z\n"
    (again,) = erase(household, "officer-1")
    assert again["already"] is True


def test_one_appearance_alone_leaves_the_others(household: Household) -> None:
    one, two = household.reference("Canary Dara1"), household.reference()
    crosswalk = pa.table({"person_ref": [one, two], "officer_key": ["officer-1"] * 2})
    write_parquet(household.home, household.home.crosswalk, crosswalk)
    erase(household, two, alone=True)
    assert one in {r["person_ref"] for r in household.vault_rows()}
    assert two not in {r["person_ref"] for r in household.vault_rows()}


def test_nobody_known_or_a_home_not_fit_changes_nothing(household: Household) -> None:
    before = files_of(household.home.root)
    for nobody in ("0" * 32, "Canary Dara2", ""):
        with pytest.raises(PersonUnknown) as raised:
            erase(household, nobody)
        assert "Canary" not in str(raised.value)
    assert files_of(household.home.root) == before
    bronze = next((household.home.root / "bronze" / "attendance").glob("*/*.parquet"))
    kept = bronze.read_bytes()
    bronze.unlink()
    with pytest.raises(BronzeLost, match="1 accepted"):
        erase(household, household.reference())
    bronze.write_bytes(kept)
    assert files_of(household.home.root) == before


def test_by_the_partners_own_id_which_stands_in_a_file_or_on_standard_input(
    household: Household, tmp_path: Path
) -> None:
    (tmp_path / "id").write_text(" k-0002\n")
    done = household.sala("vault", "erase", "--partner", PARTNER, "--id-file", str(tmp_path / "id"), "--json")
    (report,) = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (report["rows"], report["finished"]) == (3, True)
    assert GONE not in done.stdout + done.stderr
    assert household.sala("vault", "erase", "K-0001").returncode == 4
    assert "K-0001" not in household.sala("vault", "erase", "K-0001").stderr
    assert household.sala("vault", "erase", "x", "--id-file", "-").returncode == 2


def test_a_journal_is_sealed_and_a_broken_vault_stops_it_before_anything_changes(household: Household) -> None:
    reference = household.reference()
    path = next((household.home.root / "vault").glob("partner=*/*.age"))
    path.write_bytes(path.read_bytes()[:-9])
    before = files_of(household.home.root)
    done = household.sala("vault", "erase", reference)
    assert done.returncode == 4
    assert "SALA-S002" in done.stderr
    assert files_of(household.home.root) == before
    assert unseal(load_keys(), next((household.home.root / "archive").rglob("*.age")))


def test_what_versions_were_built_from_is_redacted_and_marked(household: Household) -> None:
    home, reference = household.home, household.reference()
    for path in (home.root / "bronze").rglob("*.parquet"):
        snapshots.link(path, home.snapshots / "20241231-0123456789ab-0123456789ab" / path.relative_to(home.root))
    (snapshot,) = snapshots.everything(home)
    snapshots.record(home, snapshot, erasures=[])
    assert reference in (before := persons_of(snapshot.folder))
    (report,) = erase(household, reference)
    assert report["snapshots_redacted"] == 1
    assert snapshot.erasures == (report["erasure_id"],)
    assert reference not in (left := persons_of(snapshot.folder))
    assert left == before - {reference}, "everybody else's rows stay"


def persons_of(folder: Path) -> set[str]:
    tables = (pq.ParquetFile(path).read() for path in folder.rglob("*.parquet"))
    return {person for table in tables for person in table.column("person_ref").to_pylist()}


def test_what_partners_got_back_of_deliveries_with_the_person_goes_too(household: Household) -> None:
    home = household.home
    household.house.describe(lambda d: set_custom(d, "returns", {"folder": "to-acme"}))
    packs = give_back(home, lambda name: Connection(name), datetime(2024, 12, 31, tzinfo=UTC))
    assert len(packs) == 3
    before = {path.split("/")[0] for path in search(home, load_keys(), WORDS).found}
    assert before == {"vault", "archive", "returns", "outbox"}
    (report,) = erase(household, household.reference())
    assert report["finished"]
    assert not [path for path in files_of(home.root) if path.endswith(".xlsx")]
    assert give_back(home, lambda name: Connection(name), datetime(2025, 1, 1, tzinfo=UTC)) == []
