"""What the media work is; it would work unchanged if Celery vanished.

In reading order:

=============  ====================================================================================
``cli``        the ``showcase`` command
``jobs``       the use cases; the list of stages is the program
``errors``     blame as a type; ``reasons`` what people are told; ``units`` exact time; ``settings``
``process``    the only module that starts child processes
``media``      facts, probe, identity (digests and safe names), match (file to partner)
``intake``     what arrived: every file, what it is, whose it is
``preset``     the model of ``presets/``, cross-checked by ``book``, read by ``load``
``text``       Thai clusters, words and lines; cues; subtitle files and their encodings
``card``       title cards and slates: a pure layout, drawn by Pillow
``video``      plan, loudness, graph (ffmpeg-python, pure), render
``photo``      plan, develop
``store``      receipts, the catalog built from them, publishing
``deliver``    show, board, playlists, run-down, posts, gallery: each returns a package, none writes
=============  ====================================================================================

Modules named with nouns are pure; modules named with verbs touch the world.
"""
