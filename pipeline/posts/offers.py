"""What a package offers for each platform: the best that breaks none of its rules. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.posts.model import PostCaptions, PostFile, PostOffer, PostPhoto, PostVideo
from pipeline.posts.rules import broken_by_file, broken_by_photos
from pipeline.posts.texts import COMMON, Worded
from pipeline.preset.platform import Platform
from pipeline.reasons import Reason, reason


@dataclass(frozen=True)
class Stock:
    """The files of a package."""

    videos: tuple[PostVideo, ...] = ()
    captions: tuple[PostCaptions, ...] = ()
    stills: Mapping[str, PostFile] | None = None
    photos: Mapping[str, tuple[PostPhoto, ...]] | None = None
    """Photo size → the photos."""


def offer(platform: Platform, said: Worded, common: str, stock: Stock) -> PostOffer | None:
    """Return what the package has for ``platform``; None where it takes nothing of what there is."""
    photos = (stock.photos or {}).get(platform.photos, ())[: platform.most_photos]
    if stock.photos is not None and not photos:
        return None
    problems, remarks = list(said.problems), list(said.remarks)
    video: PostVideo | None = None
    captions: tuple[PostCaptions, ...] = ()
    if stock.photos is None:
        if not platform.videos:
            return None
        video, captions, told = _video(platform, stock)
        problems += told
        if video and video.is_cut:
            remarks.append(reason("post-video-cut", platform.name, _clock(video.duration_s or 0)))
    cover = (stock.stills or {}).get(platform.cover or "")
    problems += broken_by_file(cover, "cover", platform) if cover else ()
    problems += broken_by_photos(photos, platform) if photos else ()
    return PostOffer(
        platform=platform.id,
        name=platform.name,
        text_file=COMMON if said.text == common else f"caption.{platform.id}.th.txt",
        title=said.title,
        video=video,
        captions=captions,
        cover=cover,
        photos=photos,
        problems=tuple(dict.fromkeys(problems)),
        remarks=tuple(dict.fromkeys(remarks)),
    )


def _clock(duration_s: float) -> str:
    minutes, seconds = divmod(round(duration_s), 60)
    return f"{minutes}:{seconds:02d}"


def _video(platform: Platform, stock: Stock) -> tuple[PostVideo | None, tuple[PostCaptions, ...], tuple[Reason, ...]]:
    """Return the video to attach, the captions beside it, and what is wrong with both.

    Where captions are too large to be attached, a video that has them in the picture is better than one without any.
    """
    there = {video.output: video for video in stock.videos}
    wanted = [there[output] for output in platform.videos if output in there]
    if not wanted:
        return None, (), (reason("post-no-video", platform.name),)
    offered = stock.captions if platform.takes_captions_file else ()
    found = {each: tuple(broken_by_file(each, "captions", platform)) for each in offered}
    good = tuple(each for each, told in found.items() if not told)
    lost = tuple(why for told in found.values() for why in told)

    def place(video: PostVideo) -> tuple[int, bool, int]:
        faults = len(tuple(broken_by_file(video, "video", platform)))
        return faults, bool(lost) and not video.has_captions, wanted.index(video)

    best = min(wanted, key=place)
    return best, () if best.has_captions else good, (*broken_by_file(best, "video", platform), *lost)


def problems_of(offers: Sequence[PostOffer]) -> tuple[Reason, ...]:
    """Return all that the offers of a package break."""
    return tuple(dict.fromkeys(why for each in offers for why in each.problems))
