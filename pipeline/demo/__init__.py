"""A complete made-up event: what ``showcase demo`` fills a folder with.

``script`` says what is made, ``sayings`` what its people say. ``shapes``, ``sheet``, ``nature``, ``places``, ``hall``
and ``scenes`` paint, ``snapshot`` takes photos, ``movie`` words the ffmpeg lines; ``make`` makes it all.
"""
