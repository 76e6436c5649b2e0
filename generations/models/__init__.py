"""The tables, a file a noun."""

from generations.models.account import Account
from generations.models.account_event import AccountEvent
from generations.models.delivery import Delivery
from generations.models.event import Event
from generations.models.generation import Charged, Failure, Generation, IllegalMove
from generations.models.heartbeat import Heartbeat
from generations.models.invitation import Invitation
from generations.models.lease import Lease
from generations.models.order import Order
from generations.models.price import Price
from generations.models.revision import Revision
from generations.models.states import State
from generations.models.stranger import StrangerTask
from generations.models.submission import Outcome, Submission
from generations.models.user import User

__all__ = [
    "Account",
    "AccountEvent",
    "Charged",
    "Delivery",
    "Event",
    "Failure",
    "Generation",
    "Heartbeat",
    "IllegalMove",
    "Invitation",
    "Lease",
    "Order",
    "Outcome",
    "Price",
    "Revision",
    "State",
    "StrangerTask",
    "Submission",
    "User",
]
