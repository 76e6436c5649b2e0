"""Whether this installation works: for the process manager and the monitoring, not for people."""

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from generations.lifecycle.health import Cluster, clusters


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200, or 503 when the database does not answer or a cluster is silent while its work waits."""
    try:
        found, database = clusters(), "ok"
    except DatabaseTrouble:
        found, database = [], "failing"
    works = database == "ok" and not any(cluster.is_stuck for cluster in found)
    report = {
        "status": "ok" if works else "failing",
        "database": database,
        "mode": "rehearsal" if settings.REHEARSAL else "live",
        "clusters": {cluster.name: _report(cluster) for cluster in found},
    }
    return JsonResponse(report, status=200 if works else 503)


def _report(cluster: Cluster) -> dict[str, object]:
    return {
        "status": "failing" if cluster.is_stuck else "ok",
        "heartbeat_seconds": None if cluster.age is None else round(cluster.age, 1),
        "work_waits": cluster.work_waits,
    }
