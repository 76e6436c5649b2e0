"""The tables, a file a noun."""

from generations.models.account import Account
from generations.models.account_event import AccountEvent
from generations.models.audit_entry import AuditEntry, AuditKind
from generations.models.clip_in_review import ClipInReview
from generations.models.collection import Collection, CollectionItem
from generations.models.comment import Comment
from generations.models.delivery import Delivery
from generations.models.event import Event
from generations.models.favourite import Favourite, Rating
from generations.models.generation import Generation, IllegalMove
from generations.models.heartbeat import Heartbeat
from generations.models.improvement import Improvement, Stage
from generations.models.invitation import Invitation
from generations.models.lease import Lease
from generations.models.ledger import DailySpend, Kind, LedgerEntry, Money
from generations.models.library import Library, Owner
from generations.models.library_figure import LibraryFigure
from generations.models.library_upload import LibraryUpload
from generations.models.membership import Membership, Role
from generations.models.notice import Notice, NoticeChoice, NoticeKind, Told
from generations.models.order import Order
from generations.models.ordered_prompt import OrderedPrompt
from generations.models.price import Price
from generations.models.prompt import Pin, Prompt, Text, Version
from generations.models.prompt_index import PromptIndex
from generations.models.prompt_mark import PromptFavourite, PromptTag
from generations.models.prompt_word import PromptWord
from generations.models.review import Review, Verdict
from generations.models.revision import Revision
from generations.models.saved_search import SavedSearch
from generations.models.sign_in import note_failure, note_sign_in
from generations.models.states import Charged, Failure, State
from generations.models.stranger import StrangerTask
from generations.models.submission import Outcome, Submission
from generations.models.suggestion import Decision, Suggestion
from generations.models.tag import Tag, Tagging
from generations.models.team import Pause, Team
from generations.models.team_event import TeamEvent
from generations.models.trial import Trial, Tried
from generations.models.user import User

__all__ = [
    "Account",
    "AccountEvent",
    "AuditEntry",
    "AuditKind",
    "Charged",
    "ClipInReview",
    "Collection",
    "CollectionItem",
    "Comment",
    "DailySpend",
    "Decision",
    "Delivery",
    "Event",
    "Failure",
    "Favourite",
    "Generation",
    "Heartbeat",
    "IllegalMove",
    "Improvement",
    "Invitation",
    "Kind",
    "Lease",
    "LedgerEntry",
    "Library",
    "LibraryFigure",
    "LibraryUpload",
    "Membership",
    "Money",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "Order",
    "OrderedPrompt",
    "Outcome",
    "Owner",
    "Pause",
    "Pin",
    "Price",
    "Prompt",
    "PromptFavourite",
    "PromptIndex",
    "PromptTag",
    "PromptWord",
    "Rating",
    "Review",
    "Revision",
    "Role",
    "SavedSearch",
    "Stage",
    "State",
    "StrangerTask",
    "Submission",
    "Suggestion",
    "Tag",
    "Tagging",
    "Team",
    "TeamEvent",
    "Text",
    "Told",
    "Trial",
    "Tried",
    "User",
    "Verdict",
    "Version",
    "note_failure",
    "note_sign_in",
]
