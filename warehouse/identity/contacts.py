"""Police ids, phones, e-mail addresses and sexes in the one form in which they are compared."""

from __future__ import annotations

import re

import phonenumbers

from warehouse.identity import khmer

REGION = "KH"  # a number without a country code is a Cambodian one
_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def police_id(text: str) -> str | None:
    """Return a police id in capitals, letters and ASCII digits only, leading zeros kept; None where no digit is."""
    clean = _NOT_ALPHANUMERIC.sub("", khmer.digits(text).upper())
    return clean if any(c.isdigit() for c in clean) and clean.strip("0") else None


def phone(text: str) -> str | None:
    """Return a phone number as E.164, or None where it cannot be one; a spreadsheet's lost leading zero is put back."""
    written = khmer.digits(khmer.INVISIBLE.sub("", text)).strip()
    digits = re.sub(r"\D", "", written)
    candidates = [written]
    if written.startswith("855") or digits.startswith("855"):
        candidates.append("+" + digits)
    if digits and digits[0] not in "0+":
        candidates.append("0" + digits)
    for candidate in candidates:
        try:
            number = phonenumbers.parse(candidate, REGION)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def email(text: str) -> str | None:
    """Return an e-mail address in lower case, or None where it is none."""
    clean = khmer.INVISIBLE.sub("", text).strip().casefold()
    return clean if _EMAIL.fullmatch(clean) else None


def sex(code: str) -> str | None:
    """Return "female" or "male"; None where the sex is not known."""
    return code if code in ("female", "male") else None
