"""What can go wrong with a video file, typed by what the caller must do next."""


class MediaError(Exception):
    """Any trouble with fetching or reading a video.

    `host` is where the file was asked from and `http_status` what came back, where there was
    either. A link's path and query carry its signature and stay out of every message.
    """

    def __init__(self, message: str, *, host: str = "", http_status: int | None = None) -> None:
        super().__init__(message)
        self.host = host
        self.http_status = http_status


class LinkExpired(MediaError):
    """The link lives no longer (403, 404, 410): ask for a fresh one."""


class LinkRefused(MediaError):
    """The link leads where we do not go, or the file is larger than we take: needs a person."""


class TransferBroken(MediaError):
    """The network or the server failed midway: try again, what is on disk is resumed."""


class TransferStopped(MediaError):
    """We stopped, because we were told to or the time was up: resume later."""


class DiskFull(MediaError):
    """No room for the file, or less than the reserve left: resume once there is room."""


class NotVideo(MediaError):
    """What came is no MP4 file at all (a page, JSON, another container)."""


class NotWhole(MediaError):
    """An MP4 file of which a part is missing, by its own boxes."""


class ProbeFailed(MediaError):
    """A whole MP4 file by its boxes that our own reading of it fails on: worth keeping."""
