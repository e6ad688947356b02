"""What we say when a file, or a line of it, can't be taken over: one sentence for every code; never a decision."""

from __future__ import annotations

from collections.abc import Mapping

from app.web.marking import N_

SENTENCES: Mapping[str, str] = {
    "may_not_take_over": N_("Only the team lead of the housing association takes over trajectories."),
    "take_over_has_begun": N_("This file is being taken over already, or nothing in it can be."),
    "care_is_there": N_("The care part of this trajectory is there already, or it was not taken over."),
    "not_a_sheet": N_("This is not a CSV or XLSX file that can be read. Save it anew as an Excel workbook (.xlsx)."),
    "sheet_too_large": N_("This file is larger than %(megabytes)s MB. Split it into several files."),
    "sheet_unpacks_too_large": N_(
        "This workbook holds more than can be taken over at once. "
        "Copy the list, or a part of it, into a new, empty workbook and save that."
    ),
    "sheet_is_active": N_(
        "This workbook has macros, embedded files or links to other files in it. "
        "Copy the list into a new, empty workbook, as values, and save that as an Excel workbook (.xlsx)."
    ),
    "sheet_too_long": N_("This file has more than %(max)s lines. Split it into several files."),
    "sheet_is_empty": N_("There is no line below the headings of this file, so there is nothing to take over."),
    "column_of_bsn": N_(
        "The column ‘%(label)s’ holds citizen service numbers (BSN). A housing association may not process those. "
        "Take the column out of the file."
    ),
    "column_of_care": N_(
        "The column ‘%(label)s’ is about care. A housing association may not have that (Wmo 2015, article 5.3.3). "
        "Take the column out of the file: the municipality adds the care part afterwards."
    ),
    "column_twice": N_("The column ‘%(label)s’ is there twice. Take one of the two out."),
    "columns_missing": N_("These columns are missing: %(columns)s. The template has all of them."),
    "not_one_of": N_("‘%(label)s’ says ‘%(typed)s’. It can say: %(allowed)s."),
    "lease_is_over": N_("This lease ended on %(last_day)s. Only what still runs is taken over."),
    "window_has_closed": N_(
        "The notice window closed on %(closed_on)s. If a notice was received in time, finish this trajectory outside "
        "the program: here it can only be converted, or lapse."
    ),
    "care_goal": N_(
        "‘%(typed)s’ is a care goal. A housing association may not have that (Wmo 2015, article 5.3.3). "
        "Take it out: the municipality adds the care part afterwards."
    ),
    "goal_without_domain": N_(
        "Say of ‘%(typed)s’ what it is about, with a colon behind it. It can be about: %(allowed)s."
    ),
    "review_unreadable": N_(
        "‘%(typed)s’ is not a review we can read. Write it like ‘3: 2-6-2025 op koers’ or ‘6: niet gehouden’."
    ),
    "no_review_in_month": N_("This lease has no review of month %(number)s. It has those of: %(months)s."),
    "review_twice": N_("The review of month %(number)s is there twice. Keep one."),
    "card_unreadable": N_(
        "‘%(typed)s’ is not a card we can read. "
        "Write it like ‘gele kaart 3-2-2026: huur op tijd, herstel tot 3-4-2026’."
    ),
    "nobody_with_this_email": N_(
        "Nobody with the address %(typed)s can sign in. Ask the application manager to add them."
    ),
    "contact_of_other_role": N_("The one with this address is no %(role)s. Name somebody who is."),
    "contact_elsewhere": N_("The housing officer works at another association. Name somebody of your own."),
    "reference_is_there": N_(
        "Your own reference is that of trajectory %(reference)s already: it was taken over before."
    ),
    "trajectory_is_there": N_(
        "This tenant with this first day is trajectory %(reference)s already: it was taken over before."
    ),
    "twice_in_file": N_("This stands on line %(line)s of the same file already."),
    "line_went_wrong": N_("This line could not be taken over. The application manager finds why in the log."),
}
