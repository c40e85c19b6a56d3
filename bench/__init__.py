"""``python -m bench``: Porchlight against stock Rasa, in one run on one machine."""
