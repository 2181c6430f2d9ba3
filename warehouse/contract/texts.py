"""Values of a contract that must be of some kind: patterns, formats, days, names; each says what is wrong with one."""

from __future__ import annotations

import codecs
import re
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"a regular expression; this one is broken: {error}") from error
    return text


def _extract(text: str) -> str:
    if "value" not in re.compile(_regex(text)).groupindex:
        raise ValueError("a regular expression with a named group: (?P<value>…)")
    return text


def _date_format(text: str) -> str:
    directives = re.findall("%(.?)", text)
    if set(directives) - set("dmYybBaAHIMSfpz%"):
        raise ValueError("a format of %d %m %b %Y %y %H %I %M %S %f %p %z %a alone")
    # A format that loses day, month or year cannot be read back to the day it wrote; one that says it twice may differ.
    dated = sorted({"b": "m", "B": "m", "y": "Y"}.get(d, d) for d in directives if d in "dmYybB")
    if dated != ["Y", "d", "m"] or len(set(directives)) < len(directives):
        raise ValueError("a strptime format that keeps day, month and year, each once")
    return text


def _time_zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ValueError, LookupError, OSError):
        raise ValueError("a time zone of the IANA database, such as UTC") from None


def _mark(text: str) -> str:
    if not text.isascii() or not (text.isprintable() or text == "\t") or text.isalnum():
        raise ValueError("one ASCII mark, such as ; or a tab")
    return text


def _delimiter(text: str) -> str:
    if text != DETECT and len(text) != 1:
        raise ValueError("one ASCII mark, such as ; or a tab, or detect")
    return text if text == DETECT else _mark(text)


def _encoding(text: str) -> str:
    if text == DETECT:
        return text
    try:
        if codecs.lookup(text)._is_text_encoding:
            return text
    except LookupError:
        pass  # said below, in the same words as for a codec that makes no text
    raise ValueError("an encoding Python knows: utf-8, cp1252, utf-16 and others; or detect")


def _marker(text: str) -> str:
    if not re.fullmatch(r"[._-][A-Za-z0-9._-]{0,19}", text):
        raise ValueError("the end of a file name, such as .done")
    return text


def _connection_name(text: str) -> str:
    # It is part of the name of an environment variable, and Airflow takes no other either.
    if not re.fullmatch(r"[A-Za-z0-9_]{1,200}", text):
        raise ValueError("the name of an Airflow connection: letters, digits and underscores")
    return text


def _remote_path(text: str) -> str:
    if "://" in text or text.startswith("/") or ".." in text.split("/") or not text.rpartition("/")[2]:
        raise ValueError("the path of a file below the location")
    return text


def _asset_uid(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]{1,64}", text):
        raise ValueError("the uid of a form: letters and digits")
    return text


def _day(value: object) -> date:
    # Only what reads as a day to a person: a bare number would be taken for seconds since 1970.
    text = value.isoformat() if isinstance(value, date) else value
    if isinstance(text, str) and _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:  # said below: the day does not exist
            pass
    raise ValueError("a day that exists, written as 2024-05-31")


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
DETECT = "detect"  # of a dialect: found by trying, and verified by the contract's headers
FILES_UNREAD = "(?#stands in for a pattern that cannot be read).*"
Regex = Annotated[str, AfterValidator(_regex)]
Extract = Annotated[str, AfterValidator(_extract)]
DateFormat = Annotated[str, AfterValidator(_date_format)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Mark = Annotated[str, AfterValidator(_mark)]
Delimiter = Annotated[str, AfterValidator(_delimiter)]
Encoding = Annotated[str, AfterValidator(_encoding)]
Marker = Annotated[str, AfterValidator(_marker)]
ConnectionName = Annotated[str, AfterValidator(_connection_name)]
RemotePath = Annotated[str, AfterValidator(_remote_path)]
AssetUid = Annotated[str, AfterValidator(_asset_uid)]
Day = Annotated[date, BeforeValidator(_day)]
