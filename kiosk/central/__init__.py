"""The centre, seen from the terminal.

What it says (models), whether to believe it (trust), who is at the machine (identity), what can
go wrong (errors), the calls (client) over one guarded exchange, and joining it (enrolment).
"""
