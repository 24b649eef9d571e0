"""What the media team owns: events, outputs, styles and words, read from ``presets/``."""
