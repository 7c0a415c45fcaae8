from schemas.profiles import PROFILES


def test_a_survey_shows_no_figure_of_fewer_than_eleven_people() -> None:
    assert (PROFILES["staff_survey"].threshold, PROFILES["staff_survey"].rounded_to) == (11, 0)


def test_nhs_digital_hides_one_to_seven_and_rounds_the_rest_to_five() -> None:
    assert (PROFILES["nhs_digital"].threshold, PROFILES["nhs_digital"].rounded_to) == (8, 5)


def test_what_is_published_already_is_shown() -> None:
    assert PROFILES["published"].threshold == 0


def test_every_profile_names_its_source() -> None:
    assert all(profile.name == name and profile.title and profile.source for name, profile in PROFILES.items())
