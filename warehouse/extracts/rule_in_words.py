"""An agreement's counting rule as sentences that a funder can check against the agreement."""

from __future__ import annotations

from warehouse.contract.agreement import Completion, Population, Terms

_UNIQUE = {
    "ever": "A person counts once ever: in the period in which they first fulfil the rule.",
    "fiscal_year": "A person counts once in a fiscal year: in the period in which they first fulfil the rule in it.",
    "period": "A person counts once in each period, however often they come.",
}


def rule_in_words(terms: Terms) -> tuple[str, ...]:
    """Return the rule, a sentence a line."""
    disclosure = terms.disclosure
    return (
        _population(terms.population),
        _completed(terms.completion),
        _late(terms.completion),
        _unknown(terms.completion),
        _UNIQUE[terms.unique],
        f"Cumulative figures count from {terms.cumulative_from:%-d %B %Y}.",
        f"A learning gain is shown where at least {terms.learning_gain_match_percent} % of those assessed before or "
        "after were assessed both times.",
        f"A figure behind which fewer than {disclosure.minimum} people stand is not shown, nor any other from which it "
        f"could be reckoned to within {disclosure.width} people.",
        "Different people cannot be added up: every total is counted for itself.",
    )


def _population(population: Population) -> str:
    if population.officers_only:
        return "Counted are officers: people whose category at the time is marked as one."
    if population.categories:
        return f"Counted are people of these categories at the time: {', '.join(population.categories)}."
    return "Counted is everybody, whatever their category."


def _completed(rule: Completion) -> str:
    share = "all" if rule.numerator == rule.denominator else f"{rule.numerator} of {rule.denominator}"
    least = "at least " if rule.inclusive and share != "all" else "" if rule.inclusive else "more than "
    parts = [f"attended {least}{share} {rule.measure} planned"]
    if rule.minimum_hours:
        parts.append(f"was there for at least {rule.minimum_hours} hours")
    if rule.assessment == "attempted":
        parts.append("took an assessment after it")
    if rule.assessment == "passed":
        parts.append(f"reached at least {rule.pass_mark_percent} % in the assessment after it")
    return f"A module is completed by who {' and '.join(parts)}."


def _late(rule: Completion) -> str:
    if rule.late_joiners == "since_joining":
        return f"Of {rule.measure} before the day somebody was enrolled, none is counted as planned for them."
    return f"Whoever joins late has missed the {rule.measure} before."


def _unknown(rule: Completion) -> str:
    if rule.unknown_attendance == "absent":
        return "Where attendance is unknown, the person counts as absent."
    return "Where unknown attendance could decide it, the verdict is undecided: shown beside the figure, never in it."
