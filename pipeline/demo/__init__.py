"""A complete made-up event: what ``showcase demo`` fills a folder with.

``script`` says what is made, ``sayings`` what its people say; ``shapes`` and ``scenes`` draw; ``sound`` and
``movie`` word the ffmpeg lines; ``make`` makes it all.
"""
