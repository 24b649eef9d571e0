"""The linear channel: a list of the show by the wall clock, as live HLS, out of the segments that are there already."""
