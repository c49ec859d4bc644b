"""Names in a text: found whole and word by word, and the person's own name is not a third party's."""

import pytest

from safeguarding_escalation.engine.mentions import mentions

ABOUT = ("Zephyrine Canary",)
PEOPLE = ("Anna Canary", "Brendan O'Hara", "José Núñez-Smith", "Dr Li Wu", "Zephyrine Canary", "", "  ")


@pytest.mark.parametrize(
	("text", "found"),
	[
		("", ()),
		("Nothing about anybody else.", ()),
		("Zephyrine Canary was at home.", ()),
		("zéphyrine's door was open.", ()),
		("Anna was there.", ("Anna Canary",)),
		("ANNA CANARY rang.", ("Anna Canary",)),
		("Mrs Canary rang.", ("Anna Canary",)),  # perhaps her mother
		("Zephyrine Canary rang Mrs Canary.", ("Anna Canary",)),
		("Brendan said so; O’Hara agreed.", ("Brendan O'Hara",)),
		("Smith and Nunez met.", ("José Núñez-Smith",)),
		("Seen by Li Wu.", ("Dr Li Wu",)),
		("Seen by Li, then by Wu.", ()),  # alone too short to be telling
		("Seen by Dr Li Wu.", ("Dr Li Wu",)),
		("The doctor came.", ()),
		("Annabel came.", ()),
		("Brendan saw Anna.", ("Anna Canary", "Brendan O'Hara")),
	],
)
def test_who_is_mentioned(text, found):
	assert mentions(text, PEOPLE, ABOUT) == found


def test_the_words_around_a_name_do_not_become_one():
	assert mentions("Al Zephyrine Canary Wu", ["Al Wu"], ABOUT) == ()
	assert mentions("Al Wu", ["Al Wu"], ABOUT) == ("Al Wu",)


def test_without_a_subject_everybody_counts():
	assert mentions("Zephyrine", PEOPLE) == ("Zephyrine Canary",)


def test_a_name_of_one_word_is_somebody():
	assert mentions("Prince rang. Canary did not.", ["Prince"], ["Canary"]) == ("Prince",)
	assert mentions("Canary rang.", ["Anna Canary"], ["Canary"]) == ()
	assert mentions("The doctor rang.", ["Doctor"]) == ("Doctor",)
