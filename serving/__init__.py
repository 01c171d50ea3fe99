"""From a SavedModel to pictures: a client, a local server, a page to paint on.

A distribution of its own, `tf_semsynth_serving`. It knows a model by its
SavedModel alone and imports nothing of `tf_semsynth`.
"""
