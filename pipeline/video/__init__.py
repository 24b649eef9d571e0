"""Footage and sound: planned, turned into one ffmpeg command, rendered and proven."""
