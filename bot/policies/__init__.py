"""What rules can not say: who wins when a message does several things, and which question comes next."""
