"""The agents' web app: the list of cases, one screen for each, and the same record for other programs.

It imports `cases` and nothing else of the product.
"""
