"""Fills in a form the way people would: what the script says, else what is usual, else the first fitting answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from app.rehearsal.days import day_of, is_reckoned
from app.rules.fields import Choices, Field, Schema, fields

# What is usual where the first choice of a form would not be, or where a form asks for what the lease needs.
USUAL: Mapping[str, Mapping[str, Any]] = {
    "nominate_candidate": {
        "target_group": "second_chance",
        "situation": "Woont in de opvang na een ontruiming drie jaar geleden en is klaar voor een eigen woning.",
        "consent_asked_by": "Medewerker van het urgentiebureau",
    },
    "check_eligibility": {
        "evidence": "Verklaring van de opvang en het vonnis waarmee de eerdere huur eindigde.",
        "reasons": "De aanvraag past niet bij de doelgroep van de verordening.",
    },
    "draft_care_contract": {
        "conditions": ["rent_on_time", "guidance_accepted", "no_nuisance", "administration_in_place", "lives_there"],
        "goal_housing": "De woning schoon en heel houden.",
        "goal_finances": "De huur op tijd betalen, zonder herinnering.",
        "goal_day_structure": "Drie ochtenden per week een vaste bezigheid.",
        "guidance_from": "S",
        "goal_social_network": "Contact met familie opbouwen.",
        "administration": "administrator",
    },
    "record_offer_answer": {"reason": "Wil niet zo ver van familie wonen."},
    "prepare_lease": {"first_day": "S", "last_day": "E", "rent": "642,50", "service_costs": "38,75"},
    "sign_lease": {"first_day": "S", "last_day": "E"},
    "confirm_goals": {"goals.*.remark": "Gaat volgens plan."},
    "hold_review_meeting": {"tenant_view": "Ik ben blij met mijn woning.", "agreements": "Zo doorgaan."},
    "advise_as_provider": {"reasons": "Afspraken zijn nagekomen en de woning is op orde."},
    "advise_as_municipality": {"reasons": "De doelen voor het wonen zijn bereikt."},
    "hold_hearing": {"tenant_view": "Ik wil graag blijven wonen."},
    "hold_joint_meeting": {
        "agreement": "De huurder blijft wonen, met iemand die af en toe langskomt.",
        "difference": "De huurder wil blijven, de anderen zien dat anders.",
    },
    "decide_conversion": {"reasons": "Alle voorwaarden zijn nagekomen en de doelen voor het wonen zijn bereikt."},
    "hear_on_revision": {"tenant_view": "Ik heb mijn kant van het verhaal verteld."},
    "decide_revision": {"reasons": "Sinds het besluit zijn er nieuwe feiten, die wij met de huurder bespraken."},
    "plan_leaving": {
        "housing_afterwards": "Terug naar begeleid wonen.",
        "care_afterwards": "De begeleiding loopt door.",
    },
    "hold_conversation": {
        "tenant_view": "Ik wist niet dat het zo hard klonk.",
        "plan": "De muziek is uit na 22.00 uur.",
        "recover_by": "opened + 6 weeks",
    },
    "send_warning": {
        "reasons": "Na het gesprek was er weer twee keer harde muziek in de nacht.",
        "plan": "De muziek is uit na 22.00 uur.",
        "recover_by": "opened + 6 weeks",
    },
    "hear_tenant_on_measure": {"tenant_view": "Ik doe mijn best, maar het bezoek luistert niet."},
    "propose_measure": {
        "reasons": "De afspraken zijn ook na de waarschuwing niet nagekomen.",
        "evidence": "Drie meldingen van buren en een eigen geluidsmeting.",
        "sources": ["neighbours", "own_observation"],
        "plan": "Geen bezoek meer na 22.00 uur.",
        "recover_by": "opened + 8 weeks",
    },
    "judge_recovery": {"judgment": "Er kwamen geen nieuwe meldingen."},
    "renew_care_decision": {"until": "E"},
    "record_receipt": {"proof": "Ontvangstbevestiging van de aangetekende brief."},
}


def type_out(
    task: str,
    schema: Schema,
    choices: Choices,
    said: Mapping[str, Any],
    marks: Mapping[str, date],
    called: Mapping[str, str] | None = None,
) -> dict[str, list[str]]:
    """The filled-in form, as a browser would post it.

    `said` may use dotted names, for an item its id or what it is `called` (id -> name), and * for every item.
    """
    given = {**_flat(USUAL.get(task, {})), **_flat(said)}
    raw: dict[str, list[str]] = {}
    for field in _questions(fields(schema, choices)):
        value = _given(given, field.name, called or {})
        if value is None and _is_needed(field, raw):
            value = _first(field, marks["today"])
        if value is not None and _is_asked(field, raw):
            raw[field.name] = _as_typed(field, value, marks)
    return raw


def _flat(given: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, Mapping):
            flat.update(_flat(value, f"{prefix}{name}."))
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def _given(given: Mapping[str, Any], name: str, called: Mapping[str, str]) -> Any:
    """What was said for this field, for its item, or for every item: the more exact one first."""
    if name in given:
        return given[name]
    head, _, tail = name.partition(".")
    item, _, last = tail.partition(".")
    if not last:
        return None
    return given.get(f"{head}.{called.get(item, item)}.{last}", given.get(f"{head}.*.{last}"))


def _questions(found: Sequence[Field]) -> Iterator[Field]:
    for field in found:
        if field.parts:
            yield from _questions(field.parts)
        elif field.kind not in ("group", "item"):
            yield field


def _is_needed(field: Field, raw: Mapping[str, list[str]]) -> bool:
    if field.needed_when is not None:
        return _is_asked(field, raw)
    return field.required


def _is_asked(field: Field, raw: Mapping[str, list[str]]) -> bool:
    """A question that is only needed with another answer is left alone without it, as people do."""
    need = field.needed_when
    return need is None or bool(set(raw.get(need.field, ())) & set(need.values))


def _first(field: Field, today: date) -> Any:
    match field.kind:
        case "date":
            return "today"
        case "choice":
            return field.options[0].value if field.options else None
        case "choices":
            return [option.value for option in field.options]
        case "boolean":
            return "on"
        case "money" | "number":
            return "100"
        case "integer":
            return "2"
    return "Zoals besproken."


def _as_typed(field: Field, value: Any, marks: Mapping[str, date]) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    if isinstance(value, bool):
        value = ("yes" if value else "no") if field.kind == "choice" else ("on" if value else "")
    if isinstance(value, date):
        return [value.isoformat()]
    if field.kind == "date" and is_reckoned(str(value)):
        return [day_of(str(value), marks).isoformat()]
    return [str(value)]
