"""The nouns of ``presets/``: an event, its partners and themes, a style, and what is to be made.

Field names carry their unit. Each field says what it is for, because the JSON schema that editors show to the
media team is generated from here.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from pipeline.noun import Noun
from pipeline.preset.fields import Colour, EvenInt, Id, Language, Layout, PosInt, StillLayout, Text
from pipeline.preset.outreach import Gallery, Posts, Url
from pipeline.preset.platform import Platform
from pipeline.preset.programme import EventCard, Recap, Session, Slate

MASTER = "air-1080p"
"""Id of the output that goes on air."""


class Theme(Noun):
    """A theme of the event."""

    id: Id
    name: Text
    name_en: Text | None = None
    accent: Colour | None = Field(None, description="Accent colour; the style's own when unset")


class Partner(Noun):
    """An organisation that hands in a clip. Its number is its place in the list, from 1."""

    id: Id
    name: Text
    name_en: Text | None = None
    aliases: tuple[Text, ...] = Field((), description="Other names that may stand in a file's name")
    theme: Id | None = Field(None, description="Id of a theme of this event; unset while not known")
    about: Text | None = Field(None, description="A few sentences on the partner, for its page in the gallery")
    about_en: Text | None = None
    link: Url | None = Field(None, description="The partner's own page")
    open: bool = Field(False, description="The place is kept but it is not yet known for whom")


class Event(Noun):
    """One event: who takes part, when, where, and how it looks."""

    id: Id
    name: Text
    name_en: Text | None = None
    starts_on: date = Field(description="First day, common era")
    ends_on: date = Field(description="Last day, common era")
    timezone: Text = Field(description="IANA name, such as Asia/Bangkok")
    venue: Text
    venue_en: Text | None = None
    style: Id = Field(description="Name of a file in presets/styles/")
    words: tuple[Id, ...] = Field((), description="Names of files in presets/words/")
    house: Id = Field("house", description="Name of the house format in presets/outputs/")
    languages: tuple[Language, ...] = Field(
        ("th",), description="Of several sound tracks in a clip, the first of these languages is used"
    )
    expected_partners: PosInt
    themes: tuple[Theme, ...] = ()
    thanks: tuple[Text, ...] = ()
    hashtags: tuple[Text, ...] = ()
    posts: Posts = Posts()
    gallery: Gallery = Gallery()
    slate: Slate = Slate()
    cards: tuple[EventCard, ...] = Field((), description="Opener, countdown, break and end cards")
    recap: Recap | None = Field(None, description="The film of the photos; none when unset")
    captions_sync: Literal["off", "tell", "mend"] = Field(
        "off",
        description="Captions that are late or early against speech: leave, tell, or move them when it is certain",
    )
    sessions: tuple[Session, ...] = Field((), description="The programme; unset: one session with all that there is")
    keep_old_s: Annotated[int, Field(ge=0)] = Field(
        24 * 3600, description="How long media stays that no list names any more: a player may still have it open"
    )
    base_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+[^\s?#/]$")] | None = Field(
        None, description="Address under which the output folder is served, without a slash at the end"
    )
    partners: tuple[Partner, ...]

    def theme_of(self, theme_id: str | None) -> Theme | None:
        """Return the theme with that id, or None."""
        return next((theme for theme in self.themes if theme.id == theme_id), None)

    def number_of(self, partner_id: str) -> int:
        """Return the partner's roster number, from 1. Raises ``StopIteration`` for an unknown id."""
        return next(n for n, partner in enumerate(self.partners, 1) if partner.id == partner_id)

    def partner(self, partner_id: str | None) -> Partner | None:
        """Return the partner with that id, or None."""
        return next((partner for partner in self.partners if partner.id == partner_id), None)


class Face(Noun):
    """A font face: a family that is installed with Showcase, and a weight."""

    family: Id
    weight: Annotated[int, Field(ge=100, le=900)]


class Faces(Noun):
    """Which face each kind of text uses."""

    name: Face
    label: Face
    ghost: Face
    text: Face
    caption: Face


class Style(Noun):
    """How an event looks. Colours are #RRGGBB."""

    id: Id
    ground_dark: Colour
    ground_light: Colour
    ink: Colour
    page_ground: Colour
    accent: Colour
    faces: Faces


Encoder = Literal["x264", "nvenc", "qsv", "vaapi", "videotoolbox"]


class Limits(Noun):
    """What is refused before anything is made of it: no camera and no editor sends such files in earnest."""

    longest_s: PosInt = 3 * 3600
    smallest_side_px: PosInt = 16
    largest_side_px: PosInt = Field(8192, le=16384, description="Sides beyond 16384 are never read")
    largest_frame_rate: PosInt = Field(1000, description="Frames a second; slow-motion cameras reach 960")


class House(Noun):
    """The format that every file in ``show/`` has, so that any sequence of them joins by stream copy."""

    kind: Literal["house"]
    id: Id
    frame_rate: Annotated[Fraction, Field(gt=0, le=120)]
    timescale_hz: PosInt
    gop_frames: PosInt
    profile: Literal["high", "main"]
    level: Text
    encoder: Encoder | Literal["auto"] = Field(
        "x264", description="auto: the first hardware encoder that passes a trial here, else x264"
    )
    x264_threads: PosInt = Field(description="Pinned: x264's output depends on it")
    parts_from_s: PosInt = Field(300, description="Footage longer than this is encoded in parts, by as many workers")
    part_frames: PosInt = Field(1800, description="Length of a part; a multiple of gop_frames")
    sample_rate_hz: PosInt
    audio_kbps: PosInt
    loudness_lufs: float
    loudness_tolerance_lu: float
    true_peak_dbtp: float
    card_frames: PosInt = Field(description="Shortest title card; made longer to reach the join multiple")
    card_fade_frames: PosInt
    sound_fade_s: Fraction
    third_frames: Annotated[int, Field(ge=0)] = Field(150, description="Length of the lower third; 0: none")
    third_after_frames: Annotated[int, Field(ge=0)] = Field(15, description="How long after the footage begins")
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _parts_join(self) -> House:
        if self.part_frames % self.gop_frames or self.part_frames <= 2 * self.card_frames:
            message = "part_frames must be a multiple of gop_frames and more than twice card_frames"
            raise ValueError(message)
        if self.card_fade_frames >= self.card_frames:
            message = "card_fade_frames must be less than card_frames"
            raise ValueError(message)
        return self


class VideoOutput(Noun):
    """One video made from each clip."""

    kind: Literal["video"]
    id: Id
    stage: Literal["air", "pages"]
    layout: Layout
    width_px: EvenInt
    height_px: EvenInt
    captions: Literal["burned", "soft", "none"]
    has_graphics: bool = Field(True, description="Title card and lower third; false: the footage alone")
    longest_s: PosInt | None = Field(None, description="A longer one is cut at the end of a phrase")
    has_edit_list: bool = Field(True, description="False: for platforms that refuse files with an edit list")
    x264_preset: Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"]
    x264_params: Annotated[str, StringConstraints(pattern=r"^([a-z0-9-]+=[a-z0-9.,-]+(:|$))*$")] = Field(
        "", description="More of x264's own options, as name=value joined by colons"
    )
    crf: Annotated[float, Field(ge=0, le=51)]
    maxrate_kbps: PosInt
    bufsize_kbps: PosInt


class PosterOutput(Noun):
    """A still picture of each clip: its title card, in the layout of its frame."""

    kind: Literal["poster"]
    id: Id
    layout: StillLayout = "wide"
    width_px: PosInt
    height_px: PosInt
    jpeg_quality: Annotated[int, Field(ge=1, le=100)]


class PhotoSize(Noun):
    """A photo is scaled down until its longer side is at most ``long_edge_px``; never up."""

    name: Id
    long_edge_px: PosInt
    formats: tuple[Literal["jpg", "webp"], ...] = ("jpg", "webp")
    aspects: tuple[Fraction, Fraction] | None = Field(
        None, description="Least and most width by height; a photo of another shape stands on a blurred ground"
    )

    @model_validator(mode="after")
    def _makes_something(self) -> PhotoSize:
        if not self.formats or (self.aspects and not 0 < self.aspects[0] <= self.aspects[1]):
            message = "formats and aspects: at least one format, and the least aspect first"
            raise ValueError(message)
        return self


class PhotoOutput(Noun):
    """The files made from each photo: every size in every format."""

    kind: Literal["photo"]
    id: Id
    sizes: tuple[PhotoSize, ...]
    jpeg_quality: Annotated[int, Field(ge=1, le=100)]
    webp_quality: Annotated[int, Field(ge=1, le=100)]
    webp_method: Annotated[int, Field(ge=0, le=6)]

    @model_validator(mode="after")
    def _keeps_the_shape(self) -> PhotoOutput:
        if all(size.aspects for size in self.sizes):
            message = "sizes: at least one without aspects"
            raise ValueError(message)
        return self


class Book(Noun):
    """Everything a run needs to know from ``presets/``, cross-checked."""

    event: Event
    style: Style
    house: House
    videos: tuple[VideoOutput, ...]
    posters: tuple[PosterOutput, ...]
    photo: PhotoOutput
    platforms: tuple[Platform, ...] = Field((), description="Where people post")
    words: tuple[str, ...] = Field((), description="Words and names that a Thai word breaker must keep whole")
    sting_sha256: str | None = Field(None, description="Digest of the recap's sound")

    @property
    def master(self) -> VideoOutput:
        """The output that goes on air. Raises ``StopIteration`` where the presets were not checked."""
        return next(video for video in self.videos if video.id == MASTER)

    @property
    def on_air(self) -> tuple[VideoOutput, ...]:
        """The sizes in which the show goes on air: the master first."""
        master = self.master
        return (master, *(v for v in self.videos if v.stage == "air" and v.layout == "wide" and v is not master))

    def stage(self, stage: str) -> tuple[VideoOutput, ...]:
        """Return the video outputs of one stage."""
        return tuple(video for video in self.videos if video.stage == stage)

    def accent_of(self, theme_id: str | None) -> str:
        """Return the accent colour for a theme: the style's own when there is no theme."""
        theme = self.event.theme_of(theme_id)
        return theme.accent if theme and theme.accent else self.style.accent
