"""HTTP for playlists, media, pages, the live channel and the operator page."""
