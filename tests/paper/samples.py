"""Facts about people who do not exist, for every test that makes paper; never used by the app."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.rules.facts import (
    Condition,
    Decision,
    DocumentFacts,
    EarlyEnd,
    GivenStep,
    Goal,
    Home,
    Lease,
    Measure,
    Notice,
    Party,
    Rejection,
    Representative,
    Review,
    ReviewedCondition,
    ReviewedGoal,
    Tenant,
    Trajectory,
    Withdrawal,
)

NASTY = 'Zoë <w:p/> & "Åsa" ’t {{ landlord }} {% if %} {_{ ]]> <!-- \u200b\x07\x0c D\'Árc'

TENANT = Tenant(
    full_name="Noor Voorbeeld",
    salutation="mevrouw Voorbeeld",
    birth_date=date(1991, 2, 28),
    address_line="Opvang De Denkbeeldige Haven, Kadeweg 1",
    postcode="0000 AA",
    city="Voorbeeldstad",
    email="noor@voorbeeld.example",
)
CO_TENANT = replace(TENANT, full_name="Sam Testpersoon", salutation="heer Testpersoon", birth_date=date(1989, 11, 3))

WHOLE = DocumentFacts(
    trajectory=Trajectory(reference="HOV-2025-0042"),
    today=date(2026, 12, 7),
    sent_on=date(2026, 12, 17),
    landlord=Party(
        name="Woonstichting De Verzonnen Sleutel",
        address_line="Fictielaan 12",
        postcode="0000 AB",
        city="Voorbeeldstad",
        phone="000 123 45 00",
        email="post@verzonnensleutel.example",
        contact_name="Iris Proefneming",
        contact_phone="000 123 45 01",
        signatory="Wim Denkbeeld, manager wonen",
        general_terms="Algemene huurvoorwaarden zelfstandige woonruimte De Verzonnen Sleutel, uitgave 1 januari 2026",
    ),
    provider=Party(
        name="Stichting Denkbeeldige Zorg",
        address_line="Steunpad 3",
        postcode="0000 AC",
        city="Voorbeeldstad",
        phone="000 123 46 00",
        contact_name="Bo Begeleider",
        contact_phone="000 123 46 01",
        signatory="Mila Schijn, teamleider",
    ),
    municipality=Party(
        name="Gemeente Voorbeeldstad",
        address_line="Raadsplein 1",
        postcode="0000 AD",
        city="Voorbeeldstad",
        phone="000 123 47 00",
        contact_name="Jip Gemeentemens",
        contact_phone="000 123 47 01",
    ),
    urgency_office=Party(
        name="Urgentiebureau Verzonnen Regio",
        address_line="Loketstraat 9",
        postcode="0000 AE",
        city="Voorbeeldstad",
        phone="000 123 48 00",
        email="urgentie@verzonnenregio.example",
        contact_name="Roos Toetser",
    ),
    administrator=Party(name="Bewindkantoor Fictief", phone="000 123 49 00"),
    tenants=[TENANT, CO_TENANT],
    tenant=TENANT,
    home=Home(address_line="Verzonnenstraat 27-B", postcode="0000 ZZ", city="Voorbeeldstad", kind="apartment"),
    lease=Lease(
        first_day=date(2025, 3, 15),
        last_day=date(2027, 3, 14),
        day_after_end=date(2027, 3, 15),
        rent=Decimal("592.40"),
        service_costs=Decimal("47.60"),
        total=Decimal("640.00"),
        ground="c",
        evidence="verklaring van Opvang De Denkbeeldige Haven over het verblijf in de maatschappelijke opvang",
        evidence_on=date(2025, 2, 3),
        signed_on=None,
    ),
    conditions=[
        Condition(code="rent_on_time", seen_by="association"),
        Condition(code="guidance_accepted", seen_by="care_provider"),
        Condition(code="no_nuisance", seen_by="association"),
        Condition(code="administration_in_place", seen_by="both"),
        Condition(code="daytime_activity", seen_by="care_provider"),
        Condition(code="home_kept_clean", seen_by="both"),
        Condition(code="repayment_plan", seen_by="association"),
        Condition(code="lives_there", seen_by="association"),
    ],
    housing_goals=[
        Goal(domain="housing", text="De woning is ingericht en Noor weet bij wie zij een reparatie meldt."),
        Goal(domain="finances", text="De huur gaat elke maand vanzelf, via de bewindvoerder."),
        Goal(domain="day_structure", text="Drie vaste dagdelen per week buiten de deur."),
    ],
    care_goals=[
        Goal(domain="mental_health", text="Weten wat te doen als de spanning oploopt."),
        Goal(domain="social_network", text="Elke twee weken contact met een vriend of familielid."),
        Goal(domain="work_education", text="Een opleiding kiezen vóór september."),
    ],
    care_decision_until=date(2026, 9, 30),
    guidance_from=date(2025, 3, 17),
    administration="administrator",
    review_dates=[date(2025, 6, 16), date(2025, 9, 15), date(2025, 12, 15), date(2026, 3, 16), date(2026, 6, 15)],
    review=Review(
        month=9,
        planned_on=date(2025, 12, 15),
        held_on=date(2025, 12, 16),
        outcome="attention",
        conditions=[
            ReviewedCondition(code="rent_on_time", kept="kept", seen_by="association"),
            ReviewedCondition(code="guidance_accepted", kept="kept", seen_by="care_provider"),
            ReviewedCondition(code="no_nuisance", kept="not_kept", seen_by="association"),
            ReviewedCondition(code="administration_in_place", kept="kept", seen_by="association"),
            ReviewedCondition(code="administration_in_place", kept="not_kept", seen_by="care_provider"),
        ],
        goals=[
            ReviewedGoal(domain="housing", text="De woning is ingericht.", rating="on_track"),
            ReviewedGoal(
                domain="day_structure",
                text="Drie vaste dagdelen per week buiten de deur.",
                rating="attention",
                remark="Nu één dagdeel. Vanaf januari twee.",
            ),
        ],
        tenant_view="Ik woon hier graag. De muziek zet ik zachter.\nIk vind drie dagdelen nog veel.",
        agreements="Muziek uit na 22.00 uur.\nVanaf januari ook op woensdag naar de werkplaats.",
        provider_remark="Het gesprek is goed weergegeven.",
        recorded_by="Iris Proefneming",
        confirmed_by="Bo Begeleider",
        confirmed_on=date(2025, 12, 18),
        next_on=date(2026, 3, 16),
    ),
    decision=Decision(
        outcome="convert_with_aftercare",
        reasons="U betaalde de huur altijd op tijd. Er waren het laatste jaar geen klachten van buren. "
        "U houdt de woning netjes en u hebt vaste dagen op de werkplaats.",
        decided_on=date(2026, 12, 4),
        heard_on=date(2026, 11, 26),
        tenant_view="Ik wil graag blijven.",
        decided_by="Iris Proefneming",
        approved_by="Wim Denkbeeld",
    ),
    notice=Notice(receive_from=date(2026, 12, 15), receive_by=date(2027, 2, 14), replaces_sent_on=date(2026, 12, 9)),
    withdrawal=Withdrawal(sent_on=date(2026, 12, 16)),
    aftercare_dates=[date(2027, 6, 14), date(2027, 9, 14), date(2028, 3, 14)],
    early_end=EarlyEnd(happened_on=date(2026, 3, 10), last_day=date(2026, 4, 30)),
    guidance_ended_on=date(2026, 4, 1),
    rejection=Rejection(
        reasons="U verblijft niet in de maatschappelijke opvang. U hebt nu een eigen huurwoning.",
        checked_on=date(2026, 12, 3),
        objection_to="college van burgemeester en wethouders van Voorbeeldstad, Raadsplein 1, 0000 AD Voorbeeldstad",
        objection_until=date(2027, 1, 28),
    ),
    measure=Measure(
        happened_on=date(2026, 2, 28),
        ground="no_nuisance",
        reasons="Op 28 februari en 7 maart was er na middernacht harde muziek. Buren belden twee keer.",
        given_on=date(2026, 3, 16),
        expires_on=date(2027, 3, 14),
        plan="De muziek is uit na 22.00 uur.\nBezoek is vóór 23.00 uur weg.",
        recover_by=date(2026, 4, 20),
        heard_on=date(2026, 3, 12),
        tenant_view="Het was mijn verjaardag. Ik zet de muziek voortaan zachter.",
        letters=[
            GivenStep(kind="warning", given_on=date(2026, 2, 2)),
            GivenStep(kind="yellow_card", given_on=date(2026, 3, 16)),
        ],
        withdrawn_reason="Het geluid kwam van een andere woning. Dat bleek uit de metingen van 2 en 3 april.",
    ),
)

REFUSED = Decision(
    outcome="do_not_convert",
    reasons="De huur is in 2026 vijf keer niet op tijd betaald. U kwam de afspraken over herstel niet na. "
    "Buren meldden in het laatste half jaar vier keer geluid in de nacht.",
    decided_on=date(2026, 12, 4),
    heard_on=date(2026, 11, 26),
)

BARE = DocumentFacts(
    trajectory=WHOLE.trajectory,
    today=WHOLE.today,
    landlord=Party(name="Woonstichting De Verzonnen Sleutel"),
    provider=Party(name="Stichting Denkbeeldige Zorg"),
    municipality=Party(name="Gemeente Voorbeeldstad"),
    urgency_office=Party(name="Urgentiebureau Verzonnen Regio"),
    tenants=[Tenant(full_name="Noor Voorbeeld", salutation="Noor Voorbeeld")],
    tenant=Tenant(full_name="Noor Voorbeeld", salutation="Noor Voorbeeld"),
    home=Home(address_line="Verzonnenstraat 27-B", postcode="0000 ZZ", city="Voorbeeldstad"),
    lease=Lease(
        first_day=date(2025, 3, 15),
        last_day=date(2027, 3, 14),
        day_after_end=date(2027, 3, 15),
        rent=Decimal(600),
        service_costs=Decimal(0),
        total=Decimal(600),
        ground="d",
        evidence="vonnis",
    ),
    review=Review(month=3, planned_on=date(2025, 6, 16), held_on=date(2025, 6, 16), outcome="on_track"),
    decision=Decision(outcome="convert", reasons="Alles ging goed.", decided_on=date(2026, 12, 4)),
    notice=Notice(receive_from=date(2026, 12, 15), receive_by=date(2027, 2, 14)),
    early_end=EarlyEnd(happened_on=date(2026, 3, 10), last_day=date(2026, 4, 30)),
    guidance_ended_on=date(2026, 4, 1),
    rejection=Rejection(reasons="U hoort niet tot de doelgroep.", checked_on=date(2026, 12, 3)),
    measure=Measure(
        happened_on=date(2026, 2, 28),
        ground="drugs",
        reasons="De politie vond een kwekerij.",
        given_on=date(2026, 3, 16),
        expires_on=date(2027, 3, 14),
        plan="Geen planten meer.",
        recover_by=date(2026, 4, 20),
        letters=[GivenStep(kind="warning")],
        withdrawn_reason="De melding klopte niet.",
    ),
)
"""As little as a paper can be made from: every list empty, every optional word unknown."""


def for_paper(document: str) -> DocumentFacts:
    """The whole sample, on the day the document belongs to and with the decision that goes with it."""
    assert WHOLE.home
    at_home = replace(TENANT, address_line=WHOLE.home.address_line, postcode=WHOLE.home.postcode)
    if document == "end_notice":
        return replace(WHOLE, decision=REFUSED, tenant=at_home)
    if document == "notice_withdrawn":
        return replace(WHOLE, tenant=at_home, today=date(2027, 1, 11), sent_on=None)
    if document == "conversion_withdrawn":
        return replace(WHOLE, decision=REFUSED, tenant=at_home, today=date(2027, 1, 11), sent_on=None)
    if document == "conversion_confirmation":
        return replace(WHOLE, tenant=at_home)
    if document == "joint_meeting_invitation":
        return replace(WHOLE, tenant=at_home, sent_on=date(2026, 11, 27), meet_before=date(2026, 12, 6))
    if document == "review_invitation":
        return replace(WHOLE, tenant=at_home, sent_on=date(2025, 11, 24))
    if document in ("notice_confirmation", "letter_to_relatives", "care_end_confirmation"):
        return replace(WHOLE, tenant=at_home, today=date(2026, 3, 12), sent_on=None)
    if document == "review_report":
        return replace(WHOLE, today=date(2025, 12, 18))
    if document in ("care_contract_a", "care_contract_b", "fixed_term_lease"):
        return replace(WHOLE, today=date(2025, 3, 6))
    if document in MEASURES:
        return replace(WHOLE, today=date(2026, 3, 16), sent_on=date(2026, 3, 16), tenant=at_home)
    return WHOLE


MEASURES = ("conversation_report", "warning", "yellow_card", "behaviour_order", "red_card", "measure_withdrawn")


def nasty() -> DocumentFacts:
    """Every free text holds markup, tags, control characters and quotes."""
    person = replace(TENANT, full_name=NASTY, salutation=NASTY, address_line=NASTY, postcode=NASTY, city=NASTY)
    party = Party(
        name=NASTY, address_line=NASTY, postcode=NASTY, city=NASTY, phone=NASTY, email=NASTY, contact_name=NASTY,
        contact_phone=NASTY, signatory=NASTY, general_terms=NASTY,
    )  # fmt: skip
    assert WHOLE.lease and WHOLE.review and WHOLE.decision and WHOLE.rejection and WHOLE.measure
    review = replace(
        WHOLE.review,
        conditions=[ReviewedCondition(code="no_nuisance", kept="kept", seen_by="association", text=NASTY)],
        goals=[ReviewedGoal(domain="housing", text=NASTY, rating="on_track", remark=NASTY)],
        tenant_view=NASTY, agreements=NASTY, provider_remark=NASTY, recorded_by=NASTY, confirmed_by=NASTY,
    )  # fmt: skip
    copy_to = Representative(
        kind="curator", full_name=NASTY, salutation=NASTY, organisation=NASTY, address_line=NASTY, postcode=NASTY,
        city=NASTY,
    )  # fmt: skip
    return replace(
        WHOLE,
        copy_to=copy_to,
        trajectory=Trajectory(reference=NASTY),
        landlord=party,
        provider=party,
        municipality=party,
        urgency_office=party,
        administrator=party,
        tenants=[person, person],
        tenant=person,
        home=Home(address_line=NASTY, postcode=NASTY, city=NASTY, kind="house"),
        lease=replace(WHOLE.lease, evidence=NASTY),
        conditions=[Condition(code="no_nuisance", seen_by="both", text=NASTY)],
        housing_goals=[Goal(domain="housing", text=NASTY)],
        care_goals=[Goal(domain="justice", text=NASTY)],
        review=review,
        decision=replace(WHOLE.decision, reasons=NASTY),
        rejection=replace(WHOLE.rejection, reasons=NASTY, objection_to=NASTY),
        measure=replace(WHOLE.measure, reasons=NASTY, plan=NASTY, tenant_view=NASTY, withdrawn_reason=NASTY),
    )
