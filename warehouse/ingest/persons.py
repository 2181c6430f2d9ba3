"""Who a row is about: `person_ref`, a keyed pseudonym, in place of everything that identifies the person."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from warehouse.contract.entities import IDENTITY
from warehouse.contract.spelling import fold_name, fold_text
from warehouse.ingest.conform import Conformed
from warehouse.store.keys import Keys
from warehouse.store.schemas import VAULT


def pseudonymise(conformed: Conformed, partner: str, keys: Keys) -> tuple[pa.Array, pa.Table]:
    """Return `person_ref` for every row, and the vault's table: the distinct identities of the file.

    The pseudonym is that of the partner's own person id where it sends one, else of the folded identity
    fields, so that the same person in another delivery of this partner has the same pseudonym.
    """
    present = [c for c in IDENTITY if c.name in conformed.columns]
    keys_of_rows = np.zeros(len(conformed), np.int64)
    for column in present:
        codes = conformed.columns[column.name]
        keys_of_rows = pd.factorize(keys_of_rows * (len(codes.values) + 1) + codes.codes)[0].astype(np.int64)
    first = np.flatnonzero(~pd.Series(keys_of_rows).duplicated().to_numpy())
    identities = {
        column.name: [conformed.columns[column.name].values[c] for c in conformed.columns[column.name].codes[first]]
        for column in present
    }
    references = [
        keys.pseudonymise(_identity_text(partner, {name: values[i] for name, values in identities.items()}))
        for i in range(len(first))
    ]
    vault = pa.table(
        {
            "person_ref": references,
            **{c.name: identities.get(c.name, [None] * len(first)) for c in IDENTITY},
        },
        schema=VAULT,
    )
    return pa.array(references, pa.string()).take(pa.array(keys_of_rows)), vault


def _identity_text(partner: str, identity: dict[str, object | None]) -> str:
    own_id = identity.get("person_id")
    if says_who(own_id):  # 1-23 and 12-3 are two ids: marks count, other than in a name
        return "\x1f".join((partner, "id", fold_text(str(own_id))))
    # A changed phone or e-mail does not make another person; a name alone is weak, but all there is.
    fields = [fold_name(str(identity.get(f) or "")) for f in ("name_latin", "name_khmer", "police_id", "birth_date")]
    if not any(fields[:3]):  # nobody is known by a birthday alone; then the address is all there is
        fields += [fold_text(str(identity.get(f) or "")) for f in ("email", "phone")]
    return "\x1f".join((partner, "fields", *fields))


def says_who(value: object | None) -> bool:
    """True when an identifying cell names somebody: a dash or a dot stands for nobody."""
    return value is not None and any(character.isalnum() for character in str(value))
