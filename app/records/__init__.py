"""Tables and named queries; never a decision, never a commit."""

from app.records.account_mails import AccountMail
from app.records.attempts import Attempts
from app.records.care import CareEnd, CarePause
from app.records.contacts import Contact
from app.records.database import db
from app.records.decisions import (
    Advice,
    Decision,
    EarlyEnd,
    Ending,
    EndNotice,
    Hearing,
    JointMeeting,
    KeyReturn,
    LeavingPlan,
)
from app.records.documents import Document, NoticeProof, SignedCopy
from app.records.earlier import ToldLease
from app.records.events import Chain, Cut, Event, Setting
from app.records.identities import Identity
from app.records.incidents import Incident, Measure
from app.records.legal_dates import LeaseCorrection, LegalDate
from app.records.letters import Letter
from app.records.passkeys import Passkey
from app.records.people import Home, Organisation, Person, PersonCorrection, User
from app.records.retention import Hold, Removal
from app.records.reviews import Confirmation, Move, Review
from app.records.revisions import Revision
from app.records.runs import Definition, Run
from app.records.schedules import Rescheduling, Schedule
from app.records.second_steps import RecoveryCode, SecondStep
from app.records.sessions import UserSession
from app.records.take_overs import TakeOver
from app.records.tasks import Answer, Task
from app.records.trajectories import Agreement, Beside, Condition, Counter, Goal, Part, Trajectory

__all__ = [
    "AccountMail",
    "Advice",
    "Agreement",
    "Answer",
    "Attempts",
    "Beside",
    "CareEnd",
    "CarePause",
    "Chain",
    "Condition",
    "Confirmation",
    "Contact",
    "Counter",
    "Cut",
    "Decision",
    "Definition",
    "Document",
    "EarlyEnd",
    "EndNotice",
    "Ending",
    "Event",
    "Goal",
    "Hearing",
    "Hold",
    "Home",
    "Identity",
    "Incident",
    "JointMeeting",
    "KeyReturn",
    "LeaseCorrection",
    "LeavingPlan",
    "LegalDate",
    "Letter",
    "Measure",
    "Move",
    "NoticeProof",
    "Organisation",
    "Part",
    "Passkey",
    "Person",
    "PersonCorrection",
    "RecoveryCode",
    "Removal",
    "Rescheduling",
    "Review",
    "Revision",
    "Run",
    "Schedule",
    "SecondStep",
    "Setting",
    "SignedCopy",
    "TakeOver",
    "Task",
    "ToldLease",
    "Trajectory",
    "User",
    "UserSession",
    "db",
]

# Rows of one deed may be written in any order; that they belong together is judged when the deed is whole.
for _table in db.metadata.tables.values():
    for _constraint in _table.foreign_key_constraints:
        _constraint.deferrable, _constraint.initially = True, "DEFERRED"
