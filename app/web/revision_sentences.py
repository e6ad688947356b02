"""What we say when a decision can't be revised, or what went out not withdrawn: the sentences, with the law in them."""

from __future__ import annotations

from collections.abc import Mapping

from app.web.marking import N_

SENTENCES: Mapping[str, str] = {
    "may_not_revise_decision": N_("Only a housing officer of the association proposes to revise a decision."),
    "no_decision_to_revise": N_("There is no approved decision yet, so there is nothing to revise."),
    "revision_lease_is_over": N_(
        "The lease is over or ends early, so the decision on conversion can’t be revised any more."
    ),
    "revision_after_the_term": N_(
        "The last day of the lease has passed. By law the lease has ended or goes on without an end date by now; "
        "another decision changes nothing about that."
    ),
    "regular_lease_signed": N_(
        "The regular lease has been signed, and binds both sides from then on. By law only the tenant can end it by "
        "a notice like that of every tenant; the landlord needs a legal ground and a court."
    ),
    "earlier_drawing": N_(
        "This trajectory runs on an earlier drawing of the process, so the decision can’t be revised in it."
    ),
    "revision_is_waiting": N_("A revision of the decision is under way already. Let that one be finished first."),
    "already_decided_so": N_("This is the decision that is in force already. Choose another one."),
    "not_heard_on_this": N_(
        "The tenant was heard on another proposal than this. Not converting needs a proposal of its own, "
        "on which the tenant is heard first."
    ),
    "withdrawn_after_the_term": N_(
        "The lease ends on %(last_day)s. By then the notice has done its work: what is sent later withdraws nothing."
    ),
    "decision_was_revised": N_(
        "The decision was revised since. This answer belongs to the decision before, and stays as it was given."
    ),
    "no_confirmation_sent": N_("No confirmation of conversion was sent, so there is none to withdraw."),
}
