"""Pages for the officer and the approver: the month, and what is proposed."""
