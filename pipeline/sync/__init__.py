"""Captions against speech: where a clip's sound has speech, and which shift and rate make its captions agree."""
