"""The words of a take-over page: one sentence about a cell, and how each column is filled in; never what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from app.actions.taking_over.looking import Told
from app.web import sentences
from app.web.sentences import N_

# What stands beside each column in the template: how to fill it in, and an example nobody could take for real.
EXPLAINED: Mapping[str, tuple[str, str]] = {
    "reference": (N_("What your association calls this trajectory. A second line with it is refused."), "HOV-0001"),
    "full_name": (N_("First name and surname of the tenant. Never a citizen service number (BSN)."), "Vera Voorbeeld"),
    "salutation": (N_("What follows ‘Dear’ in letters."), "mevrouw Voorbeeld"),
    "birth_date": (N_("Day, month, year; a real date of the spreadsheet is fine too."), "12-3-1985"),
    "language": (N_("Language of the letters: nl or en. Empty: nl."), "nl"),
    "phone": (N_("Empty where there is none."), "035 000 09 01"),
    "email": (N_("Empty where there is none: letters are printed then."), "vera@voorbeeld.demo.invalid"),
    "co_tenants": (N_("Names, with ; between them."), "Karel Voorbeeld"),
    "street": (N_("Of the home that is let. One that is not in the program yet is made."), "Voorbeeldlaan 1"),
    "postcode": (N_("Of the home that is let."), "0000 AB"),
    "city": (N_("Of the home that is let."), "Meerwijk"),
    "home_kind": (N_("appartement, eengezinswoning, studio or kamer. Empty: appartement."), "appartement"),
    "signed_on": (N_("The day of the last signature. The legal ground must fit it."), "8-3-2026"),
    "first_day": (N_("S of the signed lease."), "15-3-2026"),
    "last_day": (
        N_("E of the signed lease, itself included: at most two years. A lease that is over is refused."),
        "14-3-2028",
    ),
    "keys_on": (N_("Empty: the first day of the lease."), "15-3-2026"),
    "rent": (N_("Euros a month, without service costs."), "642,50"),
    "service_costs": (N_("Euros a month. 0 where there are none."), "38,75"),
    "legal_ground": (N_("c, d, or oud for a lease signed before 1 July 2024."), "d"),
    "evidence": (
        N_("Which document shows the ground, and who wrote it. Nothing about illness or treatment."),
        "Verklaring van de opvang",
    ),
    "evidence_on": (N_("The date on that document."), "1-2-2026"),
    "consent_on": (N_("The day on which the tenant agreed that the parties share these data."), "3-2-2026"),
    "consent_asked_by": (N_("Who asked for it. Empty where nobody knows any more."), "S. Voorbeeld"),
    "nominated_by": (N_("urgentiebureau, gemeente or zorgaanbieder. Empty: urgentiebureau."), "gemeente"),
    "housing_officer": (
        N_("E-mail address with which the housing officer signs in."),
        "jeroen.bakker@deheuvel.demo.invalid",
    ),
    "support_worker": (
        N_("E-mail address with which the support worker signs in."),
        "ana.dordevic@debrug.demo.invalid",
    ),
    "municipal_officer": (
        N_("E-mail address with which the municipal officer signs in."),
        "mehmet.yilmaz@meerwijk.demo.invalid",
    ),
    "urgency_officer": (
        N_("E-mail address with which the urgency officer signs in."),
        "sanne.dewit@urgentie.demo.invalid",
    ),
    "guidance_from": (N_("First day of the guidance."), "15-3-2026"),
    "agreed_on": (
        N_("The day on which all had agreed to the care contract. Empty: the day the lease was signed."),
        "1-3-2026",
    ),
    "administration": (N_("geen, budgetbeheer or bewind. Empty: geen."), "bewind"),
    "administrator": (N_("Name of the administrator or budget manager."), "Bewindkantoor Voorbeeld"),
    "goals": (
        N_("Housing goals only, with ; between them: wonen, financiën or dagstructuur, a colon, and the goal."),
        "wonen: de woning schoon houden; financiën: de huur op tijd betalen",
    ),
    "conditions": (
        N_(
            "With ; between them: huur op tijd; begeleiding; geen overlast; bewind; dagbesteding; woning schoon; "
            "betalingsregeling; woont er zelf."
        ),
        "huur op tijd; begeleiding; geen overlast",
    ),
    "reviews": (
        N_(
            "Month, colon, day and outcome (op koers, aandacht, niet op koers), or ‘niet gehouden’; with ; between "
            "them. What is not here and is long over counts as not held, before the take-over."
        ),
        "3: 12-6-2026 op koers; 6: niet gehouden",
    ),
    "cards": (
        N_("Card, day, colon, the condition that was not kept, and until when there is time to recover."),
        "gele kaart 3-9-2026: huur op tijd, herstel tot 3-11-2026",
    ),
}


def said(told: Told) -> str:
    """One sentence about one cell."""
    kind = str(told.fault.params.get("kind", ""))
    return sentences.fault(told.fault, told.column, kind)


def explained(code: str) -> str:
    """How this column is filled in."""
    return str(gettext(EXPLAINED[code][0]))


def example(code: str) -> str:
    return EXPLAINED[code][1]
