"""The Arrow schemas of everything Sala writes between its steps; dbt's sources read exactly these."""

from __future__ import annotations

from types import MappingProxyType

import pyarrow as pa

from warehouse.contract.entities import ENTITIES, IDENTITY, has_people

PROVENANCE = (
    pa.field("partner_id", pa.string()),
    pa.field("delivery_id", pa.string()),  # sha-256 of the delivered bytes
    pa.field("row_id", pa.string()),  # "<first 12 of delivery_id>:<sheet number>:<row>[:<column>]"
    pa.field("sheet", pa.string()),
    pa.field("row_number", pa.int32()),  # as a spreadsheet shows it: 1 is the first row of the sheet
    pa.field("source_column", pa.string()),  # the session column of a wide sheet, else null
)


def bronze(entity: str) -> pa.Schema:
    """Return the schema of accepted rows of an entity: provenance, `person_ref`, then its columns."""
    person = (pa.field("person_ref", pa.string()),) if has_people(entity) else ()
    columns = tuple(pa.field(c.name, c.arrow_type) for c in ENTITIES[entity] if not c.identifies)
    return pa.schema(PROVENANCE + person + columns)


QUARANTINE = pa.schema(
    [
        *PROVENANCE,
        pa.field("entity", pa.string()),
        pa.field("column_name", pa.string()),  # canonical name; null when the whole row is concerned
        pa.field("header", pa.string()),  # the partner's header of that column
        pa.field("rule", pa.string()),
        pa.field("code", pa.string()),
        pa.field("message", pa.string()),  # a sentence the partner can act on, without the value
    ]
)

VAULT = pa.schema([pa.field("person_ref", pa.string()), *(pa.field(c.name, c.arrow_type) for c in IDENTITY)])

# What identity resolution knows of one person_ref; it holds direct identifiers: never on a disk unsealed.
# A course day, on whose list nobody stands twice, is a number: the event, then in so many bits the day since 1970.
DAY_BITS = 16
PERSONS = pa.schema(
    [
        pa.field("person_ref", pa.string()),
        pa.field("partner_id", pa.string()),
        pa.field("name_latin", pa.string()),
        pa.field("name_khmer", pa.string()),
        pa.field("police_id", pa.string()),
        pa.field("phone", pa.string()),
        pa.field("email", pa.string()),
        pa.field("birth_date", pa.date32()),
        pa.field("birth_year", pa.int32()),  # where only the year is known
        pa.field("sex", pa.string()),  # codes as in bronze, the latest known
        pa.field("category", pa.string()),
        pa.field("rank", pa.string()),
        pa.field("unit", pa.string()),
        pa.field("province_of_duty", pa.string()),
        pa.field("course_days", pa.list_(pa.int64())),  # where the person was present
    ]
)

CROSSWALK = pa.schema(  # one row per person_ref that stands in an active delivery
    [
        pa.field("person_ref", pa.string()),
        pa.field("officer_key", pa.string()),  # from the registry: stable, never reused
        pa.field("strict_key", pa.string()),  # label of the person's cluster at the strict threshold; not stable
        pa.field("lenient_key", pa.string()),  # the same at the lenient threshold
        pa.field("method", pa.string()),  # how the person came to the officer: alone, a rule, model or decision
        pa.field("probability_band", pa.string()),  # certain | high | medium | low; null when alone
        pa.field("partner_id", pa.string()),  # a person_ref is one partner's
    ]
)

REGISTRY = pa.schema(  # one row per person whose officer changed; a file per run that changed something
    [
        pa.field("recorded_at", pa.timestamp("us", tz="UTC")),
        pa.field("event", pa.string()),  # created | joined | merged | split | left | returned
        pa.field("cause", pa.string()),  # as identity.causes names them
        pa.field("person_ref", pa.string()),
        pa.field("officer_key", pa.string()),  # from now on; of a person who left: the last one
        pa.field("former_key", pa.string()),  # until now; null for a person never seen before
    ]
)

IDENTITY_SUMMARY = pa.schema(  # one row per measure, partner and label
    [
        pa.field("measure", pa.string()),  # identity.summary names them
        pa.field("partner_id", pa.string()),  # null: over all partners, each person and officer once
        pa.field("label", pa.string()),  # size, method, band or kind of change; null where a measure has one number
        pa.field("value", pa.int64()),
        pa.field("previous", pa.int64()),  # before the last run that changed anything; null where not kept
    ]
)

DELIVERIES = pa.schema(
    [
        pa.field("delivery_id", pa.string()),
        pa.field("partner_id", pa.string()),
        pa.field("table_name", pa.string()),  # the contract's schema object; null when no pattern matched
        pa.field("entity", pa.string()),
        pa.field("slot", pa.string()),  # "the same thing": a correction shares the slot of what it corrects
        pa.field("revision", pa.int32()),
        pa.field("file_names", pa.string()),  # all names it came under, sorted, joined with " | "
        pa.field("deliveries", pa.int32()),  # how often these bytes came
        pa.field("delivered_at", pa.timestamp("us", tz="UTC")),  # modification time of the earliest delivery
        pa.field("outcome", pa.string()),  # accepted | held
        pa.field("is_active", pa.bool_()),  # accepted and not superseded
        pa.field("superseded_by", pa.string()),
        pa.field("records_counted", pa.int64()),
        pa.field("rows_read", pa.int64()),
        pa.field("rows_accepted", pa.int64()),
        pa.field("rows_quarantined", pa.int64()),
        pa.field("rows_repeated", pa.int64()),
        pa.field("error_code", pa.string()),
        pa.field("error_found", pa.string()),
        pa.field("error_action", pa.string()),
    ]
)

VALIDATIONS = pa.schema(  # one row per delivered file and rule of its contract
    [
        pa.field("delivery_id", pa.string()),
        pa.field("partner_id", pa.string()),
        pa.field("entity", pa.string()),
        pa.field("rule", pa.string()),
        pa.field("column_name", pa.string()),
        pa.field("severity", pa.string()),
        pa.field("rows_evaluated", pa.int64()),
        pa.field("rows_failed", pa.int64()),
    ]
)

PARTNERS = pa.schema(
    [
        pa.field("partner_id", pa.string()),
        pa.field("partner_name", pa.string()),
        pa.field("contract_version", pa.string()),
        pa.field("delivery_every_days", pa.int32()),  # a delivery is owed at least this often; null: never
        pa.field("owner", pa.string()),  # role address to tell, not a person
    ]
)

PROGRAMMES = pa.schema(
    [
        pa.field("programme_id", pa.string()),
        pa.field("partner_id", pa.string()),
        pa.field("programme_name", pa.string()),
        pa.field("parent_programme_id", pa.string()),
        pa.field("funder", pa.string()),
    ]
)

MODULE_CROSSWALK = pa.schema(
    [
        pa.field("partner_id", pa.string()),
        pa.field("table_name", pa.string()),
        pa.field("partner_module", pa.string()),  # as the partner writes it
        pa.field("module_id", pa.string()),
    ]
)

INPUTS = MappingProxyType(
    {
        "deliveries": DELIVERIES,
        "validations": VALIDATIONS,
        "partners": PARTNERS,
        "programmes": PROGRAMMES,
        "module_crosswalk": MODULE_CROSSWALK,
    }
)
