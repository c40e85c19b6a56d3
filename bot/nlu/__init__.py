"""Components that read a buyer's message: its language, its words, what it wants and which facts it holds."""
