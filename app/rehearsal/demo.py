"""The invented region of the demonstration: organisations, people, homes, and trajectories in every phase.

Every trajectory is played through the real actions up to today, so nothing in the demo is painted on. That takes a
while; what was stopped halfway is cleared and loaded anew, never taken for a whole region.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from app.actions.deed import Desk
from app.actions.deed import House as Opened
from app.actions.region import (
    DEMO_PASSWORD,
    STANDING,
    Dwelling,
    House,
    Staff,
    clear_region,
    furnish_region,
    note_standing,
)
from app.config import Config
from app.post import Mail, Postman
from app.records import Home, Organisation, User
from app.records.database import let_go, reading, write_in_haste
from app.records.settings import setting
from app.records.viewers import viewer_of
from app.rehearsal.cast import Cast
from app.rehearsal.player import Player
from app.rehearsal.script import Happening, Script
from app.rules import term
from app.rules.dates import add_months
from app.rules.permissions import ROLE_OF_PART
from app.web.mail_texts import write

LOADING = "loading"
MAIL_KEPT = timedelta(days=30)  # letters older than this are only in the ledger


def _staff(domain: str, phone: str, *people: tuple[str, str, str]) -> tuple[Staff, ...]:
    return tuple(
        Staff(role, name, f"{box}@{domain}.demo.invalid", f"{phone}{number}")
        for number, (role, name, box) in enumerate(people, start=11)
    )


REGION: Sequence[House] = (
    House(
        "association", "Woonstichting De Heuvel", "Heuvelplein 1", "0000 AA", "Meerwijk", "035 000 01 00",
        "wonen@deheuvel.demo.invalid",
        _staff(
            "deheuvel", "035 000 01 ", ("housing_officer", "Jeroen Bakker", "jeroen.bakker"),
            ("housing_officer", "Lieke Vermeer", "lieke.vermeer"), ("team_lead", "Noor Jansen", "noor.jansen"),
            ("application_manager", "Bas Kuiper", "bas.kuiper"),
        ),
        tuple(
            Dwelling(street, f"0000 {code}", city, rent, service)
            for street, code, city, rent, service in (
                ("Kastanjelaan 12-B", "AB", "Meerwijk", 64250, 3875), ("Melkweg 3", "AC", "Meerwijk", 58120, 2950),
                ("Havenstraat 44", "AD", "Oostdorp", 61000, 3500), ("Emmastraat 9", "AE", "Heidebos", 66780, 4110),
                ("Larenseweg 201", "AG", "Meerwijk", 59995, 3000), ("Lindehof 7", "AH", "Oostdorp", 62340, 3320),
                ("Prof. dr. Willem Dreesstraat 118 III", "AJ", "Oostdorp", 65010, 3650),
                ("Molenpad 22", "AK", "Heidebos", 57500, 2800), ("Veldkers 15", "AL", "Meerwijk", 60200, 3100),
                ("Spoorlaan 80", "AM", "Oostdorp", 63990, 3400), ("Wilgenstraat 31", "AN", "Heidebos", 58800, 2900),
                ("Marktplein 5-A", "AP", "Meerwijk", 67100, 4200), ("Duinroos 2", "AR", "Meerwijk", 61550, 3250),
                ("Kerkpad 18", "AS", "Heidebos", 60875, 3150), ("Zonnebloem 64", "AT", "Oostdorp", 59250, 3050),
            )
        ),
    ),
    House(
        "association", "Wooncoöperatie Het Vliet", "Vlietkade 30", "0000 BA", "Waterdam", "035 000 05 00",
        "info@hetvliet.demo.invalid",
        _staff(
            "hetvliet", "035 000 05 ", ("housing_officer", "Thijs van Dam", "thijs.vandam"),
            ("team_lead", "Esra Demir", "esra.demir"), ("application_manager", "Iris Prins", "iris.prins"),
        ),
        (
            Dwelling("Sluisweg 10", "0000 BC", "Waterdam", 60500, 3100),
            Dwelling("Rietkraag 4", "0000 BD", "Waterdam", 58900, 2950),
        ),
    ),
    House(
        "care_provider", "De Brug", "Brugstraat 8", "0000 CA", "Oostdorp", "035 000 02 00", "info@debrug.demo.invalid",
        _staff(
            "debrug", "035 000 02 ", ("support_worker", "Ana Đorđević", "ana.dordevic"),
            ("support_worker", "Koen Smit", "koen.smit"),
        ),
    ),
    House(
        "care_provider", "Stap Verder", "Poststraat 14", "0000 CB", "Waterdam", "035 000 06 00",
        "info@stapverder.demo.invalid",
        _staff("stapverder", "035 000 06 ", ("support_worker", "Yara el Idrissi", "yara.elidrissi")),
    ),
    House(
        "municipality", "Gemeente Meerwijk", "Raadhuisplein 3", "0000 DA", "Meerwijk", "035 000 03 00",
        "uitvoering@meerwijk.demo.invalid",
        _staff("meerwijk", "035 000 03 ", ("municipal_officer", "Mehmet Yılmaz", "mehmet.yilmaz")),
    ),
    House(
        "municipality", "Gemeente Waterdam", "Damplein 1", "0000 DB", "Waterdam", "035 000 07 00",
        "uitvoering@waterdam.demo.invalid",
        _staff("waterdam", "035 000 07 ", ("municipal_officer", "Femke Postma", "femke.postma")),
    ),
    House(
        "urgency_office", "Urgentiebureau Heide en Meer", "Stationsweg 20", "0000 EA", "Heidebos", "035 000 04 00",
        "bureau@urgentie.demo.invalid",
        _staff("urgentie", "035 000 04 ", ("urgency_officer", "Sanne de Wit", "sanne.dewit")),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Story:
    """One trajectory: who, where, and how far its lease is. `months` and `days` count from its first day to today."""

    tenant: str
    salutation: str
    months: int
    days: int = 0
    home: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    nobody: tuple[str, ...] = ()
    happens: tuple[Happening, ...] = ()
    officer: str = "jeroen.bakker@deheuvel.demo.invalid"
    worker: str = "ana.dordevic@debrug.demo.invalid"
    municipality: str = "mehmet.yilmaz@meerwijk.demo.invalid"
    length: int = 24


ATTENTION = [{"outcome": "on_track"}, {"outcome": "on_track"}, {"outcome": "off_track"}, {"outcome": "attention"}, {"outcome": "on_track"}]  # fmt: skip  # noqa: E501
LIEKE, KOEN = "lieke.vermeer@deheuvel.demo.invalid", "koen.smit@debrug.demo.invalid"
VLIET: Mapping[str, Any] = {
    "officer": "thijs.vandam@hetvliet.demo.invalid",
    "worker": "yara.elidrissi@stapverder.demo.invalid",
    "municipality": "femke.postma@waterdam.demo.invalid",
}

NOISE = Happening("S + 3 months + 10 days", "report_incident", {
    "ground": "no_nuisance", "what": "Harde muziek tot drie uur in de nacht, twee weekenden achter elkaar.",
    "evidence": "Meldingen van drie buren en een eigen geluidsmeting.",
})  # fmt: skip
ARREARS = Happening("S + 14 months", "report_incident", {
    "ground": "rent_on_time", "what": "De huur van vorige maand is niet binnen.", "sources": ["rent_account"],
    "evidence": "Huuradministratie.",
})  # fmt: skip
# The parties see it differently, meet and agree: what each of them said before stays beside it.
APART: Mapping[str, Any] = {
    "advise_as_provider": {"goals.*.finding": "met", "conditions.*.finding": "met"},
    "advise_as_municipality": {
        "advice": "do_not_convert", "reasons": "De vaste bezigheid is er nog niet.",
        "goals.day_structure.finding": "not_met", "goals.finances.finding": "met",
    },
    "hold_hearing": {
        "tenant_view": "Ik wil hier blijven. Twee ochtenden lukt mij, drie nog niet.", "own_view": "cannot_say",
        "conditions.rent_on_time.officer": "not_met", "conditions.rent_on_time.tenant": "met",
        "conditions.no_nuisance.officer": "met", "goals.day_structure.tenant": "not_met",
    },
    "hold_joint_meeting": {
        "came": ["tenant", "care_provider"], "result": "agreed", "outcome": "convert_with_aftercare",
        "agreement": "Mevrouw blijft wonen. De begeleider komt een jaar lang om de twee weken langs.",
    },
    "decide_conversion": {
        "outcome": "convert_with_aftercare", "conditions.rent_on_time.finding": "not_met",
        "reasons": "De huur kwam twee keer te laat en is sinds de zomer op tijd. Nazorg helpt om dat zo te houden.",
    },
}  # fmt: skip

STORIES: Sequence[Story] = (
    Story("Fatima el Amrani", "mevrouw El Amrani", 20, 8, "Kastanjelaan 12-B",
          {"hold_review_meeting": ATTENTION}, nobody=("advise_as_municipality", "hold_hearing")),
    Story("Sjoerd-Willem van den Broek-Hoogerheide", "meneer Van den Broek-Hoogerheide", 6, 5,
          "Prof. dr. Willem Dreesstraat 118 III", nobody=("confirm_goals", "confirm_conditions"), worker=KOEN),
    Story("Çiğdem Yıldırım", "mevrouw Yıldırım", 3, -12, "Melkweg 3", officer=LIEKE),
    Story("José Nuñez", "meneer Nuñez", 0, -9, "Larenseweg 201"),
    Story("Małgorzata Wiśniewska", "mevrouw Wiśniewska", 20, 25, "Havenstraat 44", APART, nobody=("approve_decision",),
          worker=KOEN),
    Story("Anne-Fleur ’t Hooft", "mevrouw ’t Hooft", 8, 10, "Emmastraat 9",
          {"judge_recovery": {"recovered": "no", "judgment": "Er kwamen nieuwe meldingen."}}, happens=(NOISE,)),
    Story("Daan de Vries", "meneer De Vries", 22, 2, "Lindehof 7",
          {"advise_as_provider": {"advice": "do_not_convert", "reasons": "Afspraken werden niet nagekomen."},
           "advise_as_municipality": {"advice": "do_not_convert", "reasons": "De doelen zijn niet bereikt."},
           "hold_review_meeting": [{"outcome": "attention"}, {"outcome": "off_track"}],
           "hold_hearing": {"own_view": "do_not_convert", "conditions.rent_on_time.officer": "not_met"},
           "hold_joint_meeting": {"result": "still_differ",
                                  "difference": "De huurder wil blijven, de anderen zien dat niet goed gaan."},
           "decide_conversion": {"outcome": "do_not_convert", "reasons": "De huur is vaak niet op tijd betaald."}},
          nobody=("record_receipt",), officer=LIEKE),
    Story("Imane Benali", "mevrouw Benali", 26, 0, "Molenpad 22",
          {"decide_conversion": {"outcome": "convert_with_aftercare"}}, worker=KOEN),
    Story("Pieter Jan Mulder", "meneer Mulder", 30, 0, "Veldkers 15"),
    Story("Rosa Fernandes", "mevrouw Fernandes", 1, 3, "Spoorlaan 80", officer=LIEKE),
    Story("Omar Haddad", "meneer Haddad", 0, -20, "Wilgenstraat 31", nobody=("agree_as_tenant",)),
    Story("Lotte van Beek", "mevrouw Van Beek", -1, -6, "Marktplein 5-A"),
    Story("Kevin Groen", "meneer Groen", -1, -22, "Duinroos 2"),
    Story("Samira Aziz", "mevrouw Aziz", -2, 0, "Kerkpad 18"),
    Story("Bram Vos", "meneer Vos", 0, 0, "Zonnebloem 64", {"check_eligibility": {"outcome": "not_eligible"}}),
    Story("Hanneke Dijkstra", "mevrouw Dijkstra", 10, 0, "Sluisweg 10", length=12, **VLIET),
    Story("Youssef Amrani-Bos", "meneer Amrani-Bos", 15, 4, "Rietkraag 4", happens=(ARREARS,), **VLIET),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecentPostman(Postman):
    """Keeps the mail since a moment, as files: nobody reads two years of reminders, nobody should be sent them."""

    since: datetime

    def post(self, mail: Mail, at: datetime) -> None:
        if at >= self.since:
            Postman.post(self, mail, at)


def is_wanted() -> bool:
    """Whether the database is empty, or was left half loaded; somebody's own organisations are never touched."""
    standing, anybody = setting(STANDING), reading().scalar(select(Organisation.id).limit(1))
    let_go()
    return standing == LOADING or (not standing and anybody is None)


def load(app: Flask, today: date, now: datetime) -> None:
    """Fill a database where it `is_wanted` with the region and its trajectories, as they stand today."""
    config: Config = app.extensions["voorwaarts.config"]
    house: Opened = app.extensions["voorwaarts.house"]
    desk = Desk(house, None, today, now)
    if setting(STANDING) == LOADING:
        for letter in config.mail.glob("*.eml"):
            letter.unlink()
        clear_region(desk)
    let_go()
    with write_in_haste():
        note_standing(desk, LOADING)
        furnish_region(desk, REGION, DEMO_PASSWORD)
        _play_stories(config, house, today, now)
        note_standing(desk, "loaded")


def _play_stories(config: Config, house: Opened, today: date, now: datetime) -> None:
    users = {user.email: user for user in reading().scalars(select(User))}
    homes = {home.street: home.id for home in reading().execute(select(Home.street, Home.id))}
    let_go()
    postman = RecentPostman(config.mail_from, None, config.mail, now - MAIL_KEPT)
    for story in STORIES:
        _player(house, story, users, homes, today, postman).play(until=today)


def _player(
    house: Opened, story: Story, users: Mapping[str, User], homes: Mapping[str, UUID], today: date, postman: Postman
) -> Player:
    first = add_months(today, -story.months) - timedelta(days=story.days)
    last = term.latest_end(first) if story.length == 24 else add_months(first, story.length) - timedelta(days=1)
    answers = {task: turns if isinstance(turns, list) else [turns] for task, turns in story.answers.items()}
    script = Script(
        name=story.tenant,
        tenant={"full_name": story.tenant, "salutation": story.salutation},
        answers=answers,
        nobody=frozenset(story.nobody),
        happens=story.happens,
    )
    return Player(house, _cast(story, users), script, first, last, postman, write, home=homes.get(story.home))


def _cast(story: Story, users: Mapping[str, User]) -> Cast:
    contacts = {
        "association": users[story.officer],
        "care_provider": users[story.worker],
        "municipality": users[story.municipality],
        "urgency_office": next(user for user in users.values() if user.role == "urgency_officer"),
    }
    players = {ROLE_OF_PART[part]: viewer_of(user) for part, user in contacts.items()}
    lead = next(
        user
        for user in users.values()
        if user.role == "team_lead" and user.organisation_id == contacts["association"].organisation_id
    )
    players["team_lead"] = viewer_of(lead)
    return Cast(players, {part: user.id for part, user in contacts.items()})
