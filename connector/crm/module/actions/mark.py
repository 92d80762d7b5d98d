# ruff: noqa: F821, INP001
# mypy: ignore-errors
#
# Tell the sync mark that lies in this database, and put a new one in its place, in this one transaction. A database
# restored from a backup shows the mark of its day.
#
# In:  env.context['binome_mark'] = {'rows': [[new or False]]}
# Out: action = {'results': [[the mark as it was, or False]]}
_model, rows, work = request_of('binome_mark')
# Only administrators reach parameters; this one is ours, and the action is for the sync's user alone.
parameters = work['ir.config_parameter'].sudo()
results = []
for (new,) in rows:
    results.append([parameters.get_param('binome.mark') or False])
    if new:
        parameters.set_param('binome.mark', new)
action = {'results': results}
