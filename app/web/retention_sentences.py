"""What is said when something that is kept can't be held back or removed."""

from __future__ import annotations

from collections.abc import Mapping

from app.web.marking import N_

SENTENCES: Mapping[str, str] = {
    "not_over_yet": N_("This is not over yet, so there is no day until which it is kept."),
    "kept_longer": N_("This must be kept longer. On the page before this one stands until which day."),
    "held_back": N_("Somebody holds this back, with a reason. It can be removed once that is lifted."),
    "another_class_first": N_("Something with an earlier day is still there. Remove that first."),
    "no_anchor_to_cut_at": N_("No anchor saw an end of this record that is old enough yet, so it can’t be cut there."),
    "record_is_not_whole": N_(
        "These entries are not as they were written, so they stay: they are evidence. Tell your application manager."
    ),
    "removal_is_waiting": N_("It is proposed already to remove this. A second person judges that."),
    "no_removal_waits": N_("Nobody proposed to remove this, or it was judged already."),
    "removal_is_of_another": N_("Another organisation proposed this; two people there decide on it."),
    "own_removal": N_("You proposed this yourself. Another person must look at it."),
    "no_such_class": N_("Your organisation holds nothing of this kind here."),
    "no_such_hold": N_("This hold does not exist, or it is not of your organisation."),
    "hold_is_lifted": N_("This hold was lifted already."),
}
