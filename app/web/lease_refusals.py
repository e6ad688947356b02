"""What we say when an earlier lease stands in the way of a conditional one: the sentences, with the law behind them."""

from __future__ import annotations

from app.web.marking import N_

FAULTS = {
    "second_fixed_term": N_(
        "The earlier fixed term ended on %(until)s and this lease starts on %(first_day)s. By law a lease that "
        "directly follows a fixed term with the same landlord is open-ended, and a judge may look through a short "
        "break. So a fixed term may start on %(earliest)s or later; before that, offer an open-ended lease."
    ),
    "second_fixed_term_ours": N_(
        "In trajectory %(reference)s this person had a fixed term with you that ended on %(until)s, and this lease "
        "starts on %(first_day)s. By law a lease that directly follows a fixed term with the same landlord is "
        "open-ended, and a judge may look through a short break. So a fixed term may start on %(earliest)s or later; "
        "before that, offer an open-ended lease."
    ),
    "holds_open_ended_lease": N_(
        "This tenant has an open-ended lease with you. It can’t be traded in for a conditional one: "
        "a tenant with a permanent lease keeps it, and gets help to keep the home."
    ),
    "holds_open_ended_lease_ours": N_(
        "By trajectory %(reference)s this person has an open-ended lease with you. It can’t be traded in for a "
        "conditional one. Did it end since? Then say so where the lease is drawn up, with its last day."
    ),
    "open_ended_lease_not_over": N_(
        "The open-ended lease runs up to and including %(until)s. As long as it runs it can’t be traded in for a "
        "conditional one: that is signed, and starts, only after it has ended."
    ),
    "open_ended_lease_not_over_ours": N_(
        "The open-ended lease of trajectory %(reference)s runs up to and including %(until)s. As long as it runs it "
        "can’t be traded in for a conditional one: that is signed, and starts, only after it has ended."
    ),
    "conditional_lease_runs_ours": N_(
        "In trajectory %(reference)s this person has a conditional lease with you that runs, up to and including "
        "%(until)s. Nobody has two at once with the same landlord, nor a second one directly after the first."
    ),
    "landlord_adds_co_tenant": N_(
        "The lease is signed. From then on only the housing association, the landlord, adds a co-tenant."
    ),
}
