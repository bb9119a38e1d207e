"""Every irreversible act: intent first, outcome after, across visits and restarts."""
