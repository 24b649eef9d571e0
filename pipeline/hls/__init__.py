"""HLS of every list: segments by stream copy, captions, playlists. ``pack`` makes media; the rest is pure."""
