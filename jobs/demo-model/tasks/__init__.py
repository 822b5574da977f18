"""The six task families of the synthetic corpus.

Every generator takes a random.Random and returns [question, answer]. A generator's draws come in a
fixed order, f-strings inside lists included, so one seed always yields one corpus: change the order
of two draws and every later line changes.
"""
