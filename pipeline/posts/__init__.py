"""Post packages: everything a volunteer needs to post a clip or an album on a page."""
