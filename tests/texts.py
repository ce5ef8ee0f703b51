"""Characters and texts that break careless code."""

NASTY = (
    "aB .!?…,;:\"'“”‘’«»()[]{}-–—\n\r\t\x00\x1c\x85\xa0\u2028\u200b\u202e\u0301\u0308é"  # stops, quotes, spaces, combining marks
    "😀👩\u200d👩\ufe0f\U0001f1e6ßŁİıǅﬁ中。שला\ud800\udfff0123½"  # emoji, casing traps, scripts, lone surrogates, digits
)

TEXTS = [
    "",
    " \n\t\u00a0 ",
    "\x00",
    "\ud800 lied. \udfff lied.",
    "😀 The mayor lied. 👩\u200d👩 He is a crook!",
    "e\u0301te\u0301 … the minister’s gang stole it.\r\n\r\n“Thugs!” she said.\t\u00a0They lied.",
    "הם גנבו את הכסף. لقد كذبوا. They stole the money.",
    "The İstanbul office hid its losses. ǅ lied.",
    "no stop at all",
    "?!?!?! ... \"\" '' “” ()",
    "<name> lied. <number> people saw {loaded: it}.",
]
