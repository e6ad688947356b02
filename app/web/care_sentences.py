"""What is said when something noted about care is refused."""

from __future__ import annotations

from collections.abc import Mapping

from app.web.marking import N_

SENTENCES: Mapping[str, str] = {
    "may_not_note_care_end": N_("Only who works with the tenant notes that guidance stops."),
    "may_not_note_pause": N_("Only the care provider and the municipality note a pause of guidance."),
    "not_yours_to_note": N_("Your organisation can’t judge this. The care provider or the municipality notes it."),
    "care_end_is_open": N_("It was noted already that guidance stops, and that is still being dealt with."),
    "care_has_ended": N_("Guidance has ended already. To begin again, the parties agree on it anew."),
    "care_ends_before_it_began": N_("Guidance began on %(began)s; it stops on that day or later."),
    "care_ends_after_lease": N_(
        "The lease ends on %(last_day)s, and its conditions with it. Choose that day or an earlier one."
    ),
    "care_end_is_not_corrected": N_(
        "This answer has been acted on, so it can’t be corrected. Note what has changed as something new."
    ),
    "decision_must_last_longer": N_("Choose a day after %(after)s: else the decision ends no later than it did."),
    "guidance_ends_first": N_("Guidance starts on %(began)s; its last day is that day or later."),
    "care_does_not_pause": N_("Guidance does not pause now, so there is nothing to go on with."),
    "pause_before_care": N_("Guidance began on %(began)s; a pause starts on that day or later."),
    "pause_after_lease": N_("The lease ends on %(last_day)s; a pause starts on that day or earlier."),
    "pause_ends_first": N_("The pause starts on %(since)s; its last day is that day or later."),
    "pause_overlaps": N_("These days overlap with the pause that starts on %(since)s. Choose other days."),
}
