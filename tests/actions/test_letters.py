"""Letters leave the house once, wait while the post is down, and say nothing that is not theirs to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from email import message_from_bytes, policy
from itertools import groupby
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app import files
from app.actions.documents import file_ordered
from app.actions.letters import About, post_due
from app.actions.reviews import move_review
from app.actions.rounds import wake_due
from app.post import Postman
from app.records import Document, Letter, Task, Trajectory, User
from app.web.mail_texts import write
from tests.actions.conftest import Stand
from tests.actions.mailbox import Mailbox
from tests.actions.scene import CARE_SECRET, Scene, fresh
from tests.actions.test_at_once import at_once


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        yield server


def postman(scene: Scene, mailbox: Mailbox) -> Postman:
    return replace(scene.postman, server=mailbox.address)


def first_reminder(scene: Scene) -> Letter:
    """The first that goes out: the officer's, thirty days before the review of month 6."""
    return next(row for row in scene.letters(state="planned") if row.due_on >= scene.today)


def settled(at: Stand) -> Scene:
    """The start-up check is done, the first review lies ahead: nothing is open, everything is planned."""
    scene = at("startup")
    scene.do("check_startup_housing")
    scene.do("check_startup_care")
    return scene


def states(scene: Scene, **where: Any) -> Counter[str]:
    return Counter(row.state for row in scene.letters(**where))


# ---- once


def test_a_letter_is_posted_once_however_often_the_worker_runs(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    day = first_reminder(scene).due_on
    due = scene.letters(due_on=day)
    for minute in range(4):
        post_due(scene.desk(on=day, at=_at(minute * 6)), postman(scene, mailbox), write)
    assert len(mailbox.got) == len(due) == 2
    assert states(scene, due_on=day) == {"posted": 2}
    assert {tuple(to) for to in mailbox.to} == {("jeroen.bakker@deheuvel.demo.invalid",), ("ana@debrug.demo.invalid",)}
    posted = scene.letters(due_on=day)
    assert {row.posted_on for row in posted} == {day} and {row.recipients for row in posted} == {
        to for one in mailbox.to for to in one
    }
    assert scene.row.reference in str(mailbox.got[0]["Subject"])


def test_several_workers_at_once_post_each_letter_once(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    with scene.desk().deed() as deed:  # everything that is planned, at once
        deed.session.execute(update(Letter).values(due_on=scene.today))
        for number, row in enumerate(deed.session.scalars(select(Letter))):
            row.occasion = f"review:{number}"
    planned = scene.letters(state="planned")
    desk, carrier = scene.desk(), postman(scene, mailbox)
    at_once(scene, [lambda: post_due(desk, carrier, write, limit=7)] * 24, threads=4)
    while post_due(desk, carrier, write):
        pass
    assert states(scene) == {"posted": len(planned)} and len(planned) > 20
    assert len(mailbox.ids()) == len(set(mailbox.ids())) == len(planned)


def test_a_repeat_after_a_crash_carries_the_same_message_id(at: Stand, mailbox: Mailbox) -> None:
    """Killed between the server's "taken" and our note of it: at least once, and recognisable as the same."""
    scene = settled(at)
    day = first_reminder(scene).due_on
    post_due(scene.desk(on=day), postman(scene, mailbox), write)
    with scene.desk().deed() as deed:
        deed.session.execute(update(Letter).where(Letter.due_on == day).values(state="planned", claimed_until=None))
    post_due(scene.desk(on=day), postman(scene, mailbox), write)
    assert len(mailbox.got) == 4 and len(set(mailbox.ids())) == 2
    assert all(one.endswith("@localhost>") for one in mailbox.ids())


def test_a_letter_that_somebody_else_is_posting_is_left_alone_until_that_takes_too_long(
    at: Stand, mailbox: Mailbox
) -> None:
    scene = settled(at)
    day = first_reminder(scene).due_on
    desk = scene.desk(on=day)
    with desk.deed() as deed:
        claimed = update(Letter).where(Letter.due_on == day).values(claimed_until=desk.now + timedelta(minutes=5))
        deed.session.execute(claimed)
    assert post_due(desk, postman(scene, mailbox), write) == 0
    assert post_due(scene.desk(on=day, at=_at(6)), postman(scene, mailbox), write) == 2


# ---- when the server is not there, or says no


def test_a_server_that_is_down_is_tried_again_later_and_then_it_goes_out(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    day = first_reminder(scene).due_on
    mailbox.close()
    assert post_due(scene.desk(on=day), postman(scene, mailbox), write) == 0
    for letter in scene.letters(due_on=day):
        assert (letter.state, letter.attempts, letter.reason) == ("planned", 1, "server_down:ConnectionRefusedError")
        assert letter.retry_at == scene.desk(on=day).now + timedelta(minutes=2)
        assert letter.claimed_until is None
    assert post_due(scene.desk(on=day, at=_at(1)), postman(scene, mailbox), write) == 0
    mailbox.open()
    assert post_due(scene.desk(on=day, at=_at(3)), postman(scene, mailbox), write) == 2
    assert {(row.state, row.reason) for row in scene.letters(due_on=day)} == {("posted", "")}


def test_a_server_that_is_down_is_called_once_a_round_not_once_a_letter(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    day = first_reminder(scene).due_on
    mailbox.says["MAIL"] = "451 4.3.0 later"
    post_due(scene.desk(on=day), postman(scene, mailbox), write)
    assert mailbox.calls == 1
    assert {(row.state, row.attempts) for row in scene.letters(due_on=day)} == {("planned", 1)}


def test_a_letter_waits_for_days_if_need_be_and_is_never_given_up_while_it_still_says_something(
    at: Stand, mailbox: Mailbox
) -> None:
    scene = settled(at)
    letter = first_reminder(scene)
    mailbox.close()
    for hour in range(0, 11 * 24, 11):
        desk = scene.desk(on=letter.due_on + timedelta(days=hour // 24), at=_at(hour % 24 * 60, base=0))
        assert post_due(desk, postman(scene, mailbox), write) == 0
    mailbox.open()
    assert post_due(scene.desk(on=letter.due_on + timedelta(days=11), at=_at(600)), postman(scene, mailbox), write) == 2


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_a_refusal_for_good_is_a_failure_with_its_reason(at: Stand, mailbox: Mailbox, stage: str) -> None:
    scene = settled(at)
    day = first_reminder(scene).due_on
    mailbox.says[stage] = "550 5.1.1 no such person"
    assert post_due(scene.desk(on=day), postman(scene, mailbox), write) == 0
    reason = {"RCPT": "refused:SMTPRecipientsRefused", "DATA": "refused:SMTPDataError"}[stage]
    assert {(row.state, row.reason) for row in scene.letters(due_on=day)} == {("failed", reason)}
    mailbox.says.clear()
    assert post_due(scene.desk(on=day, at=_at(600)), postman(scene, mailbox), write) == 0


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_a_refusal_for_now_waits_and_does_not_hold_up_others(at: Stand, mailbox: Mailbox, stage: str) -> None:
    """Greylisting: the first try is put off by every careful server."""
    scene = settled(at)
    day = first_reminder(scene).due_on
    mailbox.says[stage] = "450 4.2.0 greylisted"
    assert post_due(scene.desk(on=day), postman(scene, mailbox), write) == 0
    assert mailbox.calls == 2
    assert states(scene, due_on=day) == {"planned": 2}
    mailbox.says.clear()
    assert post_due(scene.desk(on=day, at=_at(10)), postman(scene, mailbox), write) == 2


def test_one_refused_address_does_not_hold_up_the_other(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    day = first_reminder(scene).due_on
    mailbox.says_to["ana@debrug.demo.invalid"] = "550 5.1.1 no such person"
    assert post_due(scene.desk(on=day), postman(scene, mailbox), write) == 1
    assert {row.role: row.state for row in scene.letters(due_on=day)} == {
        "housing_officer": "posted", "support_worker": "failed",
    }  # fmt: skip


def test_a_text_that_can_not_be_written_fails_by_itself(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    day = first_reminder(scene).due_on

    def clumsy(about: Any, language: str) -> tuple[str, str]:
        if scene.house and about[0].kind == "broken":
            raise KeyError("no such text")
        return write(about, language)

    with scene.desk().deed() as deed:
        broken = update(Letter).where(Letter.due_on == day, Letter.role == "support_worker").values(kind="broken")
        deed.session.execute(broken)
    assert post_due(scene.desk(on=day), postman(scene, mailbox), clumsy) == 1
    assert {(row.state, row.reason) for row in scene.letters(due_on=day, kind="broken")} == {("failed", "KeyError")}


def test_nobody_to_send_to_is_a_failure_that_says_so(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    day = first_reminder(scene).due_on
    with scene.desk().deed() as deed:
        deed.session.execute(update(User).where(User.role == "support_worker").values(active=False))
    post_due(scene.desk(on=day), postman(scene, mailbox), write)
    failed = scene.letters(due_on=day, state="failed")
    assert [(row.role, row.reason) for row in failed] == [("support_worker", "nobody_to_send_to")]


def test_when_the_contact_is_away_the_team_gets_it(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    day = first_reminder(scene).due_on
    with scene.desk().deed() as deed:
        gone = update(User).where(User.email == "jeroen.bakker@deheuvel.demo.invalid").values(active=False)
        deed.session.execute(gone)
    post_due(scene.desk(on=day), postman(scene, mailbox), write)
    assert ["carla@deheuvel.demo.invalid"] in mailbox.to


# ---- files instead of a server


def test_without_a_server_letters_become_files(at: Stand) -> None:
    scene = settled(at)
    day = first_reminder(scene).due_on
    assert post_due(scene.desk(on=day), scene.postman, write) == 2
    mails = [message_from_bytes(one, policy=policy.default) for one in scene.mails()]
    assert len(mails) == 2 and {str(mail["Message-ID"]) for mail in mails} == {
        f"<{row.message_id}@localhost>" for row in scene.letters(due_on=day)
    }
    names = [path.name for path in scene.site.config.mail.iterdir()]
    assert all(name.startswith(f"{day:%Y%m%d}-") and name.endswith(".eml") for name in names)


def test_a_folder_that_can_not_be_written_makes_letters_wait(at: Stand) -> None:
    scene = settled(at)
    day = first_reminder(scene).due_on
    nowhere = scene.site.folder / "a-file"
    nowhere.write_text("not a folder")
    assert post_due(scene.desk(on=day), replace(scene.postman, folder=nowhere), write) == 0
    assert {(row.state, row.attempts) for row in scene.letters(due_on=day)} == {("planned", 1)}


# ---- what a mail may hold


def test_no_mail_on_the_whole_road_holds_a_word_of_care(at: Stand) -> None:
    """A sentence planted in the care goal, the remarks and the meeting is in no mail and no attachment."""
    scene = at("confirming")
    scene.work(on=date(2027, 3, 20))
    with scene.desk().deed() as deed:
        everything = update(Letter).values(state="planned", posted_at=None, about_on=scene.today, due_on=scene.today)
        deed.session.execute(everything)
        for number, row in enumerate(deed.session.scalars(select(Letter))):
            row.occasion = f"{row.occasion.split(':')[0]}:{number}"
            row.task_id = None
    count = fresh().scalar(select(func.count()).select_from(Letter)) or 0
    while post_due(scene.desk(), scene.postman, write):
        pass
    mails = [message_from_bytes(one, policy=policy.default) for one in scene.mails()]
    assert len(mails) >= count > 30
    for mail in mails:
        body = mail.get_body()  # type: ignore[attr-defined]
        assert body is not None
        for text in (str(mail["Subject"]), str(mail["To"]), body.get_content()):
            assert CARE_SECRET not in text and "Zorggeheim" not in text
    attached = [part.get_filename() for mail in mails for part in mail.iter_attachments()]  # type: ignore[attr-defined]
    assert attached and set(attached) == {"review_invitation.docx"}


@pytest.mark.parametrize("ending", ["\r\nBcc: dief@example.org", "\nBcc: d@b.nl", "\u2028Bcc: a@b.nl", "\x85X: y"])
def test_a_line_break_in_a_name_an_address_or_a_reference_adds_no_header(
    at: Stand, mailbox: Mailbox, ending: str
) -> None:
    scene = settled(at)
    day = first_reminder(scene).due_on
    with scene.desk().deed() as deed:
        deed.session.execute(update(Trajectory).values(reference=f"VW{ending}"))
        deed.session.execute(update(User).where(User.role == "housing_officer").values(name=f"J{ending}"))

    def careless(about: list[About], language: str) -> tuple[str, str]:
        return f"Over {about[0].reference}", "Tekst"

    post_due(scene.desk(on=day), postman(scene, mailbox), careless)  # type: ignore[arg-type]
    assert len(mailbox.got) == 2
    for mail, to in zip(mailbox.got, mailbox.to, strict=True):
        assert mail["Bcc"] is None and mail["X"] is None and len(to) == 1
        assert str(mail["Subject"]).startswith("Over VW")


def test_an_invitation_goes_to_the_tenant_with_its_paper(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    with scene.desk().deed() as deed:
        deed.session.get_one(Trajectory, scene.trajectory_id).tenant.email = "fatima@thuis.demo.invalid"
    scene.today = date(2025, 5, 25)
    wake_due(scene.desk())
    post_due(scene.desk(), postman(scene, mailbox), write)
    assert ["fatima@thuis.demo.invalid"] not in mailbox.to  # its paper is not made yet
    file_ordered(scene.desk())
    post_due(scene.desk(at=_at(6)), postman(scene, mailbox), write)
    mail = next(m for m, to in zip(mailbox.got, mailbox.to, strict=True) if to == ["fatima@thuis.demo.invalid"])
    (paper,) = mail.iter_attachments()
    (document,) = scene.documents(name="review_invitation")
    assert paper.get_content() == files.read(scene.site.config.documents, document.content_hash)


def test_an_invitation_without_an_address_goes_to_the_officer_to_print(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    scene.today = date(2025, 5, 25)
    wake_due(scene.desk())
    file_ordered(scene.desk())
    post_due(scene.desk(), postman(scene, mailbox), write)
    mails = [mail for mail in mailbox.got if list(mail.iter_attachments())]
    assert len(mails) == 1 and str(mails[0]["To"]) == "jeroen.bakker@deheuvel.demo.invalid"
    body = mails[0].get_body(("plain",))
    assert body is not None and body.get_content().startswith("Goedendag,")  # the officer is not greeted as the tenant


def test_an_invitation_whose_paper_can_not_be_made_fails_and_says_so(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    scene.today = date(2025, 5, 25)
    wake_due(scene.desk())
    with scene.desk().deed() as deed:
        deed.session.execute(update(Document).where(Document.state == "ordered").values(state="failed"))
    post_due(scene.desk(), postman(scene, mailbox), write)
    (letter,) = scene.letters(kind="review_invitation")
    assert (letter.state, letter.reason) == ("failed", "document_failed")


def test_an_invitation_whose_filed_paper_was_lost_fails_by_itself(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    scene.today = date(2025, 5, 25)
    wake_due(scene.desk())
    file_ordered(scene.desk())
    (document,) = scene.documents(name="review_invitation")
    (scene.site.config.documents / document.content_hash[:2] / document.content_hash).unlink()
    with scene.desk().deed() as deed:
        deed.session.execute(update(Letter).where(Letter.kind == "review_ahead").values(due_on=scene.today))
    posted = post_due(scene.desk(), postman(scene, mailbox), write)
    (letter,) = scene.letters(kind="review_invitation")
    assert (letter.state, letter.reason) == ("failed", "no_such_file") and posted > 0


# ---- one mail a day


def test_who_wants_one_mail_a_day_gets_one_with_everything_in_it(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    day = first_reminder(scene).due_on
    officer = scene.viewer("housing_officer")
    with scene.desk().deed() as deed:
        deed.session.get_one(User, officer.id).bundle_mail = True
        rows = list(deed.session.scalars(select(Letter).where(Letter.role == "housing_officer").limit(5)))
        for number, row in enumerate(rows):
            row.due_on, row.about_on, row.occasion = day, day, f"review:{number}"
    carrier = postman(scene, mailbox)
    post_due(scene.desk(on=day), carrier, write)
    mine = [mail for mail in mailbox.got if officer.id.hex in str(mail["Message-ID"])]
    assert len(mine) == 1
    assert str(mine[0]["Message-ID"]) == f"<{day.isoformat()}.{officer.id.hex}@localhost>"
    bundled = scene.letters(message_id=f"{day.isoformat()}.{officer.id.hex}")
    assert len(bundled) == 5 and {row.state for row in bundled} == {"posted"}
    # What comes up later that day goes along tomorrow.
    with scene.desk().deed() as deed:
        late = deed.session.scalars(
            select(Letter).where(Letter.role == "housing_officer", Letter.state == "planned").limit(1)
        ).one()
        late.due_on, late.about_on, late.occasion = day, day + timedelta(days=9), "review:99"
    for minute in (10, 20, 30):
        assert post_due(scene.desk(on=day, at=_at(minute)), carrier, write) == 0
    assert post_due(scene.desk(on=day + timedelta(days=1)), carrier, write) == 1


def test_one_mail_a_day_holds_all_of_the_day_also_when_a_round_takes_fewer(at: Stand, mailbox: Mailbox) -> None:
    """What missed the mail of today would only go out tomorrow, and say nothing any more."""
    scene = settled(at)
    officer = scene.viewer("housing_officer")
    day = date(2025, 6, 28)
    with scene.desk().deed() as deed:
        deed.session.execute(update(Letter).values(state="dropped"))
        deed.session.get_one(User, officer.id).bundle_mail = True
        for number in range(60):
            for role in ("housing_officer", "support_worker"):
                deed.session.add(
                    Letter(
                        key=f"many:{role}:{number}", trajectory_id=scene.trajectory_id, kind="review_ahead",
                        occasion=f"review:m{number}", role=role, about_on=day, due_on=day,
                    )
                )  # fmt: skip
    post_due(scene.desk(on=day), postman(scene, mailbox), write, limit=10)
    mine = [mail for mail in mailbox.got if officer.id.hex in str(mail["Message-ID"])]
    assert len(mine) == 1 and states(scene, role="housing_officer", state="posted") == {"posted": 60}
    assert 0 < states(scene, role="support_worker")["posted"] <= 10


# ---- after a pause


@pytest.mark.parametrize("days", [18, 28, 40])
def test_after_forty_days_only_the_latest_of_each_occasion_goes_out(at: Stand, mailbox: Mailbox, days: int) -> None:
    """The worker stood still for forty days, from before the first reminder of a review up to these days after it."""
    scene = settled(at)
    day = first_reminder(scene).due_on + timedelta(days=days)
    before = {row.id for row in scene.letters(state="planned") if row.due_on <= day}
    scene.today = day
    while post_due(scene.desk(), postman(scene, mailbox), write):
        pass
    touched = [row for row in scene.letters() if row.id in before]
    assert Counter(row.state for row in touched) == {18: {"posted": 2, "dropped": 2}, 28: {"posted": 2, "dropped": 4},
                                                     40: {"dropped": 6}}[days]  # fmt: skip
    key = lambda row: (row.occasion, row.role)  # noqa: E731
    for _, group in groupby(sorted(touched, key=key), key):
        rows = sorted(group, key=lambda row: row.due_on)
        assert [row.state for row in rows].count("posted") <= 1
        ahead = rows[-1].about_on is not None and rows[-1].about_on >= day
        assert (rows[-1].state == "posted") == ahead
        for row in rows:
            if row.state == "dropped":
                assert row.reason == ("a_later_one_goes_out" if ahead else "its_day_has_passed")
    assert states(scene)["planned"] > 0  # those that are still to come


def test_a_pause_over_many_trajectories_sends_nothing_stale(at: Stand, mailbox: Mailbox) -> None:
    """More than a round can take: the oldest is never sent because the round did not get to the newest."""
    scene = settled(at)
    with scene.desk().deed() as deed:
        for number in range(400):
            for days, due_on in ((30, date(2025, 6, 1)), (14, date(2025, 6, 17)), (3, date(2025, 6, 28))):
                deed.session.add(
                    Letter(
                        key=f"many:{number}:{days}", trajectory_id=scene.trajectory_id, kind="review_ahead",
                        occasion=f"review:m{number}", role="housing_officer", about_on=date(2025, 7, 1), due_on=due_on,
                    )
                )  # fmt: skip
    scene.today = date(2025, 6, 29)
    post_due(scene.desk(), postman(scene, mailbox), write, limit=25)
    many = [row for row in scene.letters() if row.key.startswith("many:")]
    assert Counter(row.due_on for row in many if row.state == "dropped") == {
        date(2025, 6, 1): 400, date(2025, 6, 17): 400,
    }  # fmt: skip
    assert {row.due_on for row in many if row.state == "posted"} <= {date(2025, 6, 28)}


def test_a_letter_that_waited_for_the_server_does_not_go_out_after_a_later_one(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    first = first_reminder(scene)
    second = next(row for row in scene.letters(occasion=first.occasion, role=first.role) if row.due_on > first.due_on)
    desk = scene.desk(on=second.due_on)
    with desk.deed() as deed:
        waiting = deed.session.get_one(Letter, first.id)
        waiting.retry_at, waiting.reason = desk.now + timedelta(minutes=30), "server_down:OSError"
    post_due(desk, postman(scene, mailbox), write)
    post_due(scene.desk(on=second.due_on, at=_at(40)), postman(scene, mailbox), write)
    after = {row.id: (row.state, row.reason) for row in scene.letters()}
    assert after[second.id] == ("posted", "") and after[first.id] == ("dropped", "a_later_one_goes_out")


def test_work_done_while_the_post_is_down_does_not_drop_what_is_still_to_say(at: Stand, mailbox: Mailbox) -> None:
    scene = settled(at)
    letter = first_reminder(scene)
    scene.today = letter.due_on + timedelta(days=2)  # the worker stood still, people went on
    (review,) = scene.reviews(month=12)
    move_review(scene.desk("housing_officer"), review.id, date(2026, 4, 1), "Agenda")
    assert {row.state for row in scene.letters(due_on=letter.due_on)} == {"planned"}
    post_due(scene.desk(), postman(scene, mailbox), write)
    assert {row.state for row in scene.letters(due_on=letter.due_on)} == {"posted"}


# ---- overdue


def test_an_overdue_task_is_brought_up_after_one_and_seven_days_and_then_with_the_lead(
    at: Stand, mailbox: Mailbox
) -> None:
    scene = at("leasing")
    due = scene.task("prepare_lease").due_on
    for day in range(1, 15):
        post_due(scene.desk(on=due + timedelta(days=day)), postman(scene, mailbox), write)
    rows = [(row.kind, (row.due_on - due).days, row.role, row.recipients) for row in scene.letters(state="posted")]
    assert rows == [
        ("overdue", 1, "housing_officer", "jeroen.bakker@deheuvel.demo.invalid"),
        ("overdue", 7, "housing_officer", "jeroen.bakker@deheuvel.demo.invalid"),
        ("overdue_team_lead", 8, "team_lead", "noor.jansen@deheuvel.demo.invalid"),
    ]


def test_a_task_that_was_finished_is_not_brought_up(at: Stand, mailbox: Mailbox) -> None:
    scene = at("leasing")
    due = scene.task("prepare_lease").due_on
    mailbox.close()
    post_due(scene.desk(on=due + timedelta(days=1)), postman(scene, mailbox), write)
    scene.today = due + timedelta(days=1)
    scene.do("prepare_lease")
    mailbox.open()
    post_due(scene.desk(at=_at(30)), postman(scene, mailbox), write)
    assert [(row.state, row.reason) for row in scene.letters(kind="overdue")] == [("dropped", "task_is_finished")]
    assert mailbox.got == []


def test_a_task_that_waking_is_about_to_end_is_not_brought_up(at: Stand, mailbox: Mailbox) -> None:
    """The rounds run beside each other: after a pause the post may come before the waking."""
    scene = at("startup")
    post_due(scene.desk(on=scene.today + timedelta(days=200)), postman(scene, mailbox), write)
    assert scene.letters(kind="overdue") == scene.letters(kind="overdue_team_lead") == []
    scene.work(on=scene.today + timedelta(days=200))
    assert {row.reason for row in scene.letters(state="dropped")} <= {"a_later_one_goes_out", "its_day_has_passed"}


def test_after_a_pause_an_overdue_task_is_brought_up_once(at: Stand, mailbox: Mailbox) -> None:
    scene = at("leasing")
    due = scene.task("prepare_lease").due_on
    for day in (40, 41, 60):
        post_due(scene.desk(on=due + timedelta(days=day)), postman(scene, mailbox), write)
    assert [row.kind for row in scene.letters()] == ["overdue_team_lead"]
    assert fresh().scalar(select(Task.nudge_on).where(Task.name == "prepare_lease")) is None


def _at(minutes: int, base: int = 9 * 60) -> time:
    return time((base + minutes) // 60 % 24, (base + minutes) % 60)
