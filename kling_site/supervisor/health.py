"""What the running application says of itself at `/healthz`."""

import http.client
import json
from typing import Any

ANSWER_SECONDS = 3.0
LONGEST_ANSWER_BYTES = 100_000


def ask(address: str, port: int, known_as: str) -> dict[str, Any] | None:
    """Return what `/healthz` says, whatever its status, or None when nothing sensible answers in time.

    `known_as` is a host name that the site answers to (ALLOWED_HOSTS).
    """
    connection = http.client.HTTPConnection(address, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": known_as})
        answer = json.loads(connection.getresponse().read(LONGEST_ANSWER_BYTES))
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return answer if isinstance(answer, dict) else None


def stuck_clusters(answer: dict[str, Any] | None) -> set[str]:
    """Return the names of clusters that have work waiting and no heartbeat."""
    clusters = (answer or {}).get("clusters", {})
    return {name for name, cluster in clusters.items() if cluster.get("status") == "failing"}
