"""What runs inside the Rasa server: understanding, deciding, wording, and the doors to the platforms."""
