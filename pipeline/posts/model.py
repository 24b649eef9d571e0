"""What a post package holds, as other programs read it in ``post.json``. Pure."""

from __future__ import annotations

from pydantic import Field

from pipeline.noun import Noun
from pipeline.reasons import Reason


class PostFile(Noun):
    """A file of a package. ``file``: its address from the package's folder."""

    file: str
    name: str
    """A name to save it under."""
    bytes: int = 0
    width_px: int | None = None
    height_px: int | None = None
    duration_s: float | None = None
    frame_rate: float | None = None


class PostVideo(PostFile):
    """A video to attach."""

    output: str
    """Id of the preset that it was made by."""
    has_captions: bool
    """Whether captions are burned into the picture."""
    has_graphics: bool
    is_cut: bool = False
    """Whether it is shorter than the clip, because platforms take no longer ones."""


class PostCaptions(PostFile):
    """Captions to attach to a video that has none in the picture."""

    language: str
    locale: str


class PostPhoto(PostFile):
    """A photo to attach, and what is on it in words."""

    alt: str


class PostOffer(Noun):
    """What a package has for one platform."""

    platform: str
    name: str
    text_file: str | None
    title: str | None = None
    video: PostVideo | None = None
    captions: tuple[PostCaptions, ...] = ()
    cover: PostFile | None = None
    photos: tuple[PostPhoto, ...] = ()
    problems: tuple[Reason, ...] = ()
    """The platform's rules that it breaks."""
    remarks: tuple[Reason, ...] = ()
    """What was done so that it breaks none."""


class PostTheme(Noun):
    """A theme of the event."""

    id: str
    name: str


class PostEvent(Noun):
    """The event."""

    id: str
    name: str


class PostDocument(Noun):
    """``post.json``."""

    id: str
    kind: str
    """``clip``, ``recap`` or ``album``."""
    number: int | None = None
    title: str
    partner: str | None = None
    text: str
    alt: str
    link: str | None = None
    hashtags: tuple[str, ...] = ()
    theme: PostTheme | None = None
    event: PostEvent
    at: str | None = None
    """When it is to go out, ISO 8601 with the offset from UTC."""
    duration_s: float | None = None
    files: dict[str, str] = Field(default_factory=dict)
    """Everything that was made of the clip, by output: its address from the package's folder."""
    cover: str | None = None
    captions: tuple[PostCaptions, ...] = ()
    photos: tuple[PostPhoto, ...] = ()
    platforms: tuple[PostOffer, ...] = ()
