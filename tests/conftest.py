from hypothesis import settings

# no test is timed: a busy machine would fail it
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
