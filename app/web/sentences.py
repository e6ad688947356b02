"""What we say when something is refused: one sentence for every code, in the language of the page; never a decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import current_app
from flask_babel import gettext

from app.errors import Fault, Refused
from app.web import care_sentences, lease_refusals, span_refusals
from app.web.marking import N_ as N_
from app.web.retention_sentences import SENTENCES as OF_RETENTION
from app.web.revision_sentences import SENTENCES as OF_REVISIONS
from app.web.take_over_sentences import SENTENCES as OF_TAKE_OVER
from app.web.words import day, listed, moment, month_name, number, word

# A code, or a code with the kind of the field where the bare code would read badly ("missing.choice").
# %(label)s is always there: the name of the field, or "" for a fault of the whole form.
FAULTS: dict[str, str] = {
    "missing": N_("Fill in ‘%(label)s’."),
    "missing.choice": N_("Choose an answer for ‘%(label)s’."),
    "missing.choices": N_("Choose at least one for ‘%(label)s’."),
    "missing.date": N_("Fill in the day for ‘%(label)s’."),
    "missing.boolean": N_("Tick ‘%(label)s’."),
    "must_be_ticked": N_("Tick ‘%(label)s’. Without it the step can’t be done."),
    "not_a_date": N_("‘%(label)s’ needs a day, for example 2 June 2026 or 2-6-2026."),
    "impossible_date": N_("%(raw)s does not exist: %(month)s has %(days)s days."),
    "in_the_future": N_("‘%(label)s’ already happened, so the day can’t be later than today."),
    "not_a_choice": N_("Choose one of the answers for ‘%(label)s’."),
    "too_long": N_("‘%(label)s’ is too long: there is room for %(max)s characters. Shorten it."),
    "too_short": N_("‘%(label)s’ is too short. Say a little more."),
    "too_small": N_("‘%(label)s’ is too low: it is %(min)s or more."),
    "too_large": N_("‘%(label)s’ is too high: it is %(max)s or less."),
    "not_a_number": N_("‘%(label)s’ needs a number, in figures."),
    "too_few": N_("Choose at least one for ‘%(label)s’."),
    "looks_like_bsn": N_(
        "‘%(label)s’ seems to hold a citizen service number (BSN). It may not be kept here: take it out."
    ),
    "draft_without_bsn": N_(
        "Something you typed seems to be a citizen service number (BSN). It may not be kept here, so it was left out "
        "of the draft. Take it out."
    ),
    "bsn_is_not_searched": N_(
        "This seems to be a citizen service number (BSN). Those are not kept here, so nobody is found by one. "
        "Search by name, address or reference."
    ),
    "too_many": N_("You chose more than is possible for ‘%(label)s’."),
    "not_valid": N_("‘%(label)s’ is not written in a way we can read."),
    "longer_than_two_years": N_(
        "A fixed-term lease lasts two years at most. With this first day the last day is %(latest_end)s or earlier."
    ),
    "starts_far_off": N_("A lease that starts on %(first_day)s is too far away from %(near)s. Check the year."),
    "ends_before_it_starts": N_("The last day lies before the first day, %(first_day)s. Change one of the two."),
    "home_is_taken": N_("This home is already offered to or let to somebody else. Choose another one."),
    "consent_after_nomination": N_("Consent comes before the nomination of %(day)s. Change one of the two days."),
    "one_housing_goal": N_("Write at least one housing goal: for the home, for the rent or for a regular day."),
    "no_regime_then": N_("A fixed-term lease like this one could be signed from %(from)s on."),
    "ground_needs_new_regime": N_(
        "A lease signed on or after %(from)s can’t rest on the %(ground)s. Correct the legal ground first."
    ),
    "ground_needs_old_regime": N_(
        "A lease signed before %(from)s can’t rest on the %(ground)s. Correct the legal ground first."
    ),
    "old_ground_is_over": N_(
        "The old rules hold only for a lease signed before %(from)s. A lease for this candidate is signed later: "
        "choose ground c or ground d."
    ),
    "before_signing": N_("The lease was signed on %(signed_on)s; the keys are handed over on that day or later."),
    "before_the_lease": N_("The lease starts on %(first_day)s; this can’t be earlier."),
    "invited_after_hearing": N_("The invitation comes before the hearing of %(day)s. Change one of the two days."),
    "window_is_closed": N_(
        "The notice window closed on %(closed_on)s. Not converting is no longer possible: "
        "after %(last_day)s the lease goes on without an end date."
    ),
    "before_the_decision": N_("The decision was taken on %(decided_on)s; approval is on that day or later."),
    "before_the_approval": N_("The decision was approved on %(approved_on)s; this follows on that day or later."),
    "meeting_before_hearing": N_("The tenant was heard on %(heard_on)s; the joint meeting comes after that."),
    "before_the_hearing": N_("The tenant is heard first, on %(heard_on)s; you decide on that day or later."),
    "same_person": N_("You took this decision yourself. Another person must look at it."),
    "sent_before_decision": N_(
        "The decision was approved on %(approved_on)s; the notice is sent on that day or later."
    ),
    "received_before_sent": N_("The notice was sent on %(sent_on)s; it is received on that day or later."),
    "received_after_the_term": N_(
        "The lease ends on %(last_day)s; what is received after that is no notice of its end. "
        "Was it never received before? Then choose that it can’t be proven."
    ),
    "sent_after_the_term": N_("The lease ends on %(last_day)s; a notice sent after that ends nothing."),
    "sent_before_the_last": N_(
        "The notice before this one was sent on %(sent_on)s; sending it again is on that day or later."
    ),
    "not_known_yet": N_(
        "Leave this task open until it is known whether the notice was received, or keep what you have as a draft. "
        "‘Not known yet’ is for when another tenant is written to again in the meantime."
    ),
    "returned_before_sent": N_("The notice was sent on %(sent_on)s; it comes back on that day or later."),
    "notice_contradicts_confirmation": N_(
        "An end-of-term notice has been sent in this trajectory. A confirmation of conversion would contradict it."
    ),
    "confirmation_contradicts_notice": N_(
        "Conversion has been confirmed in this trajectory. An end-of-term notice would contradict it."
    ),
    "before_the_trajectory": N_("The trajectory was opened on %(opened_on)s; this is on that day or later."),
    "before_the_judgment": N_("The court ruled on %(day)s; the last day is that day or later."),
    "before_the_notice_ends": N_(
        "This notice ends the lease on %(earliest)s at the earliest. Choose that day or a later one."
    ),
    "day_has_passed": N_("This day has passed. Choose today or a later day."),
    "review_outside_lease": N_(
        "The review falls within the lease: from %(first_day)s up to and including %(last_day)s."
    ),
    "planned_that_day_already": N_("The review is planned on this day already. Choose another day."),
    "another_review_that_day": N_("Another review is already planned on this day. Choose another day."),
    "nominator_takes_part": N_("Choose somebody of your own organisation here: you nominate this candidate."),
    "not_a_signed_copy": N_("A signed copy is a PDF, a PNG or a JPEG file. Choose such a file."),
    "not_a_proof": N_("A proof is a PDF, a PNG or a JPEG file: a scan or a photo. Choose such a file."),
    "scan_is_active": N_(
        "This PDF runs something when it is opened, such as a script, a program or a film. "
        "Print it to a new PDF and choose that one."
    ),
    "scan_is_damaged": N_(
        "This picture is damaged, or something else is hidden in it. Scan it or take the photo once more."
    ),
    "picture_too_large": N_("This picture has more than %(millions)s million pixels. Make it smaller."),
    "enough_proofs": N_("There are %(most)s proofs with this notice already. Put the pages together in one PDF."),
    "copy_too_large": N_("This file is larger than %(megabytes)s MB. Make it smaller, or send it in parts."),
    "day_must_be_later": N_("It is %(today)s already. Choose a later day."),
    "person_stays": N_("This is what is written already. Change what is wrong."),
    "not_an_email": N_("This is not an e-mail address. It looks like name@example.org."),
    "email_is_taken": N_("Somebody with this e-mail address already has a login."),
    "password_too_short": N_("A password has at least %(min)s characters. A sentence of a few words works well."),
    "password_too_long": N_("A password has at most %(max)s characters. Shorten it."),
    "password_too_common": N_(
        "This password is too easy to guess: many people choose it, or it is made of names and words of your work. "
        "Choose a few words that have nothing to do with each other."
    ),
    "password_is_wrong": N_("This is not your password of now."),
    "password_stays_the_same": N_("This is the password you have already. Choose another one."),
    "kind_stays": N_("The kind of an organisation can’t be changed. Add a new organisation instead."),
    "role_does_not_fit_organisation": N_("This role does not exist at an organisation of this kind."),
    "incident_needs_ground": N_(
        "An incident needs a ground: a condition of the care contract that was not kept, serious violence or drugs. "
        "What was never agreed can’t be held against a tenant."
    ),
    "card_needs_ground": N_(
        "A step without a ground is refused: a judge asks which agreement was broken. "
        "Choose the condition that was not kept, serious violence or drugs."
    ),
    "ground_not_agreed": N_("This is not a condition of this care contract. Choose one that was agreed."),
    "may_not_skip": N_(
        "Steps may be skipped only for serious violence or drugs. For anything else it begins with a conversation."
    ),
    "skipping_needs_reason": N_("Say why steps are skipped: the tenant and a judge must be able to follow it."),
    "not_on_the_providers_remark_alone": N_(
        "A card never rests on a remark of the care provider alone: guidance needs trust. "
        "Add what was seen by yourself, by neighbours or by the police, or what the rent account shows."
    ),
    "recovery_before_step": N_("The recovery term ends after %(day)s: the tenant needs time to put it right."),
    "recovery_too_long": N_("A recovery term ends on %(day)s at the latest. Choose an earlier day."),
    "recovery_needs_term": N_("Say until when the tenant has time to put it right."),
    "recovery_needs_plan": N_("Say what must change: a recovery term without a plan can’t be judged."),
    "before_the_incident": N_("The incident was on %(happened_on)s; this is on that day or later."),
    "hearing_comes_first": N_("The tenant was heard on %(heard_on)s; you decide on that day or later."),
    "before_the_proposal": N_("The proposal is of %(decided_on)s; approval is on that day or later."),
    "before_the_step": N_("The step was taken on %(given_on)s; you judge it on that day or later."),
    "time_machine_range": N_("Choose a number of days from 1 up to %(max)s."),
}

# Params that hold a code are said in the words of their family.
FAMILIES = {"role": "role", "ground": "ground", "part": "part", "outcome": "outcome"}

REFUSALS: dict[str, str] = {
    "invalid": N_("Something is still needed before this can be kept."),
    "not_found": N_("This page does not exist, or it is not there for you."),
    "not_allowed": N_("You may not do this."),
    "not_ready": N_("This can’t be done now. Something changed in the meantime."),
    "somebody_was_first": N_("Somebody else changed this at the same moment."),
    "database_unreachable": N_("The program can’t reach its database."),
    "disk_full": N_("There is no room left on the disk of the program."),
    "needs_a_person": N_("This is only done by a person who is signed in."),
    "no_such_trajectory": N_("This trajectory does not exist, or it is not there for you."),
    "no_such_task": N_("This task does not exist, or it is not there for you."),
    "no_passkey_was_made": N_("No passkey was made. Try again, and confirm it on your device."),
    "too_many_passkeys": N_("You have %(max)s passkeys already. Remove one that you no longer use."),
    "no_such_passkey": N_("This passkey is not there any more."),
    "no_such_session": N_("This sign-in is not there any more."),
    "no_such_step": N_("This step is no longer open."),
    "no_such_document": N_("This document does not exist, or it is not there for you."),
    "no_such_notice": N_("This notice or proof does not exist, or it is not there for you."),
    "may_not_keep_proof": N_("Only the housing association keeps proofs of its notices."),
    "no_such_file": N_("The file of this document is not where it should be."),
    "document_failed": N_("This document could not be made. Your application manager can see why."),
    "no_such_review": N_("This review does not exist, or it is not there for you."),
    "no_such_organisation": N_("This organisation does not exist (any more)."),
    "no_such_user": N_("This person does not exist (any more)."),
    "no_such_home": N_("This home does not exist (any more)."),
    "no_such_drawing": N_("The process drawing of this step is missing."),
    "no_such_form": N_("The form of this step is missing."),
    "no_such_table": N_("The decision table of this step is missing."),
    "trajectory_is_over": N_("This trajectory is over."),
    "may_not_report_early_end": N_("Only the parties it concerns can record this."),
    "nobody_listens": N_("The trajectory does not wait for this now."),
    "file_damaged": N_("The file was changed outside the program, so it is not shown. Ask for the copy in the backup."),
    "not_your_task": N_("This task is for another role or another organisation."),
    "task_is_taken": N_("%(by)s has just taken this task."),
    "task_is_done": N_("%(by)s already finished this task, on %(on)s."),
    "task_has_lapsed": N_("This task lapsed on %(on)s: its time was over."),
    "only_done_is_corrected": N_("Only a finished task can be corrected."),
    "done_again_since": N_("This step was done again later. Correct the later one: that is the one that counts."),
    "contract_is_drafted_anew": N_(
        "A care contract is not corrected but drafted anew: a party that disagrees sends it back."
    ),
    "decision_is_not_corrected": N_("A decision that was approved can’t be corrected."),
    "measure_is_not_corrected": N_(
        "A step of an escalation is not corrected: the tenant has heard of it. Withdraw the incident, with the reason."
    ),
    "no_such_incident": N_("This incident does not exist, or it is not there for you."),
    "may_not_report_incident": N_("Only the housing association reports and withdraws incidents."),
    "no_lease_to_keep": N_("There is no temporary lease running, so this cannot be added."),
    "incident_is_over": N_("This incident is over, so it can’t be withdrawn."),
    "correction_moves_the_lease": N_(
        "This would change the first or last day of the signed lease. Two people do that: see “Why these dates?”."
    ),
    "correction_is_not_corrected": N_("What was judged is not corrected: propose the right days instead."),
    "may_not_correct_lease": N_("Only a housing officer of the association proposes other days for a lease."),
    "lease_not_signed": N_("The lease is not signed yet. Change the days in the task that draws it up."),
    "lease_is_over": N_("The lease is over or ends early, so its days can’t be corrected any more."),
    "notice_names_the_last_day": N_(
        "A notice that names the last day was sent to the tenant, so they can’t be corrected here. Ask a lawyer first."
    ),
    "conversion_names_the_last_day": N_(
        "The conversion is decided, and its papers name the last day, so the days can’t be corrected any more."
    ),
    "correction_is_waiting": N_("A correction waits for the second person already. Let that one be judged first."),
    "nothing_changes": N_("These are the days that are kept already. Fill in what stands in the signed lease."),
    "correction_changes_the_path": N_(
        "This answer decided how the trajectory went on. It can’t be changed afterwards; other answers can."
    ),
    "no_party_for_role": N_("Nobody in this trajectory has the part of %(role)s. Add that party first."),
    "no_decision_yet": N_("There is no decision in this trajectory yet."),
    "no_notice_sent": N_("No end-of-term notice was sent to this tenant yet."),
    "no_review_going_on": N_("There is no review going on for this task."),
    "no_aftercare_left": N_("There is no aftercare check left to do."),
    "review_is_over": N_("This review is over, so it can’t be moved."),
    "may_not_note_contact": N_("Only who works with the tenant notes a contact."),
    "may_not_move_review": N_("Only the housing association moves a review."),
    "may_not_nominate": N_("Your role does not nominate candidates."),
    "may_not_change_people": N_("Your role does not change who takes part in a trajectory."),
    "no_such_person": N_("Nobody of this dossier is meant by this."),
    "may_not_make_document": N_("Your organisation does not make this document."),
    "only_the_application_manager": N_("Only the application manager does this."),
    "kept_by_another_manager": N_(
        "This organisation has an application manager of its own, who looks after its people."
    ),
    "code_is_wrong": N_(
        "This code is not right, or it was used already. Wait for the next one in your app, and type that."
    ),
    "second_step_is_there": N_("Your second step is set up already. Sign in with a code from your app."),
    "not_ones_own_second_step": N_("Ask another application manager: nobody takes away their own second step."),
    "no_such_link": N_("This link was used already, or it is too old."),
    "too_many_tries": N_("It did not work too many times in a row. You can try again from %(again_at)s on."),
    "busy": N_("Many people are signing in at this moment, and it was not your turn yet."),
    "there_is_a_manager": N_("There already is an application manager."),
}

SENTENCES: dict[str, str] = {
    **REFUSALS,
    **FAULTS,
    **lease_refusals.FAULTS,
    **care_sentences.SENTENCES,
    **span_refusals.SENTENCES,
    **OF_TAKE_OVER,
    **OF_REVISIONS,
    **OF_RETENTION,
}


def add(more: Mapping[str, str]) -> None:
    """A feature adds its own codes; a code that already has another sentence is a mistake and raises ValueError."""
    for code, message in more.items():
        if SENTENCES.setdefault(code, message) != message:
            raise ValueError(f"the code {code} already has a sentence")


def knows(code: str) -> bool:
    """Whether somebody wrote a sentence for this code."""
    return code in SENTENCES


def sentence(code: str, kind: str = "", /, **params: Any) -> str:
    """The sentence for a code. Dates, numbers and lists in `params` are written out for people."""
    message = SENTENCES.get(f"{code}.{kind}") or SENTENCES.get(code)
    if message is None:
        current_app.logger.error("no sentence for the code %s", code)
        message = SENTENCES["not_ready"]
    words = {name: _written(name, value) for name, value in params.items()}
    words.setdefault("label", "")
    return str(gettext(message)) % words


def refusal(refused: Refused) -> str:
    """The sentence for a refusal by the actions or the rules."""
    return sentence(refused.code, **refused.params)


def fault(fault: Fault, label: str = "", kind: str = "") -> str:
    """The sentence for one fault; `label` names the field, `kind` is the kind of field it stands at."""
    return sentence(fault.code, kind, **{"label": label, **fault.params})


def _written(name: str, value: Any) -> str:
    if name in FAMILIES and isinstance(value, str):
        return word(value, FAMILIES[name])
    if name == "month" and isinstance(value, int):
        return month_name(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int | float | Decimal):
        return number(value)
    if isinstance(value, list | tuple | set | frozenset):
        return listed(value)
    return str(value)
