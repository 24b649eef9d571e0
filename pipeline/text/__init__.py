"""Thai text and captions: words, line breaks, cues, subtitle files."""
