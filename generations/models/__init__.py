"""The tables, a file a noun."""

from generations.models.account import Account
from generations.models.account_event import AccountEvent
from generations.models.delivery import Delivery
from generations.models.event import Event
from generations.models.generation import Generation, IllegalMove
from generations.models.heartbeat import Heartbeat
from generations.models.invitation import Invitation
from generations.models.lease import Lease
from generations.models.ledger import DailySpend, Kind, LedgerEntry, Money
from generations.models.membership import Membership, Role
from generations.models.order import Order
from generations.models.price import Price
from generations.models.revision import Revision
from generations.models.states import Charged, Failure, State
from generations.models.stranger import StrangerTask
from generations.models.submission import Outcome, Submission
from generations.models.team import Pause, Team
from generations.models.team_event import TeamEvent
from generations.models.user import User

__all__ = [
    "Account",
    "AccountEvent",
    "Charged",
    "DailySpend",
    "Delivery",
    "Event",
    "Failure",
    "Generation",
    "Heartbeat",
    "IllegalMove",
    "Invitation",
    "Kind",
    "Lease",
    "LedgerEntry",
    "Membership",
    "Money",
    "Order",
    "Outcome",
    "Pause",
    "Price",
    "Revision",
    "Role",
    "State",
    "StrangerTask",
    "Submission",
    "Team",
    "TeamEvent",
    "User",
]
