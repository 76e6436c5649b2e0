"""Files of prompts that wait to be imported, between the preview and the word to go on."""

import uuid
from typing import ClassVar

from django.db import models

from generations.models.library import Library
from generations.models.user import User


class LibraryUpload(models.Model):
    """One file as it arrived. Its `content` is emptied once it is imported, at `imported_at`, and says so then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    library = models.ForeignKey(Library, models.CASCADE, related_name="uploads")
    user = models.ForeignKey(User, models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    imported_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["LibraryUpload"]] = models.Manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
