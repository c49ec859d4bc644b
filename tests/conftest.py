"""What every kind of test shares: hypothesis without a deadline, since test machines differ in speed."""

from hypothesis import settings

settings.register_profile("any_machine", deadline=None, print_blob=True)
settings.load_profile("any_machine")
