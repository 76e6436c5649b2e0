"""A lighter copy of a large clip, for looking at: 1080p, every frame, with its sound."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from generations.media import parts
from generations.media.errors import ProbeFailed, TransferStopped
from generations.media.probe import check_boxes, open_video

SHORT_SIDE: Final = 1080
"""Pixels; a smaller clip keeps its size."""
OPTIONS: Final = {"preset": "veryfast", "crf": "23", "maxrate": "8M", "bufsize": "16M"}
KEY_FRAME_SECONDS: Final = 1
"""Between key frames: a seek decodes no more than this."""


def make_proxy(video: Path, proxy: Path, *, should_stop: Callable[[], bool]) -> int:
    """Write the lighter copy of `video`; return its bytes. It appears whole or not at all.

    Frame for frame the same moments, so that a place in one is a place in the other. Raises NotVideo, NotWhole,
    ProbeFailed, DiskFull, and TransferStopped when `should_stop` says so meanwhile.
    """
    check_boxes(video)
    with (
        parts.disk_errors(),
        tempfile.TemporaryDirectory(dir=proxy.parent, prefix=".proxy-") as folder,
        open_video(video) as (source, stream),
    ):
        draft = Path(folder) / proxy.name
        with av.open(str(draft), "w", format="mp4", options={"movflags": "+faststart"}) as target:
            _copy(source, stream, target, should_stop)
        parts.put_over(draft, proxy)
    return proxy.stat().st_size


def _copy(
    source: InputContainer, stream: VideoStream, target: OutputContainer, should_stop: Callable[[], bool]
) -> None:
    encoder = _encoder(stream, target)
    sound = source.streams.audio[0] if source.streams.audio else None
    copied = target.add_stream_from_template(sound) if sound else None
    frames = 0
    for packet in source.demux(*filter(None, (stream, sound))):
        if should_stop():
            raise TransferStopped("Stopped while the lighter copy was made.")
        if packet.stream is not stream:
            if packet.dts is not None and copied is not None:
                packet.stream = copied
                target.mux(packet)
            continue
        for frame in stream.codec_context.decode(packet):
            frames += 1
            small = frame.reformat(width=encoder.width, height=encoder.height, format="yuv420p")
            small.pts, small.time_base = frame.pts, frame.time_base
            target.mux(encoder.encode(small))
    if not frames:
        raise ProbeFailed("The file has no frame that can be decoded.")
    target.mux(encoder.encode(None))


def _encoder(stream: VideoStream, target: OutputContainer) -> VideoStream:
    context = stream.codec_context
    scale = min(1.0, SHORT_SIDE / min(context.width, context.height))
    rate = stream.average_rate or stream.guessed_rate
    encoder = target.add_stream("libx264", rate=rate, options=dict(OPTIONS))
    encoder.width, encoder.height = (
        max(2, 2 * round(side * scale / 2)) for side in (context.width, context.height)
    )
    encoder.pix_fmt = "yuv420p"
    encoder.codec_context.thread_count = 2
    encoder.codec_context.gop_size = max(1, round(float(rate or 24) * KEY_FRAME_SECONDS))
    if stream.time_base is not None:
        encoder.codec_context.time_base = stream.time_base
    return encoder
