"""How dates, sums and codes are written for people, in the page's language; never which date or sum it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from flask import Flask
from flask_babel import LazyString, get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NARROW = "\u00a0"  # a day is never parted from its month

EXAMPLE_DAY = date(2026, 6, 2)

# Every code that more than one room knows, by family. Filter: {{ role|word("role") }}
WORDS: dict[str, dict[str, LazyString]] = {
    "role": {
        "nominator": _l("nominating party"),
        "urgency_officer": _l("urgency officer"),
        "municipal_officer": _l("municipal officer"),
        "support_worker": _l("support worker"),
        "housing_officer": _l("housing officer"),
        "team_lead": _l("team lead"),
        "application_manager": _l("application manager"),
    },
    "part": {
        "urgency_office": _l("urgency office"),
        "municipality": _l("municipality"),
        "care_provider": _l("care provider"),
        "association": _l("housing association"),
    },
    "outcome": {
        "convert": _l("convert"),
        "convert_with_aftercare": _l("convert with aftercare"),
        "do_not_convert": _l("do not convert"),
        "not_received": _l("not received"),
    },
    "because": {
        "all_positive": _l("both advices are positive and the reviews are on track"),
        "aftercare_advised": _l("at least one advice asks for aftercare"),
        "advices_differ": _l("the advices differ"),
        "both_negative": _l("both advices are negative"),
        "off_track": _l("the reviews are off track"),
        "not_enough_known": _l("too little is known"),
        "red_card": _l("a red card stands"),
    },
    "rating": {
        "on_track": _l("on track"),
        "attention": _l("attention"),
        "off_track": _l("off track"),
        "none": _l("no review held"),
    },
    "situation": {
        "stable": _l("stable"),
        "attention": _l("attention"),
        "in_trouble": _l("in trouble"),
    },
    "kept": {"kept": _l("kept"), "not_kept": _l("not kept")},
    "wish": {
        "stay": _l("stay in the home"),
        "leave": _l("leave the home"),
        "not_said": _l("nothing said about it"),
    },
    "finding": {"met": _l("met"), "not_met": _l("not met"), "cannot_say": _l("cannot say")},
    "standing": {
        "in_time": _l("received in time"),
        "too_early": _l("received too early"),
        "too_late": _l("received too late"),
        "unproven": _l("sent, receipt not proven"),
        "returned": _l("came back"),
        "returned_too_late": _l("came back too late to send it again"),
        "too_early_again": _l("received too early, send it again"),
        "returned_again": _l("came back, send it again"),
        "planned": _l("planned"),
        "not_needed": _l("not needed"),
        "withdrawn": _l("withdrawn"),
        "to_withdraw": _l("still to be withdrawn"),
    },
    "channel": {"registered_post": _l("registered post"), "email": _l("e-mail")},
    "proof": {
        "signature": _l("signature for the registered letter"),
        "track_and_trace": _l("track and trace says that it was delivered"),
        "email_answer": _l("answer to the e-mail, or its receipt"),
        "handed_over": _l("handed over in person, with a signature"),
        "bailiff": _l("writ of a bailiff"),
        "other": _l("proven in another way"),
    },
    "returned": {
        "not_collected": _l("not collected"),
        "refused": _l("refused"),
        "moved": _l("does not live there any more"),
        "wrong_address": _l("the address was wrong"),
        "unknown": _l("the post does not say why"),
    },
    "ground": {
        "c": _l("ground c: from social shelter or in a social emergency"),
        "d": _l("ground d: second chance"),
        "old": _l("old ground: signed before 1 July 2024"),
    },
    "target_group": {
        "shelter": _l("from social shelter"),
        "social_emergency": _l("social emergency"),
        "second_chance": _l("second chance"),
    },
    "condition": {
        "rent_on_time": _l("The rent is paid on time"),
        "guidance_accepted": _l("Guidance is accepted and appointments are kept"),
        "no_nuisance": _l("No nuisance for the neighbours"),
        "administration_in_place": _l("Administration or budget management stays in place"),
        "daytime_activity": _l("There is a daytime activity"),
        "home_kept_clean": _l("The home is kept clean and home visits are possible"),
        "repayment_plan": _l("The repayment plan is kept"),
        "lives_there": _l("The tenant lives there, does not sublet, and neither deals in nor grows drugs"),
    },
    "breach": {
        "serious_violence": _l("Serious violence or threats"),
        "drugs": _l("Growing, dealing in or keeping drugs in or near the home"),
    },
    "source": {
        "own_observation": _l("seen by the association itself"),
        "rent_account": _l("the rent account"),
        "neighbours": _l("neighbours"),
        "police": _l("police or inspectors"),
        "inspection": _l("a home visit or inspection"),
        "provider_remark": _l("a remark of the care provider"),
    },
    "measure": {
        "conversation": _l("conversation"),
        "warning": _l("warning"),
        "yellow_card": _l("yellow card"),
        "behaviour_order": _l("behaviour order"),
        "red_card": _l("red card"),
    },
    "incident_outcome": {
        "settled": _l("settled"),
        "withdrawn": _l("withdrawn"),
        "lapsed": _l("lapsed with the lease"),
    },
    "ended_because": {
        "expired": _l("expired"),
        "next_step": _l("followed by a next step"),
        "not_given": _l("not given"),
        "settled": _l("settled"),
        "withdrawn": _l("withdrawn"),
        "lapsed": _l("lapsed with the lease"),
    },
    "goal": {
        "housing": _l("Housing"),
        "finances": _l("Finances, as far as the rent"),
        "day_structure": _l("Day structure"),
        "work_education": _l("Work and education"),
        "domestic_relations": _l("Domestic relations"),
        "mental_health": _l("Mental health"),
        "physical_health": _l("Physical health"),
        "substance_use": _l("Substance use"),
        "daily_living": _l("Daily living"),
        "social_network": _l("Social network"),
        "participation": _l("Participation"),
        "justice": _l("Justice"),
    },
}

WORDS["breach"] = {**WORDS["condition"], **WORDS["breach"]}

TONES = {
    "on_track": "good", "convert": "good", "kept": "good", "met": "good", "in_time": "good", "stable": "good",
    "convert_with_aftercare": "good", "attention": "warn", "cannot_say": "warn", "not_received": "warn",
    "unproven": "warn", "off_track": "bad", "do_not_convert": "bad", "not_kept": "bad", "not_met": "bad",
    "too_early": "bad", "too_late": "bad", "in_trouble": "bad", "yellow_card": "warn", "behaviour_order": "warn",
    "red_card": "bad", "returned": "bad", "returned_too_late": "bad", "returned_again": "bad", "too_early_again": "bad",
    "to_withdraw": "warn",
}  # fmt: skip


def install(app: Flask, today: Callable[[], date]) -> None:
    """Gives the templates these words, and `today()`: the business day as whoever joins the rooms reads it."""
    app.jinja_env.filters.update(
        day=day, short_day=short_day, weekday=weekday, near_day=near_day, moment=moment, time_of_day=time_of_day,
        stamp=stamp, distance=distance, since=since, euros=euros, number=number, file_size=size, word=word,
        tone=tone, listed=listed, first_capital=first_capital, lines=lines, near_stamp=near_stamp,
    )  # fmt: skip
    app.jinja_env.globals.update(today=today, example_day=EXAMPLE_DAY)
    app.extensions["voorwaarts.today"] = today


def day(value: date | None) -> str:
    """15 maart 2027"""
    return _date(value, "d MMMM y")


def short_day(value: date | None) -> str:
    """15 mrt 2027"""
    return _date(value, "d MMM y")


def weekday(value: date | None) -> str:
    """dinsdag 2 juni 2026"""
    return _date(value, "EEEE d MMMM y")


def near_day(value: date | None, today: date | None = None) -> str:
    """za 14 nov; with the year when that is not this one."""
    far = value and today and abs((_calendar(value) - today).days) > 300
    return _date(value, "EEE d MMM y" if far else "EEE d MMM")


def month_name(month: int) -> str:
    """januari … december, as it stands alone."""
    return format_date(date(2000, month, 1), "LLLL", locale=_language())


def moment(value: datetime | None) -> str:
    """15 maart 2027, 14.32 in Amsterdam time; a moment without a zone is UTC."""
    return f"{day(value)}, {time_of_day(value)}" if value else ""


def time_of_day(value: datetime | None) -> str:
    """14.32 in Dutch, 14:32 in English."""
    if value is None:
        return ""
    return format_time(_local(value), "HH.mm" if _language() == "nl" else "HH:mm", locale=_language())


def stamp(value: date | None, style: str = "day") -> Markup:
    """The same date for people and for machines: <time datetime="2027-03-15">15 maart 2027</time>."""
    if value is None:
        return Markup()
    styles: dict[str, Callable[[date], str]] = {"day": day, "short": short_day, "weekday": weekday, "near": near_day}
    if isinstance(value, datetime):
        machine = _local(value).strftime("%Y-%m-%dT%H:%M")
        words = moment(value) if style == "moment" else styles[style](value)
    else:
        machine, words = value.isoformat(), styles[style](value)
    return Markup('<time datetime="{}">{}</time>').format(machine, words)


def near_stamp(value: date | None, today: date) -> Markup:
    """The day as a work list writes it, with <time>: za 14 nov."""
    if value is None:
        return Markup()
    return Markup('<time datetime="{}">{}</time>').format(_calendar(value).isoformat(), near_day(value, today))


def distance(value: date | None, today: date) -> str:
    """How far away a due date is: vandaag, morgen, over 4 dagen, over 3 weken; past it: 8 dagen te laat."""
    if value is None:
        return ""
    days = (_calendar(value) - today).days
    if days < 0:
        return str(ngettext("%(num)d day late", "%(num)d days late", -days))
    if days < 2:
        return str(gettext("tomorrow") if days else gettext("today"))
    if days < 21:
        return str(ngettext("in %(num)d day", "in %(num)d days", days))
    if days < 70:
        return str(ngettext("in %(num)d week", "in %(num)d weeks", round(days / 7)))
    return str(ngettext("in %(num)d month", "in %(num)d months", round(days / 30.44)))


def since(value: date | None, today: date) -> str:
    """How long ago something happened, without a judgment: vandaag, gisteren, 8 dagen geleden."""
    if value is None:
        return ""
    days = (today - _calendar(value)).days
    if days < 2:
        return str(gettext("yesterday") if days == 1 else gettext("today"))
    return str(ngettext("%(num)d day ago", "%(num)d days ago", days))


def euros(value: Decimal | float | int | None) -> str:
    """€ 612,50"""
    return "" if value is None else format_currency(value, "EUR", locale=_language())


def number(value: Decimal | float | int | None) -> str:
    return "" if value is None else format_decimal(value, locale=_language())


def size(value: int | None) -> str:
    """92 kB"""
    if value is None:
        return ""
    kilo = value / 1000
    return f"{number(round(kilo / 1000, 1))}{NARROW}MB" if kilo >= 1000 else f"{max(1, round(kilo))}{NARROW}kB"


def word(code: str | None, family: str) -> str:
    """The words for a code of one family; a code that has none yet is shown as it is."""
    if not code:
        return ""
    known = WORDS[family].get(code)
    return str(known) if known is not None else code.replace("_", " ")


def tone(code: str | None) -> str:
    """The tone of a badge for a code: good, warn, bad, or "" for plain."""
    return TONES.get(code or "", "")


def listed(things: Iterable[object], style: str = "standard") -> str:
    """a, b en c; with style "or": a, b of c."""
    return format_list([str(thing) for thing in things], style=style, locale=_language())  # type: ignore[arg-type]


def first_capital(text: object) -> str:
    """Only the first letter up: names inside the text keep their own capitals."""
    words = str(text)
    return words[:1].upper() + words[1:]


def lines(text: str | None) -> Markup:
    """Typed text with its own line ends, safely."""
    return Markup("<br>").join(escape(line) for line in (text or "").splitlines())


def _date(value: date | None, pattern: str) -> str:
    if value is None:
        return ""
    written = format_date(_calendar(value), pattern, locale=_language())
    head, _, tail = written.partition(" ")
    if not head.isdigit():  # the weekday comes first
        first, _, tail = tail.partition(" ")
        return f"{head} {first}{NARROW}{tail}"
    return f"{head}{NARROW}{tail}"


def _calendar(value: date) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def _local(value: datetime) -> datetime:
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(AMSTERDAM)


def _language() -> str:
    return str(get_locale() or "en")
