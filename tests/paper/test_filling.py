"""Every template in every language, filled with what is known of people who do not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app import paper
from app.errors import Refused
from app.rules import facts
from tests.paper import reading, samples

EVERY = [(document, language) for document, languages in paper.documents().items() for language in languages]
every_template = pytest.mark.parametrize(("document", "language"), EVERY, ids=lambda word: word)


def filled(document: str, known: facts.DocumentFacts, language: str = "nl") -> bytes:
    return paper.fill(document, language, facts.for_document(document, known)).content


def words_of(document: str, known: facts.DocumentFacts | None = None, language: str = "nl") -> str:
    return reading.text(filled(document, known or samples.for_paper(document), language))


@every_template
def test_every_template_fills_with_everything_known(document: str, language: str) -> None:
    content = filled(document, samples.for_paper(document), language)
    everything = "\n".join(reading.text(content, f"word/{name}.xml") for name in ("document", "header1", "footer1"))
    assert "Noor Voorbeeld" in everything
    assert "HOV-2025-0042" in everything
    for left_over in ("{{", "{%", "}}", "%}", "None", "Decimal(", "datetime"):
        assert left_over not in everything


@every_template
def test_every_template_fills_with_as_little_as_possible(document: str, language: str) -> None:
    content = filled(document, samples.BARE, language)
    everything = reading.text(content)
    assert "None" not in everything
    assert ": ." not in everything and ", ," not in everything and "  " not in everything


@every_template
def test_names_that_hold_markup_change_no_document(document: str, language: str) -> None:
    tame = replace(samples.nasty(), trajectory=samples.WHOLE.trajectory)
    nasty = filled(document, samples.nasty(), language)
    assert reading.shape(nasty) == reading.shape(filled(document, tame, language))
    seen = reading.text(nasty) + reading.text(nasty, "word/header1.xml")
    assert 'Zoë <w:p/> & "Åsa" ’t {{ landlord }} {% if %}' in seen
    assert "D'Árc" in seen


@every_template
def test_the_same_facts_give_the_same_bytes(document: str, language: str) -> None:
    known = facts.for_document(document, samples.for_paper(document))
    first, second = (paper.fill(document, language, known) for _ in range(2))
    assert first == second
    assert len(first.template_hash) == 64


@pytest.mark.parametrize("document", ["fixed_term_lease", "care_contract_a", "care_contract_b", "regular_lease"])
def test_a_translation_says_that_the_dutch_text_binds(document: str) -> None:
    assert "the Dutch text holds" in words_of(document, language="en")


ARTICLES = {
    "fixed_term_lease": [
        "Het gehuurde",
        "Duur en einde van rechtswege",
        "Wettelijke grond voor de bepaalde tijd",
        "Huurprijs en servicekosten",
        "Betaling",
        "Geen waarborgsom",
        "Bewoning en gebruik",
        "Onderhoud, gebreken en toegang",
        "Voorwaarden",
        "Begeleiding",
        "Evaluatie",
        "Waarschuwingen en kaarten",
        "Beslissing aan het einde en omzetting",
        "Aanzegging: bericht over het einde",
        "Opzegging door huurder",
        "Oplevering",
        "Gegevens en privacy",
        "Algemene huurvoorwaarden",
        "Klachten, geschillen en gekozen woonplaats",
        "Slot",
    ],
    "regular_lease": [
        "Omzetting van de eerdere overeenkomst",
        "Het gehuurde",
        "Duur en opzegging",
        "Huurprijs, servicekosten en betaling",
        "Bewoning en gebruik",
        "Onderhoud en oplevering",
        "Gegevens",
        "Algemene huurvoorwaarden",
        "Klachten, geschillen en gekozen woonplaats",
        "Slot",
    ],
    "care_contract_a": [
        "Doel van dit contract",
        "Voorwaarden",
        "Woondoelen",
        "Begeleiding en beheer van geld",
        "Evaluaties",
        "Wat wordt met wie gedeeld",
        "Als een voorwaarde niet wordt gehouden",
        "Beslissing aan het einde",
        "Duur en wijziging",
    ],
    "care_contract_b": [
        "Doel en verhouding tot zorgcontract A",
        "Zorgdoelen",
        "Begeleiding",
        "Beschikking van de gemeente",
        "Geheimhouding en delen",
        "Duur, einde en klachten",
    ],
}


@pytest.mark.parametrize("document", ARTICLES)
def test_a_contract_has_every_article_a_lawyer_expects(document: str) -> None:
    dutch, english = (filled(document, samples.for_paper(document), language) for language in ("nl", "en"))
    assert reading.headings(dutch) == ARTICLES[document]
    assert len(reading.headings(english)) == len(ARTICLES[document])


def test_the_fixed_term_lease_says_what_the_law_asks() -> None:
    lease = words_of("fixed_term_lease")
    for needed in (
        "De eerste dag is 15 maart 2025. De laatste dag is 14 maart 2027",
        "artikel 7:271 lid 1 BW",
        "onderdeel c van het Besluit specifieke groepen tijdelijke huurovereenkomst (Stb. 2024, 152)",
        "verklaring van Opvang De Denkbeeldige Haven",
        "d.d. 3 februari 2025",
        "€ 592,40",
        "€ 47,60",
        "€ 640,00",
        "geen waarborgsom",
        "dan eindigt deze huurovereenkomst daardoor niet",
        "niet eerder dan drie maanden en niet later dan één maand",
        "vanaf 15 maart 2027 verder voor onbepaalde tijd",
        "alleen de rechter ontruiming bevelen",
    ):
        assert needed in lease


def test_a_reference_to_an_article_carries_the_number_of_that_article() -> None:
    lease = words_of("fixed_term_lease")
    titles = ARTICLES["fixed_term_lease"]
    for title, sentence in (
        ("Aanzegging: bericht over het einde", "Artikel {} regelt dat bericht."),
        ("Beslissing aan het einde en omzetting", "vervallen bij omzetting volgens Artikel {}."),
        ("Waarschuwingen en kaarten", "Alleen de stappen van Artikel {} kunnen dan volgen."),
    ):
        assert sentence.format(titles.index(title) + 1) in lease


@pytest.mark.parametrize(("ground", "said"), [("c", "onderdeel c van"), ("d", "onderdeel d van"), ("old", "2016")])
def test_the_lease_names_its_own_legal_ground(ground: Any, said: str) -> None:
    assert samples.WHOLE.lease
    known = replace(samples.WHOLE, lease=replace(samples.WHOLE.lease, ground=ground))
    others = {"onderdeel c van", "onderdeel d van", "2016"} - {said}
    lease = words_of("fixed_term_lease", known)
    assert said in lease
    assert not any(other in lease for other in others)


@every_template
def test_care_goals_stand_in_the_care_contract_of_provider_and_municipality_only(document: str, language: str) -> None:
    goals = [goal.text for goal in samples.WHOLE.care_goals]
    seen = words_of(document, language=language)
    assert all(goal in seen for goal in goals) == (document == "care_contract_b")
    assert any(goal in seen for goal in goals) == (document == "care_contract_b")


def test_the_care_contract_says_the_landlord_does_not_get_it_and_who_signs() -> None:
    contract = words_of("care_contract_b")
    assert "De verhuurder krijgt dit contract niet" in contract
    assert "geldig tot en met 30 september 2026" in contract
    assert "Verzonnen Sleutel" not in contract


def test_four_parties_sign_the_contract_with_conditions() -> None:
    signing = words_of("care_contract_a").split("Ondertekening")[-1]
    for party in ("Noor Voorbeeld", "Sam Testpersoon", "Denkbeeldige Zorg", "Gemeente Voorbeeldstad", "Sleutel"):
        assert party in signing


def test_the_end_notice_names_the_day_in_full_and_one_tenant_only() -> None:
    letter = words_of("end_notice")
    assert "Uw huur stopt op 14 maart 2027" in letter
    assert "zondag 14 maart 2027" in letter
    assert "van 15 december 2026 tot en met 14 februari 2027" in letter
    assert "in de plaats van onze brief van 9 december 2026" in letter
    assert "Sam Testpersoon" not in letter


def test_the_end_notice_promises_an_e_mail_only_to_whom_has_an_address() -> None:
    assert "aangetekend per post en per e-mail." in words_of("end_notice")
    assert "aangetekend per post." in words_of("end_notice", replace(samples.BARE, decision=samples.REFUSED))


def test_the_invitation_names_who_rents_with_the_one_it_is_sent_to() -> None:
    assert "U en Sam Testpersoon. U mag iemand meenemen." in words_of("review_invitation")
    assert "You and Sam Testpersoon. You may" in words_of("review_invitation", language="en")
    assert "U. U mag iemand meenemen." in words_of("review_invitation", samples.BARE)


CURATOR = facts.Representative(
    kind="curator", full_name="Cor Verzonnen", salutation="meneer Verzonnen", organisation="Kantoor Verzonnen",
    address_line="Bedenkweg 9", postcode="0000 ZX", city="Elders",
)  # fmt: skip


@pytest.mark.parametrize("document", sorted(one for one in facts.ROOTS if "copy_to" in facts.roots(one)))
def test_a_letter_to_who_represents_the_tenant_goes_to_their_address_and_says_why(document: str) -> None:
    sample = samples.for_paper(document)
    for language, curator, administrator in (
        ("nl", "U bent curator van Noor Voorbeeld.", "U bent bewindvoerder van Noor Voorbeeld."),
        ("en", "You are the curator of Noor Voorbeeld.", "You are the administrator of Noor Voorbeeld."),
    ):
        letter = words_of(document, replace(sample, copy_to=CURATOR), language)
        assert "Cor Verzonnen, Kantoor Verzonnen" in letter and "Bedenkweg 9" in letter and curator in letter
        assert administrator not in letter and letter.index("Cor Verzonnen") < letter.index(curator)
        copy = words_of(document, replace(sample, copy_to=replace(CURATOR, kind="administrator")), language)
        assert administrator in copy and curator not in copy
        own = words_of(document, sample, language)
        assert "Verzonnen," not in own and curator not in own and "Noor Voorbeeld" in own


def test_a_letter_to_a_tenant_uses_plain_words() -> None:
    for document in ("review_invitation", "end_notice", "conversion_confirmation", "rejection"):
        body = words_of(document).split("Wettelijke basis")[0].lower()
        for hard in (
            "aanzegging",
            "onbepaalde tijd",
            "expiratie",
            "evaluatie",
            "helaas",
            "binnenkort",
            "bewindvoerder",
        ):
            assert hard not in body, f"{document}: {hard}"


def test_the_review_report_shows_what_was_kept_and_how_the_goals_go() -> None:
    report = words_of("review_report")
    for said in ("Aandacht", "Op koers", "Nee", "16 december 2025", "rond 16 maart 2026"):
        assert said in report
    assert "Ik woon hier graag. De muziek zet ik zachter.\nIk vind drie dagdelen nog veel." in report


@pytest.mark.parametrize(("language", "said"), [("nl", "heeft dit verslag niet bevestigd"), ("en", "did not confirm")])
def test_the_review_report_names_nobody_as_confirming_who_did_not(language: str, said: str) -> None:
    assert samples.WHOLE.review
    unconfirmed = replace(samples.WHOLE.review, confirmed_by="", confirmed_on=None)
    assert said in words_of("review_report", replace(samples.WHOLE, review=unconfirmed), language)
    assert said not in words_of("review_report", language=language)


def test_a_condition_that_both_see_stands_in_the_report_with_the_word_of_each() -> None:
    lines = words_of("review_report").splitlines()
    rows = [lines[place + 1 : place + 3] for place, line in enumerate(lines) if "budgetbeheer" in line]
    assert rows == [["Ja", "Verhuurder"], ["Nee", "Zorgaanbieder"]]


def test_an_aftercare_day_is_named_only_where_aftercare_was_decided() -> None:
    assert "14 juni 2027, 14 september 2027 en 14 maart 2028" in words_of("conversion_confirmation")
    assert samples.BARE.decision and samples.BARE.decision.outcome == "convert"
    assert "nazorg" not in words_of("conversion_confirmation", samples.BARE)


def test_rent_that_went_up_meanwhile_makes_no_paper_of_the_conversion_untrue() -> None:
    assert "€" not in words_of("conversion_confirmation")
    assert "dan geldt het gewijzigde bedrag" in words_of("regular_lease")
    assert "the changed amount applies" in words_of("regular_lease", language="en")


def test_a_rejected_candidate_reads_how_to_object_where_that_is_possible() -> None:
    assert "uiterlijk op 28 januari 2027" in words_of("rejection")
    assert "bezwaar" not in words_of("rejection", samples.BARE).lower()


def test_english_papers_write_dates_and_money_in_english() -> None:
    lease = words_of("fixed_term_lease", language="en")
    assert "15 March 2025" in lease and "€640.00" in lease and "maart" not in lease


def test_a_fact_that_is_not_there_is_refused_by_name() -> None:
    known: Mapping[str, Any] = facts.for_document("end_notice", replace(samples.WHOLE, lease=None))
    with pytest.raises(Refused) as refused:
        paper.fill("end_notice", "nl", known)
    assert refused.value.code == "facts_missing"
    assert "lease" in refused.value.params["names"]


def test_a_list_that_was_not_handed_over_is_refused() -> None:
    known = facts.for_document("fixed_term_lease", samples.WHOLE)
    del known["conditions"]
    with pytest.raises(Refused) as refused:
        paper.fill("fixed_term_lease", "nl", known)
    assert refused.value.code == "facts_missing"


def test_a_code_without_wording_is_refused() -> None:
    unknown: Any = "hot_air_balloon"
    known = replace(samples.WHOLE, home=replace(samples.WHOLE.home, kind=unknown))  # type: ignore[type-var]
    with pytest.raises(Refused) as refused:
        filled("fixed_term_lease", known)
    assert (refused.value.code, refused.value.params["name"]) == ("wording_missing", unknown)


def test_money_is_never_a_float() -> None:
    assert samples.WHOLE.lease
    known = facts.for_document("fixed_term_lease", samples.WHOLE)
    known["lease"] = {**known["lease"], "rent": float(Decimal("592.40"))}
    with pytest.raises(Refused) as refused:
        paper.fill("fixed_term_lease", "nl", known)
    assert refused.value.code == "facts_missing"


@pytest.mark.parametrize(
    ("document", "language"), [("poem", "nl"), ("rejection", "fr"), ("../words", "nl"), ("", "nl")]
)
def test_a_paper_we_do_not_have_is_refused(document: str, language: str) -> None:
    with pytest.raises(Refused) as refused:
        paper.fill(document, language, {})
    assert refused.value.code == "template_missing"
