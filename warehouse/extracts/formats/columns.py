"""What each column of the result table means, and its hashtag in the Humanitarian Exchange Language (hxlstandard.org).

The one place for both; CSV, Parquet and their data package read it, and a test holds it against `FIGURES`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple


class Meaning(NamedTuple):
    """A column in words, and as a hashtag."""

    description: str
    hxl: str


MEANINGS: MappingProxyType[str, Meaning] = MappingProxyType(
    {
        "funder": Meaning("Id of the agreement", "#org+funder+id"),
        "agreement_version": Meaning("Version of the agreement whose rule counts", "#meta+agreement+version"),
        "period": Meaning("Reporting period, such as FY2013-Q3", "#date+period"),
        "window": Meaning("period: within it; cumulative: until its last day", "#meta+window"),
        "indicator": Meaning("Id of the indicator, the same for every funder", "#indicator+id"),
        "code": Meaning("The funder's own code of the indicator", "#indicator+code"),
        "name": Meaning("The funder's own name of the indicator", "#indicator+name"),
        "unit": Meaning("What the value is in", "#indicator+unit"),
        "direction": Meaning("Whether more or less of it is better", "#indicator+direction"),
        "additive": Meaning(
            "Whether values of different rows may be added; false for different persons", "#meta+additive"
        ),
        "counts": Meaning("What kind of thing is counted", "#indicator+type"),
        "grouping": Meaning("Dimensions the row is counted by, or total", "#meta+grouping"),
        "province_of_duty": Meaning(
            "Province, two digits, in which the person served; empty: not counted by", "#adm1+code+duty"
        ),
        "province_of_training": Meaning("Province, two digits, in which the training was held", "#adm1+code+training"),
        "module_id": Meaning("Module of a programme", "#activity+module+id"),
        "topic": Meaning("Topic of the module", "#activity+topic"),
        "sex": Meaning("female, male or unknown", "#group+sex"),
        "category": Meaning("What the person was at the time, such as police_officer", "#group+category"),
        "unit_code": Meaning("Unit in which the person served", "#org+unit+code"),
        "partner_id": Meaning("Partner that held the training", "#org+partner+id"),
        "value": Meaning("The figure; empty where `status` says why", "#value+num"),
        "numerator": Meaning("Of a share or a mean: what is above the line", "#value+numerator"),
        "denominator": Meaning("Of a share or a mean: what it is divided by", "#value+denominator"),
        "not_met": Meaning("People who did not fulfil the rule", "#value+not_met"),
        "undecided": Meaning("People of whom it is not known; never within the figure", "#value+undecided"),
        "persons": Meaning("People behind the figure", "#value+persons"),
        "n_pre": Meaning("People assessed before", "#value+assessed+before"),
        "n_post": Meaning("People assessed after", "#value+assessed+after"),
        "n_matched": Meaning("People assessed both times", "#value+assessed+both"),
        "strict": Meaning("The figure if two records are one person only when that is nearly certain", "#value+strict"),
        "lenient": Meaning("The figure if two records are one person whenever that is likely", "#value+lenient"),
        "baseline": Meaning("What it was before the agreement", "#value+baseline"),
        "target": Meaning("What it should be: within the period, or at the end", "#targeted+num"),
        "share_of_target": Meaning("Percent of the target that is reached", "#targeted+pct"),
        "status": Meaning("shown (zero included), not_applicable, withheld, no_data or suppressed", "#status"),
        "note": Meaning("Anything a reader should know about this figure", "#description+note"),
    }
)
DIMENSION_NAMES: MappingProxyType[str, str] = MappingProxyType(
    {
        "province_of_duty": "Province of duty",
        "province_of_training": "Province of training",
        "module_id": "Module",
        "topic": "Topic",
        "sex": "Sex",
        "category": "Category",
        "unit_code": "Unit",
        "partner_id": "Partner",
    }
)
WINDOW_NAMES: MappingProxyType[str, str] = MappingProxyType({"period": "In the period", "cumulative": "Cumulative"})
