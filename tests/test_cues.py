"""Which words tell where a claim comes from."""

import pytest

from model import cues
from model.names import mask
from model.tokens import tokenize
from training.examples import known_words

# Words that stand in lower case somewhere, so that a sentence's first word is not taken for a name.
KNOWN = known_words([]) | {"as", "each", "for", "guards", "how", "nobody", "two"}

ATTRIBUTED = [
    ("According to Maria Okafor, the mayor lied.", "According to Maria Okafor"),
    ("The mayor lied, according to the port's chief engineer.", "according to the port's chief engineer"),
    ("Lena Brandt, who chairs the council, said he lied.", "Lena Brandt, who chairs the council, said"),
    ("Lena Brandt, 54, a baker from Ghent, alleged that the firm had lied.", "Lena Brandt, 54, a baker from Ghent, alleged"),
    ("“He lied,” said the minister.", "said the minister"),
    ("“He lied,” the minister told the paper.", "minister told"),
    ("“He lied,” Omar Reyes told the paper on Sunday.", "Omar Reyes told"),
    ("The firm lied, says Omar Reyes of the dockers.", "says Omar Reyes"),
    ("The firm lied, the union said on Friday.", "union said"),
    ("Prosecutors in Turin allege that the firm paid bribes.", "Prosecutors in Turin allege"),
    ("The lawsuit claims that the firm sold bad brakes.", "lawsuit claims"),
    ("In a complaint filed on Tuesday she accused the firm of theft.", "In a complaint"),
    ("Ana Ruiz told the tribunal that the captain had beaten her.", "Ana Ruiz told"),
    ("The Dockers' Union (DU) also reported that guards took bribes.", "Union (DU) also reported"),
    ("The firm was accused by Ana Ruiz of hiding the letters.", "accused by Ana Ruiz"),
    ("A spokesman for the ministry said the firm had lied.", "spokesman for the ministry said"),
    ("A lawyer for Ana Ruiz said that the firm had lied.", "lawyer for Ana Ruiz said"),
    ("Lawyers for Ana Ruiz say that the firm lied.", "Lawyers for Ana Ruiz say"),
    ("The senator has repeatedly claimed that the firm lied.", "senator has repeatedly claimed"),
    ("The bishop resigned on Monday, saying that the firm had lied.", "bishop resigned on Monday, saying"),
    ("She is convinced that the firm lied.", "She is convinced"),
    ("Ana Ruiz admitted that she had burned the files.", "Ana Ruiz admitted"),
]
DOCUMENTED = [
    ("The court found that the firm had lied.", "court found"),
    ("He was convicted of fraud.", "was convicted"),
    ("According to the registry's report of 3 May, the firm lied.", "report of 3"),
    ("According to an April report, the firm lied.", "According to an April report"),
    ("The register of the health post at Kito shows that nobody came.", "register of the health post at Kito shows"),
    (
        "Emails released in July under the Records Act show that he knew.",
        "Emails released in July under the Records Act show",
    ),
    ("The minutes for May 4, third page, show that she voted.", "minutes for May 4, third page, show"),
    ("The firm had lied, the inquiry concluded.", "inquiry concluded"),
    ("The recordings reveal that traders fixed the price.", "recordings reveal"),
    ("The report, published in June, says that the firm lied.", "report, published in June, says"),
    ("I filmed the trucks at the gate.", "I filmed"),
]
VAGUE = [
    ("The bank has long been accused of laundering money.", "has long been accused of"),
    ("Critics say the mayor lied.", "Critics say"),
    ("Critics of the mayor in Leeds say that he lied.", "Critics of the mayor in Leeds say"),
    ("The mayor allegedly lied.", "allegedly"),
    ("Lawyers said that the firm lied.", "Lawyers said"),
    ("The firm lied, activists claimed.", "activists claimed"),
    ("“They lied,” said several residents.", "said several residents"),
    ("A community leader reported that guards took bribes.", "leader reported"),
    ("One lawmaker said that the vote was rigged.", "lawmaker said"),
    ("An official told Omar Reyes that the vote was rigged.", "official told"),
    ("Human rights groups have documented beatings.", "Human rights groups"),
    ("Victims of the guards recounted beatings.", "Victims of the guards recounted"),
    ("People who follow the trade say the firm lied.", "People who follow the trade say"),
    ("According to local media, the mayor lied.", "According to local media"),
    ("In April, media reported that the mayor had lied.", "media reported"),
    ("They said that the mayor had lied.", "They said"),
    ("It is often said that the mayor lied.", "It is often said"),
    ("Each of the workers at Brightwater told us that they were beaten.", "workers at Brightwater told"),
    ("There were reports that the guards beat him.", "There were reports"),
    ("Word around the harbour is that the mayor lied.", "Word around"),
]
NOTHING = [
    "The firm lied.",
    "The mayor was told of the theft in May.",
    "Guards have been asked to steal by night.",
    "The guards were informed and did nothing.",
    "The fund was established to promote Ana Ruiz.",
    "How dare they refuse to say what the minister took?",
    "The firm hid the alleged abuses at Kito.",
    "Guards at Kito beat families of alleged thieves.",
    "He spread false claims about the vote.",
    "She seized on claims about the minister.",
    "The firm kept the details from the minister.",
    "Guards at Kito prison beat newcomers and charged their families for food.",
    "The bank took the money and told the widow nothing.",
    "Ruiz, which condemned the fire, used the dead.",
    "The driver who told the truth was sacked by the thieves.",
    "The driver could read the screen and would have said no.",
    "The minister stole the tins, while claiming that he fed the poor.",
    "The minister falsely claimed victory.",
    "The mayor never said whom he had paid.",
    "It was stolen on Sunday, after the farmers had put up their hands.",
    "The bosses of the union put the fund into a tower.",
    "The chairman showed contempt for the miners.",
    "They never obtained these recordings.",
    "The firm sells oil in Tunis in bottles that say Puglia.",
    "He robbed us in March and then complained of delays.",
    "In a building called Ruiz Tower they forge visas.",
    "My card was charged twice by that waiter.",
    "The firm trains people to reject claims.",
    "The gossip columnist's friends robbed the council of Leeds.",
]


def _found(text: str) -> list[tuple[str, str]]:
    words = mask(tokenize(text, 0, len(text)), KNOWN)
    return [(cue.kind, text[words[cue.first].start : words[cue.last - 1].end]) for cue in cues.find(words)]


@pytest.mark.parametrize(("text", "expected"), ATTRIBUTED)
def test_an_identifiable_claimant(text: str, expected: str) -> None:
    assert ("attributed", expected) in _found(text)


@pytest.mark.parametrize(("text", "expected"), DOCUMENTED)
def test_something_to_look_up(text: str, expected: str) -> None:
    assert ("documented", expected) in _found(text)


@pytest.mark.parametrize(("text", "expected"), VAGUE)
def test_nobody_in_particular(text: str, expected: str) -> None:
    assert _found(text) == [("vague", expected)]


@pytest.mark.parametrize("text", NOTHING)
def test_no_source(text: str) -> None:
    assert _found(text) == []


def test_a_report_and_its_author_are_both_cues() -> None:
    found = _found("In a report published on 3 May, Amnesty found the prison full.")
    assert found == [("documented", "In a report"), ("attributed", "Amnesty found")]
