"""Text in, flags out: where English text makes allegations without support, and where its language is loaded.

>>> from model import load
>>> analysis = load().analyze("The mayor's cronies pocketed the flood money and lied about it.")
>>> analysis.verdict
'flag'
"""

from model.analyzer import Analyzer
from model.store import ArtefactError, load
from model.types import Alternative, Analysis, Evidence, Flag, ModelInfo, Scores, Sentence, SentenceScores, Support

__all__ = [
    "Alternative",
    "Analysis",
    "Analyzer",
    "ArtefactError",
    "Evidence",
    "Flag",
    "ModelInfo",
    "Scores",
    "Sentence",
    "SentenceScores",
    "Support",
    "load",
]
