"""The case record: what was said, looked up, checked, promised and decided for one buyer's parcel.

Shared by the bot, the actions, the clock and the desk; it imports none of them.
"""
