"""The sentence at the top of a dossier: where are we, what is needed now and from whom, what it puts at risk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext, ngettext

from app.records import Task
from app.rules import notice, timeline
from app.rules.course import notice_in_force
from app.rules.schedule import decision_due, term_ended
from app.web import early_ends
from app.web.cards import standing_card
from app.web.labels import moment_title
from app.web.standing import Standing
from app.web.words import day, distance, first_capital, word


@dataclass(frozen=True, slots=True)
class Sentence:
    """A part of the lead; `strong` is what is needed now."""

    words: str
    strong: bool = False


def lead(standing: Standing) -> list[Sentence]:
    """Where are we, what is needed now and from whom, and what it puts at risk."""
    return [*_where(standing), *_needed(standing), *_card(standing), *_at_risk(standing)]


def _where(standing: Standing) -> Iterator[Sentence]:
    row, case = standing.ledger.trajectory, standing.case
    if row.outcome in ("rejected", "declined", "withdrawn"):
        yield Sentence(_closed(row.outcome, row.closed_on))
    elif row.stage == "intake":
        yield Sentence(gettext("A candidate since %(day)s.", day=day(row.opened_on)))
    elif not standing.sees("dates"):
        yield Sentence(gettext("The candidate has found a home.") if not row.outcome else _closed(row.outcome, None))
    elif case.ending:
        ending = standing.ledger.endings[-1]
        yield Sentence(_ended(ending.kind, ending.on))
    else:
        if early := early_ends.told(standing.ledger):
            yield Sentence(early)
            return
        month, months = timeline.month_of(case, standing.today)
        if month:
            yield Sentence(gettext("Month %(month)s of %(months)s.", month=month, months=months))
        else:
            yield Sentence(gettext("The lease starts on %(day)s.", day=day(row.first_day)))
        yield from _reviews(standing)


def _reviews(standing: Standing) -> Iterator[Sentence]:
    reviews = standing.case.reviews
    over = [review for review in reviews if review.closed_on is not None]
    held = sum(review.held_on is not None for review in over)
    if not over or not standing.sees("reviews"):
        return
    if held == len(reviews):
        yield Sentence(gettext("All reviews have been held."))
    elif len(over) == len(reviews):
        yield Sentence(gettext("%(held)s of the %(all)s reviews were held.", held=held, all=len(reviews)))
    else:
        words = ngettext(
            "%(held)s of %(num)d review has been held.",
            "%(held)s of %(num)d reviews have been held.",
            len(reviews),
            held=held,
        )
        yield Sentence(words)


def _needed(standing: Standing) -> Iterator[Sentence]:
    if standing.open_tasks:
        task = standing.open_tasks[0]
        what = gettext("Now needed: %(task)s, by %(who)s.", task=standing.title(task), who=standing.who(task))
        yield Sentence(what, strong=True)
        yield Sentence(_when(standing, task))
        more = len(standing.open_tasks) - 1
        if more:
            yield Sentence(ngettext("%(num)d more task is open.", "%(num)d more tasks are open.", more))
    elif standing.ledger.trajectory.stage != "closed" and standing.moments:
        following = timeline.next_moment(standing.moments, standing.today)
        if following is not None:
            what = first_capital(moment_title(following))
            yield Sentence(
                gettext("Nothing is needed now. Next: %(what)s, on %(day)s.", what=what, day=day(following.on))
            )


def _when(standing: Standing, task: Task) -> str:
    if task.due_on < standing.today:
        late = (standing.today - task.due_on).days
        return str(ngettext("That is %(num)d day late.", "That is %(num)d days late.", late))
    return str(
        gettext(
            "It is due on %(day)s, %(distance)s.", day=day(task.due_on), distance=distance(task.due_on, standing.today)
        )
    )


def _at_risk(standing: Standing) -> Iterator[Sentence]:
    last, case = standing.ledger.trajectory.last_day, standing.case
    if last is None or case.ending or case.early_end or not standing.sees("dates"):
        return
    window, after, decided = notice.window(last), day(term_ended(last)), timeline.decided(case)
    if timeline.lapsed(case, standing.today) and any(task.name == "record_receipt" for task in standing.open_tasks):
        yield Sentence(
            gettext(
                "The notice window closed on %(day)s. Unless it is proven that the notice was received by then, "
                "the lease is open-ended from %(after)s on.",
                day=day(window.safe_last),
                after=after,
            )
        )
    elif timeline.lapsed(case, standing.today):
        yield Sentence(
            gettext(
                "The notice window closed on %(day)s without a valid notice: "
                "from %(after)s on the lease is open-ended.",
                day=day(window.safe_last),
                after=after,
            )
        )
    elif decided in timeline.CONVERSIONS and case.sent:
        yield Sentence(
            gettext(
                "The decision was revised: convert. The end-of-term notice that went out must be withdrawn before "
                "%(last)s is over.",
                last=day(last),
            )
        )
    elif decided in timeline.CONVERSIONS:
        yield Sentence(gettext("The decision is to convert: from %(after)s on the lease is open-ended.", after=after))
    elif decided and not notice_in_force(case):
        yield Sentence(
            gettext(
                "The end-of-term notice must be received from %(first)s up to and including %(last)s. "
                "A day later, and the lease goes on without an end date.",
                first=day(window.safe_first),
                last=day(window.safe_last),
            )
        )
    elif decided:
        yield Sentence(gettext("The notice is in force: the lease ends on %(day)s.", day=day(last)))
    elif any(one.what == "advice_opens" and one.state == "done" for one in standing.moments):
        due = decision_due(last, standing.ledger.settings)
        if due < standing.today:
            yield Sentence(
                gettext(
                    "The decision on conversion should have been there on %(day)s. The notice window closes on "
                    "%(closes)s: without a valid notice by then the lease goes on without an end date.",
                    day=day(due),
                    closes=day(window.safe_last),
                )
            )
            return
        ahead = (window.safe_first - due).days
        yield Sentence(
            ngettext(
                "The decision on conversion must be there on %(day)s, %(num)d day before the notice window opens.",
                "The decision on conversion must be there on %(day)s, %(num)d days before the notice window opens.",
                ahead,
                day=day(due),
            )
        )


def _card(standing: Standing) -> Iterator[Sentence]:
    """A card that stands is weighed in the decision, and ends nothing."""
    card = standing_card(standing.ledger, standing.viewer) if not standing.case.ending else None
    if card is not None and card.kind == "red_card":
        yield Sentence(gettext("A red card stands: it is weighed in the decision, it does not end the lease."))
    elif card is not None:
        yield Sentence(gettext("A yellow card stands."))


def _ended(kind: str, on: date) -> str:
    said = {
        "conversion": gettext("Converted: the lease has been open-ended since %(day)s.", day=day(on)),
        "ended_early": gettext("The lease ended before its last day, and has been over since %(day)s.", day=day(on)),
        "tenancy_ended": gettext("The fixed-term lease has been over since %(day)s.", day=day(on)),
        "open_ended_by_lapse": gettext(
            "The lease has been open-ended since %(day)s, because no valid notice was received in time.", day=day(on)
        ),
        "open_ended_by_approval": gettext(
            "The lease has been open-ended since %(day)s, because the tenant stayed with approval.", day=day(on)
        ),
    }
    return str(said[kind])


def _closed(outcome: str, on: date | None) -> str:
    words = first_capital(word(outcome, "result"))
    return str(gettext("%(outcome)s on %(day)s.", outcome=words, day=day(on))) if on else f"{words}."
