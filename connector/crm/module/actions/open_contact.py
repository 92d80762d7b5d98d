# ruff: noqa: F821, INP001
# mypy: ignore-errors
#
# The Mentoring button of a contact: the pairs of this person, or of an organisation's people and stays. One pair opens
# at once; an organisation that has stays but no pair yet shows its stays.
members = env['res.partner'].with_context(active_test=False).search([('id', 'child_of', records.ids)]).ids
of_pairs = ['|', '|', ('x_mentor_id', 'in', members), ('x_mentee_id', 'in', members),
            ('x_stay_id.x_organisation_id', 'in', members)]
of_stays = [('x_organisation_id', 'in', members)]
pairs = env['x_mentoring_pair'].search(of_pairs)
stays = env['x_mentoring_stay'].search(of_stays)

if stays and not pairs:
    action = env['ir.actions.act_window']._for_xml_id('binome_mentoring.action_stays')
    action.update(domain=of_stays, context={})
else:
    action = env['ir.actions.act_window']._for_xml_id('binome_mentoring.action_pairs')
    views = sorted(action['views'], key=lambda view: view[1] not in ('list', 'tree'))
    action.update(domain=of_pairs, context={'default_x_coordinator_id': env.uid}, views=views)
if len(pairs) == 1:
    action.update(res_id=pairs.id, views=[view for view in action['views'] if view[1] == 'form'])
