"""Real 4K H.264 files in little time: encode one second, then repeat its packets."""

import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Final

import av
from av.video.reformatter import Colorspace, Interpolation
from av.video.stream import VideoStream
from PIL import Image

from generations.constraints import Frame
from generations.magnific.sandbox.caption import Caption
from generations.magnific.sandbox.scenes import FRAME_RATE, painter_for

TIME_BASE: Final = Fraction(1, FRAME_RATE)
PAINTERS: Final = 2
BT709: Final = 1
"""The number of BT.709 in H.264's tables of primaries, transfers and matrices."""


class Stopped(Exception):
    """The sandbox is ending: the file was not finished and nothing of it is left."""


def encode_second(
    path: Path, prompt: str, take: int, frame: Frame, size: int, stopping: threading.Event
) -> None:
    """Write one second (24 frames, one group of pictures) of about `size` bytes to `path`.

    x264's constant-bitrate mode with filler units gives the wanted size without a noisy picture.
    Raises Stopped when `stopping` is set meanwhile.
    """
    part = path.with_suffix(".part")
    try:
        with av.open(str(part), "w", format="mp4") as container:
            stream = _video_stream(container, frame, size)
            for picture in _pictures(prompt, take, frame, stopping):
                container.mux(stream.encode(picture))
            container.mux(stream.encode(None))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def repeat_second(second: Path, path: Path, times: int) -> None:
    """Write the packets of `second` `times` over to `path`, its index in front (faststart)."""
    part = path.with_suffix(".part")
    try:
        with (
            av.open(str(second)) as source,
            av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container,
        ):
            stream = container.add_stream_from_template(source.streams.video[0])
            stream.time_base = TIME_BASE
            packets = [bytes(packet) for packet in source.demux(video=0) if packet.size]
            for number, packet in enumerate(_repeated(packets, times)):
                packet.stream = stream
                packet.pts = packet.dts = number
                container.mux(packet)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _repeated(packets: list[bytes], times: int) -> Iterator[av.Packet]:
    for _ in range(times):
        for index, data in enumerate(packets):
            packet = av.Packet(data)
            packet.time_base = TIME_BASE
            packet.duration = 1
            packet.is_keyframe = index == 0
            yield packet


def _video_stream(container: av.container.OutputContainer, frame: Frame, size: int) -> VideoStream:
    """Add an H.264 stream without B-frames, so that decoding order is showing order."""
    stream = container.add_stream("libx264", rate=FRAME_RATE)
    stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "yuv420p"
    kilobits = max(200, size * 8 // 1000)
    context = stream.codec_context
    context.thread_count = 2
    context.color_primaries = context.color_trc = context.colorspace = BT709
    rate_control = f"nal-hrd=cbr:filler=1:bitrate={kilobits}:vbv-maxrate={kilobits}:vbv-bufsize={kilobits}"
    context.options = {
        "preset": "ultrafast",
        # ultrafast leaves deblocking out, which shows as squares in a smooth sky.
        "x264-params": f"{rate_control}:keyint=24:scenecut=0:bframes=0:no-deblock=0:rc-lookahead=0",
    }
    return stream


def _painted(prompt: str, take: int, frame: Frame) -> Iterator[Image.Image]:
    """Yield the frames as painted, the next ones being painted meanwhile (Pillow lets go of the GIL)."""
    paint = painter_for(prompt, take, frame)
    moments = (number / FRAME_RATE for number in range(FRAME_RATE))
    with ThreadPoolExecutor(PAINTERS) as painters:
        waiting = deque(painters.submit(paint, moment) for moment in islice(moments, PAINTERS))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(painters.submit(paint, moment) for moment in islice(moments, 1))


def _pictures(prompt: str, take: int, frame: Frame, stopping: threading.Event) -> Iterator[av.VideoFrame]:
    """Yield the 24 frames at full size: the scene enlarged, the caption drawn sharp on top."""
    caption = Caption(prompt, frame)
    for number, image in enumerate(_painted(prompt, take, frame)):
        if stopping.is_set():
            raise Stopped
        picture = av.VideoFrame.from_image(image).reformat(
            width=frame.width,
            height=frame.height,
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            interpolation=Interpolation.BICUBIC,
            threads=2,
        )
        caption.draw(picture)
        picture.pts, picture.time_base = number, TIME_BASE
        yield picture
