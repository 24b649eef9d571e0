"""Everything that will be done to a clip, and the promise of what must come out. Pure.

A plan holds all that the bytes of its outputs depend on, and nothing else: its canonical JSON, with the source's
digest and the toolchain, is the asset's key.
"""

from __future__ import annotations

from fractions import Fraction

from pipeline.card.motion import MovingCard
from pipeline.card.pieces import Frame
from pipeline.card.texts import AnyCard, CardText, ThirdText
from pipeline.media.facts import ClipFacts
from pipeline.noun import Noun
from pipeline.preset.fields import Layout
from pipeline.preset.model import Book, House, Style, VideoOutput
from pipeline.text.cues import Captions
from pipeline.units import AAC_FRAME_SAMPLES, frames_in, join_multiple, samples_in

LEAST_THIRD_S = 3
"""Two lines can be read in that time."""


class Span(Noun):
    """A stretch of an output's frames, counted from the card's first."""

    first_frame: int
    frames: int


class Third(Noun):
    """A lower third over the footage."""

    text: ThirdText
    first_frame: int
    """Counted from the footage's first frame."""
    frames: int


class ClipPlan(Noun):
    """One stage of one clip."""

    id: str
    title: str
    stage: str
    sha256: str
    facts: ClipFacts
    house: House
    style: Style
    words: tuple[str, ...]
    card: CardText
    third: Third | None
    captions: tuple[Captions, ...]
    outputs: tuple[VideoOutput, ...]
    lead_frames: int
    """Length of the title card: where the footage begins."""
    skip_frames: int
    """Frames of the source, at the house's rate, before the part that is used."""
    body_frames: int

    @property
    def frames(self) -> int:
        """Frames of every output."""
        return self.lead_frames + self.body_frames

    @property
    def samples(self) -> int:
        """Audio samples of the whole: see :func:`samples_of`."""
        return samples_of(self.frames, self.house)

    @property
    def lead_s(self) -> Fraction:
        """How much later than in the source everything happens."""
        return self.lead_frames / self.house.frame_rate

    def span_of(self, output: VideoOutput) -> Span:
        """Return the frames that an output shows when it is not cut: the footage alone without our graphics."""
        first = 0 if output.has_graphics else self.lead_frames
        return Span(first_frame=first, frames=self.frames - first)

    def limit_frames(self, output: VideoOutput) -> int | None:
        """Return how many frames an output has at most; None: as many as there are."""
        return None if output.longest_s is None else int(output.longest_s * self.house.frame_rate)

    def is_apart(self, output: VideoOutput) -> bool:
        """Return whether an output shows other frames than the rest: without the card, or cut."""
        span, limit = self.span_of(output), self.limit_frames(output)
        return span != self.whole or (limit is not None and span.frames > limit)

    @property
    def whole(self) -> Span:
        """All of its frames."""
        return Span(first_frame=0, frames=self.frames)

    @property
    def copied(self) -> tuple[VideoOutput, ...]:
        """The outputs whose picture is the master's, frame by frame: it is copied."""
        if self.stage == "air" or self.captions:
            return ()
        return tuple(output for output in self.outputs if output.layout == "wide" and not self.is_apart(output))

    @property
    def encoded(self) -> tuple[VideoOutput, ...]:
        """The outputs whose picture is encoded from the source."""
        return tuple(output for output in self.outputs if output not in self.copied)

    @property
    def films(self) -> dict[Layout, MovingCard]:
        """The title card for each layout, as long as any clip may need it, so that it does not hang on the clip's."""
        return {
            layout: MovingCard(
                card=self.card,
                style=self.style,
                frame=Frame(width_px=output.width_px, height_px=output.height_px, layout=layout),
                words=self.words,
                frames=longest_lead(self.house),
                rate=self.house.frame_rate,
            )
            for layout, output in self.largest.items()
        }

    @property
    def largest(self) -> dict[Layout, VideoOutput]:
        """The largest encoded output of each layout: what is drawn is drawn for it."""
        found: dict[Layout, VideoOutput] = {}
        for output in sorted(self.encoded, key=lambda output: -output.width_px):
            if output.has_graphics:
                found.setdefault(output.layout, output)
        return found

    @property
    def parted(self) -> tuple[VideoOutput, ...]:
        """The outputs whose picture a long clip's parts hold. Others are short, or begin where no part does."""
        return tuple(output for output in self.encoded if not self.is_apart(output))


PARTED = frozenset({"mov", "matroska"})
"""Containers with an index, in which a tool that seeks begins at the key frame before."""


def parts(plan: ClipPlan) -> tuple[Span, ...]:
    """Return the parts in which a long clip's picture is encoded, side by side; none for a shorter one.

    Each begins with a key frame of its own and has a whole number of groups of pictures, but for the last. Where the
    cadence of a film must be found, or times are wild, it is made in one go.
    """
    house, source = plan.house, plan.facts
    short = plan.body_frames <= house.parts_from_s * house.frame_rate or plan.lead_frames >= house.part_frames
    odd = source.video.scan == "telecined" or source.video.wild_times or source.clock_shift_s
    firsts = range(0, plan.frames, house.part_frames)
    # Where sound goes on after the picture, a part of its own would find no picture to hold.
    seen = frames_in(source.video.end_s - source.start_s, house.frame_rate) - plan.skip_frames
    blind = firsts[-1] - plan.lead_frames >= seen or len(firsts) == 1
    # Parts are read from whole seconds on, which must be whole frames.
    uneven = house.frame_rate.denominator != 1
    if short or odd or blind or uneven or not plan.parted or source.container not in PARTED:
        return ()
    return tuple(Span(first_frame=n, frames=min(house.part_frames, plan.frames - n)) for n in firsts)


class CardPlan(Noun):
    """A moving card that is an entry of the show by itself, such as the slate of a partner whose clip is missing."""

    card: AnyCard
    title: str
    house: House
    style: Style
    words: tuple[str, ...]
    outputs: tuple[VideoOutput, ...]
    """The master first: it is drawn in its size, the others are scaled down."""
    frames: int

    @property
    def film(self) -> MovingCard:
        """What moves."""
        output = self.outputs[0]
        return MovingCard(
            card=self.card,
            style=self.style,
            frame=Frame(width_px=output.width_px, height_px=output.height_px, layout=output.layout),
            words=self.words,
            frames=self.frames,
            rate=self.house.frame_rate,
        )

    @property
    def samples(self) -> int:
        """Audio samples, by the same rule as a clip's."""
        return samples_of(self.frames, self.house)


def plan_clip(  # noqa: PLR0913 - these are the parts of a plan
    *,
    stage: str,
    clip_id: str,
    title: str,
    sha256: str,
    facts: ClipFacts,
    book: Book,
    card: CardText,
    captions: tuple[Captions, ...],
    third: ThirdText | None = None,
    trim: tuple[Fraction | None, Fraction | None] = (None, None),
) -> ClipPlan:
    """Return what ``stage`` will do to a clip. ``trim``: where to begin and to end, in seconds of the source."""
    house = book.house
    begin, length_s = trimmed(facts.duration_s, *trim)
    body = frames_in(length_s, house.frame_rate)
    skip = int(begin * house.frame_rate)
    return ClipPlan(
        id=clip_id,
        title=title,
        stage=stage,
        sha256=sha256,
        facts=facts,
        house=house,
        style=book.style,
        words=book.words,
        card=card,
        third=_placed(third, body, house),
        captions=_seen(captions, skip / house.frame_rate, body / house.frame_rate),
        outputs=book.stage(stage),
        lead_frames=lead_for(body, house),
        skip_frames=skip,
        body_frames=body,
    )


def _placed(third: ThirdText | None, body_frames: int, house: House) -> Third | None:
    """Return when the lower third shows; none over footage that is over before one could read it."""
    # It lies within the first part of a long clip, whose others know nothing of it.
    left = min(body_frames - house.card_fade_frames, house.part_frames - longest_lead(house))
    frames = min(house.third_frames, left - house.third_after_frames)
    if third is None or frames < LEAST_THIRD_S * house.frame_rate:
        return None
    return Third(text=third, first_frame=house.third_after_frames, frames=frames)


def _seen(captions: tuple[Captions, ...], skip_s: Fraction, length_s: Fraction) -> tuple[Captions, ...]:
    """Return the captions on the clock of the part that is used; a language without any cue there is left out."""
    moved = (each.shifted(-skip_s).within(length_s) for each in captions)
    return tuple(each for each in moved if each.cues)


def trimmed(duration_s: Fraction, trim_in_s: Fraction | None, trim_out_s: Fraction | None) -> tuple[Fraction, Fraction]:
    """Return where to begin and how much to use; a trim that leaves nothing is ignored as a slip of the pen."""
    begin = trim_in_s or Fraction(0)
    end = min(duration_s, trim_out_s or duration_s)
    return (begin, end - begin) if begin < end else (Fraction(0), duration_s)


def samples_of(frames: int, house: House) -> int:
    """Return the audio samples beside so many frames: one AAC frame short, which the next clip's priming fills."""
    return samples_in(frames, house.frame_rate, house.sample_rate_hz) - AAC_FRAME_SAMPLES


def lead_for(body_frames: int, house: House) -> int:
    """Return the card's length: the shortest that makes card and body join with others without gap or overlap."""
    multiple = join_multiple(house.frame_rate, house.sample_rate_hz)
    return house.card_frames + -(house.card_frames + body_frames) % multiple


def longest_lead(house: House) -> int:
    """Return the most frames that :func:`lead_for` gives."""
    return house.card_frames + join_multiple(house.frame_rate, house.sample_rate_hz) - 1


def plan_card(card: AnyCard, title: str, book: Book, frames: int) -> CardPlan:
    """Return what will be made of a card: at least ``frames`` long, rounded up to join cleanly."""
    house = book.house
    multiple = join_multiple(house.frame_rate, house.sample_rate_hz)
    whole = -(-frames // multiple) * multiple
    return CardPlan(
        card=card,
        title=title,
        house=house,
        style=book.style,
        words=book.words,
        outputs=book.on_air,
        frames=whole,
    )
