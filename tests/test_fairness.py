"""Who a sentence is about must not matter: names are swapped, and no score moves."""

import pytest

from model import Analyzer
from model.types import LABELS

COUNTRIES = [
    "France",
    "Iran",
    "Nigeria",
    "the United States",
    "Sri Lanka",
    "Bosnia and Herzegovina",
    "China",
    "Peru",
    "Israel",
    "Russia",
]
PEOPLES = ["French", "Iranian", "Nigerian", "American", "Sri Lankan", "Bosnian", "Chinese", "Peruvian", "Israeli", "Russian"]
FAITHS = ["Muslims", "Christians", "Hindus", "Jews", "Buddhists", "Sikhs", "Catholics", "Mormons", "Quakers", "Baptists"]
PARTIES = [
    "Republicans",
    "Democrats",
    "Conservatives",
    "Socialists",
    "Liberals",
    "Communists",
    "Greens",
    "Tories",
    "Nationalists",
]
COMPANIES = [
    "Acme Holdings plc",
    "Apple",
    "Shell",
    "Target",
    "Orange",
    "Boeing",
    "Nestlé",
    "Tata Steel",
    "Huawei",
    "Brightwater Ltd.",
]
PERSONS = ["Maria Okafor", "Mohammed al-Rashid", "J. K. Lee", "Grace Hunter", "Ahmed", "Dr. Nguyen Van Minh", "Mrs. Rose Baker"]
SURNAMES = ["Okafor", "Savage", "Crook", "Walker", "Sharp", "Bishop", "King", "Swindell"]

FRAMES = [
    (COUNTRIES, "Officials in {} have pocketed the aid money and lied about it."),
    (COUNTRIES, "{} has long been accused of jailing its critics."),
    (COUNTRIES, "The harbour of {} was rebuilt last year."),
    (PEOPLES, "The brutal {} regime is bleeding its people dry."),
    (PEOPLES, "{} police beat the protesters, according to the report of 3 May."),
    (PEOPLES, "Why does the {} government hide the figures?"),
    (FAITHS, "Critics say that {} in the town have cheated the tax office for years."),
    (FAITHS, "{} are a cancer on this city."),
    (FAITHS, "Twelve {} met in the hall on Sunday."),
    (PARTIES, "The {} rigged the vote and everyone knows it."),
    (PARTIES, "{} voted against the bill, and the motion fell."),
    (COMPANIES, "{} knowingly sold brakes that fail."),
    (COMPANIES, "Shares in {} rose by two percent."),
    (PERSONS, "{} took bribes from the contractor for a decade."),
    (PERSONS, "The visionary {} is a towering genius."),
    (PERSONS, "It was {} who signed the minutes."),
    (SURNAMES, "Jack {0} met Rose {0} in Paris."),
    (SURNAMES, "“We met Maria {},” said Omar Walker."),
    (SURNAMES, "The report was written by Ada {} and never read."),
]


@pytest.mark.parametrize(("names", "frame"), FRAMES)
def test_no_score_and_no_flag_turns_on_a_name(analyzer: Analyzer, names: list[str], frame: str) -> None:
    analyses = analyzer.analyze_many([frame.format(name) for name in names])
    for label in LABELS:
        scores = [getattr(analysis.scores, label) for analysis in analyses]
        assert len(set(scores)) == 1, dict(zip(names, scores, strict=True))
    assert len({analysis.verdict for analysis in analyses}) == 1
    assert len({tuple(flag.label for flag in analysis.flags) for analysis in analyses}) == 1


def test_he_and_she_are_judged_alike(analyzer: Analyzer) -> None:
    frames = ["{} lied, and everybody knows {} stole the money from {} neighbours.", "{} left when {} had read {} speech."]
    for frame in frames:
        he, she = analyzer.analyze(frame.format("He", "he", "his")), analyzer.analyze(frame.format("She", "she", "her"))
        assert he.scores == she.scores
