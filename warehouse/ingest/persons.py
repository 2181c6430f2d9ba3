"""Who a row is about: `person_ref`, a keyed pseudonym, in place of everything that identifies the person."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from warehouse.contract.entities import IDENTITY
from warehouse.contract.spelling import fold_name, fold_text
from warehouse.ingest.columns import Column, numbered
from warehouse.ingest.conform import Conformed
from warehouse.store.keys import Keys
from warehouse.store.schemas import VAULT


def pseudonymise(conformed: Conformed, partner: str, keys: Keys) -> tuple[Column, pa.Table]:
    """Return `person_ref` for every row, and the vault's table: the distinct identities of the file.

    The pseudonym is that of the partner's own person id where it sends one, else of the folded identity
    fields, so that the same person in another delivery of this partner has the same pseudonym.
    """
    present = [c.name for c in IDENTITY if c.name in conformed.columns]
    columns = [conformed.columns[name] for name in present]
    numbers, first = numbered(columns or [Column.constant(None, len(conformed))])
    identities = {
        name: [column.values[code] for code in column.codes[first]]
        for name, column in zip(present, columns, strict=True)
    }
    references = keys.pseudonymise_all(
        _identity_text(partner, {name: values[place] for name, values in identities.items()})
        for place in range(len(first))
    )
    vault = pa.table(
        {
            "person_ref": references,
            **{c.name: identities.get(c.name, [None] * len(first)) for c in IDENTITY},
        },
        schema=VAULT,
    )
    return Column.of(numbers.astype(np.int32), list(references)), vault


def reference_of_id(partner: str, person_id: str, keys: Keys) -> str:
    """Return the pseudonym of the person whom a partner knows by this id of its own."""
    return keys.pseudonymise(_identity_text(partner, {"person_id": person_id}))


def _identity_text(partner: str, identity: dict[str, object | None]) -> str:
    own_id = identity.get("person_id")
    if says_who(own_id):  # 1-23 and 12-3 are two ids: marks count, other than in a name
        return "\x1f".join((partner, "id", fold_text(str(own_id))))
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
