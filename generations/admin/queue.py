"""The queue's own tables, to be looked at. Its "resubmit" is gone: the sweep brings back what is due."""

from django.contrib import admin
from django_q import admin as shipped
from django_q.models import Failure, OrmQ, Schedule, Success

from generations.admin.readonly import ReadOnlyMixin


class SuccessAdmin(ReadOnlyMixin, shipped.TaskAdmin):
    """Tasks that ran."""

    actions = ()


class FailureAdmin(ReadOnlyMixin, shipped.FailAdmin):
    """Tasks that raised."""

    actions = ()


class ScheduleAdmin(ReadOnlyMixin, shipped.ScheduleAdmin):
    """What runs by the clock."""


class QueueAdmin(ReadOnlyMixin, shipped.QueueAdmin):
    """What waits for a worker."""


for model, model_admin in (
    (Success, SuccessAdmin),
    (Failure, FailureAdmin),
    (Schedule, ScheduleAdmin),
    (OrmQ, QueueAdmin),
):
    admin.site.unregister(model)
    admin.site.register(model, model_admin)
