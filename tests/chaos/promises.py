"""What must hold after any ordeal, as counting."""

import hashlib
from collections import Counter
from pathlib import Path

from tests.chaos.ordeal import Count

MAY_BE_SENT_AGAIN = {"released", "not_taken"}
READY_SHARE = 0.95


def broken_promises(count: Count, media: Path) -> list[str]:
    """Return a sentence for each promise that does not hold; none is what is wanted."""
    return [
        *_paid_twice(count),
        *_sent_twice(count),
        *_lost_tasks(count),
        *_files(count, media),
        *_waiting_for_a_person(count),
    ]


def _paid_twice(count: Count) -> list[str]:
    made = Counter(count.token_of(task) for task in count.tasks)
    return [f"submission {token} made {tasks} tasks" for token, tasks in made.items() if tasks > 1]


def _sent_twice(count: Count) -> list[str]:
    """At most one submission per generation, apart from those that were never received."""
    made = {count.token_of(task) for task in count.tasks}
    sent = Counter(
        post["generation"]
        for post in count.submissions
        if post["outcome"] not in MAY_BE_SENT_AGAIN or post["callback_token"] in made
    )
    return [f"generation {pk} was sent {posts} times" for pk, posts in sent.items() if posts > 1]


def _lost_tasks(count: Count) -> list[str]:
    """Every task is some generation's, and only one's."""
    attached = Counter(row["task_id"] for row in count.generations if row["task_id"])
    return [
        f"task {task['task_id']} is attached to {attached[task['task_id']]} generations"
        for task in count.tasks
        if attached[task["task_id"]] != 1 and not _is_waiting(count, task["task_id"])
    ]


def _is_waiting(count: Count, task_id: str) -> bool:
    """Whether a person was left to decide about it, since no callback ever told of it."""
    token = next(count.token_of(task) for task in count.tasks if task["task_id"] == task_id)
    sent = {post["callback_token"]: post["generation"] for post in count.submissions}
    states = {row["pk"]: row["state"] for row in count.generations}
    return states.get(sent.get(token)) == "unsure" and not _was_called(count, task_id)


def _files(count: Count, media: Path) -> list[str]:
    completed = {task["task_id"] for task in count.tasks if task["status"] == "COMPLETED"}
    whole = [row for row in count.generations if row["task_id"] in completed and _is_whole(row, media)]
    if len(whole) >= READY_SHARE * len(completed):
        return []
    return [f"only {len(whole)} of {len(completed)} completed clips are here and whole"]


def _is_whole(row: dict[str, str], media: Path) -> bool:
    path = media / row["video_name"]
    if row["state"] != "ready" or not path.is_file():
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == row["video_sha256"]


def _waiting_for_a_person(count: Count) -> list[str]:
    by_token = {count.token_of(task): task["task_id"] for task in count.tasks}
    states = {row["pk"]: row["state"] for row in count.generations}
    return [
        f"generation {post['generation']} waits for a person though its callback came"
        for post in count.submissions
        if states[post["generation"]] == "unsure"
        and _was_called(count, by_token.get(post["callback_token"], ""))
    ]


def _was_called(count: Count, task_id: str) -> bool:
    return any(call["delivered_at"] for call in count.callbacks if call["task_id"] == task_id)
