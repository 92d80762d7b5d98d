"""A whole year of a club: who does what on which day, how it is played, and what it must come to."""
