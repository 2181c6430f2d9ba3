"""Who a row is about: `person_ref`, a keyed pseudonym, in place of everything that identifies the person."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow as pa

from warehouse.contract.entities import IDENTITY
from warehouse.contract.spelling import fold_name, fold_text
from warehouse.ingest.columns import Column, numbered
from warehouse.ingest.conform import Conformed
from warehouse.store.keys import Keys
from warehouse.store.schemas import VAULT

REMEMBERED = 200_000  # ids; beyond it the memory starts afresh
_known: defaultdict[tuple[str, str], dict[object, str]] = defaultdict(dict)  # key and partner → id → pseudonym


def pseudonymise(conformed: Conformed, partner: str, keys: Keys) -> tuple[Column, pa.Table]:
    """Return `person_ref` for every row, and the vault's table: the distinct identities of the file.

    The pseudonym is that of the partner's own person id where it sends one, else of the folded identity
    fields, so that the same person in another delivery of this partner has the same pseudonym.
    """
    present = {c.name: conformed.columns[c.name] for c in IDENTITY if c.name in conformed.columns}
    numbers, first = numbered([*present.values()] or [Column.constant(None, len(conformed))])
    identities = {name: column.at(first) for name, column in present.items()}
    references = _references(partner, identities, len(first), keys)
    nothing = Column.constant(None, len(first))
    fields = {c.name: identities.get(c.name, nothing).array(c.arrow_type) for c in IDENTITY}
    vault = pa.table({"person_ref": pa.array(references, pa.string()), **fields}).cast(VAULT)
    return Column.of(numbers.astype(np.int32), [*references]), vault


def _references(partner: str, identities: dict[str, Column], count: int, keys: Keys) -> list[str]:
    """Return the pseudonym of each identity; those of ids are remembered, as most persons stand in several files."""
    known = _known[keys.fingerprint, partner]
    if len(known) > REMEMBERED:
        known.clear()
    own = identities.get("person_id", Column.constant(None, count))
    ids = [own.values[code] for code in own.codes.tolist()]
    references = [known.get(own_id, "") for own_id in ids]
    unknown = [place for place, reference in enumerate(references) if not reference]
    with_id = [says_who(ids[place]) for place in unknown]
    made = keys.pseudonymise_all(
        _id_text(partner, ids[place])
        if has_id
        else _fields_text(partner, {name: column.values[column.codes[place]] for name, column in identities.items()})
        for place, has_id in zip(unknown, with_id, strict=True)
    )
    for place, has_id, reference in zip(unknown, with_id, made, strict=True):
        references[place] = reference
        if has_id:
            known[ids[place]] = reference
    return references


def reference_of_id(partner: str, person_id: str, keys: Keys) -> str:
    """Return the pseudonym of the person whom a partner knows by this id of its own."""
    return keys.pseudonymise(_identity_text(partner, {"person_id": person_id}))


def _identity_text(partner: str, identity: dict[str, object | None]) -> str:
    own_id = identity.get("person_id")
    return _id_text(partner, own_id) if says_who(own_id) else _fields_text(partner, identity)


def _id_text(partner: str, own_id: object) -> str:
    # 1-23 and 12-3 are two ids: marks count, other than in a name.
    return "\x1f".join((partner, "id", fold_text(str(own_id))))


def _fields_text(partner: str, identity: dict[str, object | None]) -> str:
    # A changed phone or e-mail does not make another person; a name alone is weak, but all there is.
    fields = [fold_name(str(identity.get(f) or "")) for f in ("name_latin", "name_khmer", "police_id", "birth_date")]
    if identity.get("birth_year") and not identity.get("birth_date"):  # beside the full date it says nothing new
        fields.append(f"born {identity['birth_year']}")
    if not any(fields[:3]):  # nobody is known by a birthday alone; then the address is all there is
        fields += [fold_text(str(identity.get(f) or "")) for f in ("email", "phone")]
    return "\x1f".join((partner, "fields", *fields))


def says_who(value: object | None) -> bool:
    """True when an identifying cell names somebody: a dash or a dot stands for nobody."""
    return value is not None and any(map(str.isalnum, str(value)))
