# ruff: noqa: F821, INP001
# mypy: ignore-errors
#
# Which records each tile of the home counts, and which screen lists them: said once, for the figure and for the list.
# `env` is that of the person who looks, so another coordinator's private pair is in neither.
today = datetime.datetime.now(dateutil.tz.gettz(env.user.tz or 'UTC')).date()
soon = today + datetime.timedelta(days=90)
this_year = [('x_date', '>=', '%s-01-01' % today.year), ('x_date', '<=', '%s-12-31' % today.year)]
SCREENS = {'pairs': 'x_mentoring_pair', 'charters': 'x_mentoring_charter', 'meetings': 'x_mentoring_meeting',
           'stays': 'x_mentoring_stay', 'hours': 'x_mentoring_contribution'}
TILES = {
    'proposed': ('pairs', [('x_state', '=', 'proposed')]),
    'accepted': ('pairs', [('x_state', '=', 'accepted')]),
    'charter_pending': ('pairs', [('x_state', '=', 'charter_pending')]),
    'active': ('pairs', [('x_state', '=', 'active')]),
    'paused': ('pairs', [('x_state', '=', 'paused')]),
    'charters': ('charters', [('x_state', 'in', ['draft', 'sent', 'signed_by_mentor', 'signed_by_mentee'])]),
    'overdue': ('pairs', [('x_state', '=', 'active'), ('x_next_due', '<', str(today))]),
    'to_confirm': ('meetings', [('x_state', '=', 'planned'), ('x_date', '<', str(today))]),
    'stays': ('stays', [('x_end', '=', False), ('x_planned_end', '<=', str(soon))]),
    'declared': ('hours', [('x_state', '=', 'declared')]),
    'hours': ('hours', this_year + [('x_state', '=', 'confirmed')]),
    'held': ('meetings', this_year + [('x_state', '=', 'held')]),
    'ended': ('pairs', [('x_state', '=', 'ended'), ('x_end', '>=', '%s-01-01' % today.year),
                        ('x_end', '<=', '%s-12-31' % today.year)]),
}
