"""The evaluation: what the model gets right, for whom, and by how much; one report, made by one command.

Data flows: documents -> judged sentences -> figures -> report. ``held_out``, ``behaviour``, ``fairness``, ``corpora`` and
``learning`` each make a part of the figures; ``report`` renders all of them, ``plots`` draws.
"""
