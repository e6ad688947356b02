"""What we say when spans can't be chosen like that: one sentence for every code."""

from __future__ import annotations

from app.web.marking import N_

FAULTS = {
    "months_unreadable": N_("‘%(label)s’ needs months in figures, with commas between them: 3, 6, 9."),
    "months_out_of_range": N_("‘%(label)s’ needs months from %(min)s to %(max)s, one at least."),
    "too_many_months": N_("‘%(label)s’ has room for %(max)s months. Leave some out."),
    "months_not_rising": N_("‘%(label)s’ needs rising months, each of them once."),
    "opens_before_the_one_before": N_(
        "‘%(label)s’ is too long: one would open before the one before it was held. At most %(max)s."
    ),
    "no_review_fits": N_(
        "With these months a lease of two years would have no review before the advice. Begin in month %(max)s "
        "at the latest."
    ),
    "decision_before_advice": N_(
        "‘%(label)s’ is too long: the advice is due a week before the decision at least, so that the tenant can be "
        "heard. At most %(max)s."
    ),
    "counts_shorter_than_before": N_(
        "‘%(label)s’ is too short: a heavier step counts at least as long as the lighter one before it. "
        "At least %(min)s."
    ),
    "recovery_longer_than_card": N_(
        "‘%(label)s’ is too long: a recovery term ends before the card does. At most %(max)s."
    ),
    "same_spans": N_("These are the spans that hold already. Change one of them, or go back."),
    "tick_one": N_("Tick at least one trajectory."),
}
REFUSALS = {
    "spans_changed_meanwhile": N_("Somebody else changed these spans in the meantime. Look at them, then do it again."),
    "may_not_choose_spans": N_("Only the team lead of the housing association chooses these spans."),
    "may_not_reschedule": N_("Only the housing association changes the spans of a trajectory."),
    "lease_ends_early": N_("The lease ends early, so its spans can’t change any more."),
}
SENTENCES = {**FAULTS, **REFUSALS}
