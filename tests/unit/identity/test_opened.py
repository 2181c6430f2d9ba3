"""Pages with names: only outside of the home, only for their owner, and what a partner wrote stays text in them."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from warehouse.identity.handing_out import PlaceUnfit, private_folder, write_new, write_private
from warehouse.identity.opened import page
from warehouse.store.home import Home

PAIR = {"rank": 1, "now": "two officers", "probability": 0.61}
CHART = "<!DOCTYPE html>\n<html><head><title>x</title></head><body><div>chart</div></body></html>"


def two(**left: Any) -> list[dict[str, Any]]:
    return [{"name_latin": "Sok Dara", "phone": "+85512345678"} | left, {"name_latin": "Sok Dara", "phone": None}]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir()
    (tmp_path / "project").mkdir()
    return Home(tmp_path / "home", project=tmp_path / "project")


def test_a_page_shows_both_side_by_side_and_marks_what_differs() -> None:
    made = page(PAIR, two(), CHART)
    assert "<td>name</td><td>Sok Dara</td><td>Sok Dara</td>" in made
    assert '<tr class="differs"><td>phone</td><td>+85512345678</td><td></td></tr>' in made
    assert made.count('class="differs"') == 1
    assert "<div>chart</div>" in made


def test_what_a_partner_wrote_is_text_and_the_page_may_load_and_send_nothing() -> None:
    made = page(PAIR, two(name_latin='<script>alert("1")</script>'), CHART)
    assert "<script>" not in made
    assert "&lt;script&gt;" in made
    assert made.index("Content-Security-Policy") < made.index("<body>")
    assert "default-src 'none'" in made


@pytest.mark.parametrize("place", ["home", "home/reports/pairs", "home/vault/review", "project/pairs", "link/pairs"])
def test_identifiers_are_written_neither_into_the_home_nor_into_the_project(home: Home, place: str) -> None:
    (home.root.parent / "link").symlink_to(home.root)
    with pytest.raises(PlaceUnfit):
        private_folder(home, home.root.parent / place)
    assert list(home.root.iterdir()) == []


def test_a_folder_others_may_look_into_is_refused_and_a_new_one_is_private(home: Home) -> None:
    folder = home.root.parent / "mine"
    assert stat.S_IMODE(private_folder(home, folder).stat().st_mode) == 0o700
    folder.chmod(0o750)
    with pytest.raises(PlaceUnfit, match="chmod 700"):
        private_folder(home, folder)


def test_files_are_their_owners_only_and_whole(tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        write_private(tmp_path / "page.html", content)
        assert (tmp_path / "page.html").read_bytes() == content
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    with pytest.raises(PlaceUnfit):
        write_new(tmp_path / "page.html", b"third")
    assert (tmp_path / "page.html").read_bytes() == b"second"
