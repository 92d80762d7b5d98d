"""What Binôme says about a mentoring programme: records, rules, confidentiality and maps. Pure: no I/O, no clock."""
