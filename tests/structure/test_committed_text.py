"""What no committed file may hold: a registry's address, one machine's paths, a secret, work left open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

# Written in pieces, so that this file does not hold them either.
REGISTRIES = ("py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "deb." + "debian.org")
FORBIDDEN = {
    "a registry's address": re.compile("|".join(map(re.escape, REGISTRIES))),
    "an index option": re.compile(r"^\s*--(?:extra-)?index-url|^\s*--find-links", re.MULTILINE),
    "a path of one machine": re.compile(r"/(?:root|home/(?!partner/)[a-z]+|Users/[A-Za-z]+)/"),
    "work left open": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|AGE-SECRET-KEY-1[0-9A-Z]{20,}"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_committed_file_holds(what: str, texts: dict[Path, str]) -> None:
    assert len(texts) > 50
    assert {str(f): m[0] for f, text in texts.items() if (m := FORBIDDEN[what].search(text))} == {}


@pytest.mark.parametrize(
    ("what", "planted"),
    [
        ("a registry's address", "--index https://files.python" + "hosted.org/x"),
        ("an index option", "--extra-index-" + "url x"),
        ("a path of one machine", "see /ro" + "ot/x"),
        ("work left open", "# TO" + "DO later"),
        ("a private key", "-----BEGIN OPENSSH " + "PRIVATE KEY-----"),
    ],
)
def test_each_rule_finds_what_is_planted(what: str, planted: str) -> None:
    assert FORBIDDEN[what].search(planted)
