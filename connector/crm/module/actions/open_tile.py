# ruff: noqa: F821, INP001
# mypy: ignore-errors
#
# A tile of the home opens the list of what it counts, under the tile's name. Comes after home_tiles.py.
screen, domain = TILES[record.x_tile]
action = env['ir.actions.act_window']._for_xml_id('binome_mentoring.action_%s' % screen)
name = dict(record._fields['x_tile']._description_selection(env))[record.x_tile]
views = sorted(action['views'], key=lambda view: view[1] not in ('list', 'tree'))
action.update(domain=domain, context={}, name=name, display_name=name, views=views)
