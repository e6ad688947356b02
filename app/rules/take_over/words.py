"""What people write in a cell for a code, in Dutch and English; never a sentence and never a decision."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.rules.permissions import CARE_DOMAINS, CONDITIONS, HOUSING_DOMAINS

Words = Mapping[str, tuple[str, ...]]  # code -> how it may be written; the first is the one to name

LANGUAGES: Words = {"nl": ("nl", "nederlands", "dutch"), "en": ("en", "engels", "english")}
HOME_KINDS: Words = {
    "apartment": ("appartement", "flat", "apartment"),
    "house": ("eengezinswoning", "huis", "woonhuis", "house"),
    "studio": ("studio",),
    "room": ("kamer", "room"),
}
GROUNDS: Words = {
    "c": ("c", "grond c", "opvang", "ground c"),
    "d": ("d", "grond d", "tweede kans", "second chance", "ground d"),
    "old": ("oud", "oude regels", "oud recht", "old"),
}
NOMINATORS: Words = {
    "urgency_office": ("urgentiebureau", "urgency office"),
    "municipality": ("gemeente", "municipality"),
    "care_provider": ("zorgaanbieder", "care provider"),
}
ADMINISTRATIONS: Words = {
    "none": ("geen", "zelf", "none"),
    "budget_management": ("budgetbeheer", "budget management"),
    "administrator": ("bewind", "bewindvoerder", "bewindvoering", "administration", "administrator"),
}
CONDITION_WORDS: Words = {
    "rent_on_time": ("huur op tijd", "huur", "op tijd betalen", "rent on time"),
    "guidance_accepted": ("begeleiding", "begeleiding aanvaarden", "guidance accepted", "guidance"),
    "no_nuisance": ("geen overlast", "overlast", "no nuisance", "nuisance"),
    "administration_in_place": ("bewind blijft", "bewind", "budgetbeheer", "administration in place"),
    "daytime_activity": ("dagbesteding", "daytime activity"),
    "home_kept_clean": ("woning schoon", "schone woning", "home kept clean"),
    "repayment_plan": ("betalingsregeling", "repayment plan"),
    "lives_there": ("woont er zelf", "zelf bewonen", "geen onderhuur", "lives there"),
}
SERIOUS_WORDS: Words = {
    "serious_violence": ("ernstig geweld", "geweld", "serious violence", "violence"),
    "drugs": ("drugs", "hennep"),
}
DOMAIN_WORDS: Words = {
    "housing": ("wonen", "woning", "huisvesting", "housing"),
    "finances": ("financiën", "financien", "geld", "huur betalen", "finances"),
    "day_structure": ("dagstructuur", "dagbesteding", "dagritme", "day structure"),
}
CARE_WORDS: Words = {
    "work_education": ("werk en opleiding", "werk", "opleiding", "work and education"),
    "domestic_relations": ("huiselijke relaties", "relaties", "domestic relations"),
    "mental_health": ("geestelijke gezondheid", "psychische gezondheid", "mental health"),
    "physical_health": ("lichamelijke gezondheid", "physical health"),
    "substance_use": ("verslaving", "middelengebruik", "substance use"),
    "daily_living": ("dagelijkse vaardigheden", "basale adl", "daily living"),
    "social_network": ("sociaal netwerk", "netwerk", "social network"),
    "participation": ("maatschappelijke participatie", "participatie", "participation"),
    "justice": ("justitie", "justice"),
}
OUTCOMES: Words = {
    "off_track": ("niet op koers", "off track", "rood"),
    "on_track": ("op koers", "on track", "groen"),
    "attention": ("aandacht", "attention", "oranje"),
    "not_held": ("niet gehouden", "niet doorgegaan", "not held"),
}
CARDS: Words = {
    "yellow_card": ("gele kaart", "geel", "yellow card", "yellow"),
    "red_card": ("rode kaart", "rood", "red card", "red"),
}

assert set(CONDITION_WORDS) == set(CONDITIONS)
assert set(DOMAIN_WORDS) == set(HOUSING_DOMAINS) and set(CARE_WORDS) == set(CARE_DOMAINS)

AROUND = " ,:()-–"  # what may stand between a word and what goes with it
_BLANKS = re.compile(r"[\s_]+")


def folded(text: str) -> str:
    return _BLANKS.sub(" ", text).strip().strip(".").casefold()


def code_of(text: str, words: Words) -> str:
    """The code that `text` writes, as such or in words; "" for none."""
    said = folded(text)
    return next((code for code, written in words.items() if said in (folded(code), *written)), "")


def named(words: Words) -> list[str]:
    """What may be written, one word for each code."""
    return [written[0] for written in words.values()]


def split(text: str, marks: str = ";\n") -> list[str]:
    """The entries of a cell with several."""
    return [one for one in (part.strip() for part in re.split(f"[{re.escape(marks)}]", text)) if one]


def starting_with(text: str, words: Words) -> tuple[str, str]:
    """(code, the rest) where `text` begins with the words of a code; ("", text) where it does not."""
    said = text.strip()
    for code, written in _longest_first(words):
        if _begins(said, written):
            return code, said[len(written) :].strip(AROUND)
    return "", said


def ending_with(text: str, words: Words) -> tuple[str, str]:
    """(code, what stands before it) where `text` ends with the words of a code; ("", text) where it does not."""
    said = text.strip()
    for code, written in _longest_first(words):
        if _ends(said, written):
            return code, said[: -len(written)].strip(AROUND)
    return "", said


def _longest_first(words: Words) -> list[tuple[str, str]]:
    """ "niet op koers" is tried before "op koers"."""
    pairs = [(code, one) for code, written in words.items() for one in (*written, code, code.replace("_", " "))]
    return sorted(pairs, key=lambda pair: -len(pair[1]))


def _begins(said: str, written: str) -> bool:
    following = said[len(written) : len(written) + 1]
    return said.casefold().startswith(written) and not following.isalnum()


def _ends(said: str, written: str) -> bool:
    before = said[-len(written) - 1 : -len(written)]
    return said.casefold().endswith(written) and not before.isalnum()
