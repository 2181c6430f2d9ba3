"""From bytes to text: strictly in the declared encoding, or in the one that is certain by the bytes themselves.

A byte order mark or sound UTF-8 is certain. What is neither was written in the encoding of one country's machines, in
which any bytes are some text: readings in those encodings are kept only where their letters make words.
Signs decide nothing: rather two readings are left, and the file is held, than one that is wrong.
"""

from __future__ import annotations

import codecs
import re

import numpy as np
import pyarrow as pa

from warehouse.readers.faults import EncodingWrong, FormatWrong
from warehouse.readers.raw import REAL_DATE

_BOM = codecs.BOM_UTF8
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Windows, Mac and DOS as they are sold where French and English are written; Khmer has no encoding of this kind.
_OF_MACHINES = ("cp1252", "mac-roman", "cp850")
_ACTION = "save it as 'CSV UTF-8' and send it again"

_SMALL = "àâäçéèêëîïôöœùûüÿ"
_CAPITAL = _SMALL.upper()
_SIGNS = "’‘“”«»–—…•·°§©®™€£½¼¾²³ºª×÷±¿¡\u00a0"
_STRANGE = re.compile(f"[^\x00-\x7f{_SMALL}{_CAPITAL}{_SIGNS}]")
# A capital behind a small letter, a small letter within capitals, a digit beside a letter: one of them was a sign.
_NO_WORD = re.compile(
    f"[a-z{_SMALL}][{_CAPITAL}]|[{_SMALL}][A-Z]|[A-Z]{{2}}[{_SMALL}]|[0-9][{_SMALL}{_CAPITAL}]|[{_SMALL}{_CAPITAL}][0-9]"
)


def decoded(data: bytes, encoding: str) -> bytes:
    """Return the text as UTF-8 bytes without a byte order mark.

    Raises:
        EncodingWrong: It is not in this encoding.
        FormatWrong: It holds NUL bytes.
    """
    name = codecs.lookup(encoding).name
    if name in ("utf-8", "utf-8-sig", "ascii"):
        text = data.removeprefix(_BOM)
        if text.startswith(_WIDE_MARKS):
            raise EncodingWrong("the file", "text in UTF-16", f"text in {encoding}", _ACTION)
    else:
        try:
            text = data.decode(name).encode()
        except UnicodeDecodeError as error:
            raise _encoding_wrong(error, encoding) from None
    if b"\x00" in text:
        raise FormatWrong("the file", "NUL bytes", f"text in {encoding}", "save it as CSV in UTF-8 and send it again")
    if not _is_utf8(text):
        try:
            text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _encoding_wrong(error, encoding) from None
    return text.replace(REAL_DATE.encode(), b" ")  # the readers' own mark: a partner's text must not carry it


def possible(data: bytes) -> dict[str, bytes]:
    """Return encoding → text for each encoding in which the bytes may have been written; most often one.

    Raises:
        EncodingWrong: In none of them do they make words.
        FormatWrong: They hold NUL bytes, and are no UTF-16.
    """
    if data.startswith(_WIDE_MARKS):
        return {"utf-16": decoded(data, "utf-16")}
    if b"\x00" in data:
        return _without_mark(data)
    if _is_utf8(data):
        return {"utf-8": decoded(data, "utf-8")}
    sound = {name: text for name in _OF_MACHINES if (text := _sound(data, name)) is not None}
    if not sound:
        found = "bytes that are not UTF-8, and make words in no encoding of Windows, Mac or DOS"
        raise EncodingWrong("the file", found, "text in a known encoding", _ACTION)
    return sound


def _without_mark(data: bytes) -> dict[str, bytes]:
    """Return the readings as UTF-16 in either order of its bytes."""
    sound = {}
    for name in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and ("\n" in text or "\r" in text):
            sound[name] = text.encode()
    if not sound:
        raise FormatWrong("the file", "NUL bytes", "text", "save it as CSV in UTF-8 and send it again")
    return sound


def _sound(data: bytes, encoding: str) -> bytes | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _STRANGE.search(text) or _NO_WORD.search(text) else decoded(data, encoding)


def _is_utf8(text: bytes) -> bool:
    """Check the whole text as one value of Arrow's: decoding it would take two more bytes for every character."""
    ends = pa.py_buffer(np.array([0, len(text)], np.int64))
    whole = pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(text)])
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _encoding_wrong(error: UnicodeDecodeError, encoding: str) -> EncodingWrong:
    found = f"bytes that are not {encoding}, first at byte {error.start}"
    return EncodingWrong("the file", found, f"text in {encoding}", _ACTION)
