"""What the media work is; it would work unchanged if Celery vanished.

In reading order:

=============  ====================================================================================
``cli``        the ``showcase`` command
``jobs``       the use cases; the list of stages is the program; ``context`` what each of them needs
``delivery``   one delivery, in its order; ``packing`` what is made from whole masters
``orders``     what should exist, an order an asset; ``survey`` where things stand; ``make`` fills one order
``errors``     blame as a type; ``reasons`` what people are told; ``units`` exact time; ``settings``
``process``    the only module that starts child processes; ``feed`` what they are fed
``media``      facts, probe, identity (digests and safe names), match (file to partner)
``intake``     what arrived: every file, what it is, whose it is
``preset``     the model of ``presets/``, cross-checked by ``book``, read by ``load``
``text``       Thai clusters, words and lines; caption files and their encodings; cues in the house style
``card``       cards and lower thirds: a pure layout, drawn by Pillow, moved as a MoviePy clip
``video``      plan, loudness, graph (ffmpeg-python, pure), render; films of cards, burned captions
``recap``      the photos as a film
``speech``     draft captions from speech, by those who have a model
``sync``       captions against speech
``photo``      plan, develop
``store``      receipts, the catalog built from them, publishing
``show``       the running order: sessions, changes made on site, lists, the channel by the wall clock; pure
``dialects``   each list for players; ``rundown`` for people: pure
``hls``        segments by copy and their playlists; ``joined`` a list as one video
``deliver``    masters, board, posts, gallery: each returns a package, none writes
``preflight``  proves that what was delivered can go on air
``serve``      the server and the operator page; ``live`` the channel as HLS
``push``       the show to streaming servers
``preview``    the contact sheet: every card in every layout, checked
=============  ====================================================================================

Modules named with nouns are pure; modules named with verbs touch the world.
"""
