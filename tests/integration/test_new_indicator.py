"""Adding an indicator touches its two files: an agreement may ask for it, and its figures come out."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.unit.extracts.marts_for_tests import agreement, compile_models, completion, figures, value
from warehouse.store.home import PROJECT

SQL = """
with cells as (
    select * from {{ ref('cell_count') }}
),

final as (
    select
        {{ figure('cells', value='men_trained', numerator='men_trained', persons='men_trained') }}
    from cells
)

select * from final
"""


def test_an_indicator_is_added_by_its_two_files(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(PROJECT / "transforms", project / "transforms", ignore=shutil.ignore_patterns("target", "logs"))
    folder = project / "transforms" / "models" / "indicators"
    (folder / "men_trained.sql").write_text(SQL, "utf-8")
    described = (folder / "persons_trained.yml").read_text("utf-8").split("unit_tests:")[0]
    described = re.sub(r" +bounds: .*\n", "", described).replace("persons_trained", "men_trained")
    (folder / "men_trained.yml").write_text(described.replace("unit: persons", "unit: men"), "utf-8")
    models = compile_models(tmp_path / "home", project)
    asked = {"id": "men_trained", "code": "M.1", "disaggregations": [["sex"]]}
    people = [completion("a", sex="male"), completion("b", sex="male"), completion("c")]
    rows = figures(models, {"fct_module_completion": people}, agreement({"id": "persons_trained"}, asked))
    men = [row for row in rows if row["indicator"] == "men_trained"]
    assert (value(men), value(men, sex="male"), value(men, sex="female")) == (2, 2, 0)
    assert {(row["unit"], row["code"], row["status"]) for row in men} == {("men", "M.1", "shown")}
