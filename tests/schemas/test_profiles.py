from schemas.profiles import PROFILES


def test_a_survey_shows_no_figure_of_fewer_than_eleven_people() -> None:
    assert PROFILES["staff_survey"].threshold == 11


def test_what_is_published_already_is_shown() -> None:
    assert PROFILES["published"].threshold == 0


def test_every_profile_names_its_source() -> None:
    assert all(profile.name == name and profile.title and profile.source for name, profile in PROFILES.items())
