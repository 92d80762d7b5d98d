"""Code that the CRM runs to compute what it shows of a pair from its meetings."""

HELD = "[m for m in pair.x_meeting_ids if m.x_state == 'held' and m.x_active]"
HELD_DEPENDS = "x_meeting_ids.x_state,x_meeting_ids.x_active"
DAYS_MET = f"[m.x_date for m in {HELD} if m.x_date]"
MINUTES_MET = f"sum(m.x_minutes for m in {HELD})"
NEXT_DUE = """
for pair in self:
    since = pair.x_state == 'active' and (pair.x_last_meeting or pair.x_start)
    pair['x_next_due'] = since + datetime.timedelta(days=pair.x_cadence_days or 30) if since else False
"""
