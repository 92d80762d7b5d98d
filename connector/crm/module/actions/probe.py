# ruff: noqa: F821, INP001
# mypy: ignore-errors
#
# Tell who, of those who should not, reaches what is ours. Odoo is asked with the rights of one user of each kind: of
# each distinct set of groups and companies, and of the public and portal users, who may be only templates. No value
# leaves, and nothing is written. Administrators (Settings) are left out: they can give themselves every right.
#
# In:  env.context['binome_probe'] = {'rows': [[model or False, field or False, group], ...]}
#      group  the external id of the group whose members may know
# Out: action = {'results': [...]}, in the order of the rows:
#      with a field      [[kind, users, user id, ways], ...] of each kind that reaches it: read search group name export
#      without a field   the same, of the model: list message tracking activity attachment follower; private, by which
#                        one coordinator reaches another's private pair
#      without a model   [[members of the group, internal users, external ids of others' groups that imply it]]
#      Where Odoo fails otherwise than by refusing, the way is unclear.
_model, rows, work = request_of('binome_probe')
system = work(su=True)
SYNC = 'binome_mentoring.group_sync'
HANGING = {
    'message': ('mail.message', 'model', 'partner_ids.user_ids'), 'activity': ('mail.activity', 'res_model', 'user_id'),
    'tracking': ('mail.tracking.value', 'field_id.model', False), 'attachment': ('ir.attachment', 'res_model', False),
    'follower': ('mail.followers', 'res_model', False),
}
KINDS = {'internal': 'user', 'portal': 'portal', 'public': 'public'}
UNGROUPED = ('one2many', 'binary', 'html', 'text', 'json', 'properties')
users = system['res.users'].search([('active', '=', True)])
newest = 'all_group_ids' in users._fields
bound = system['ir.model.data'].search([('module', '=', 'binome'), ('model', '=', 'res.partner')]).mapped('res_id')

alike, strangers = {}, []
for name in ('base.public_user', 'base.template_portal_user_id'):
    strangers += list(system.ref(name, raise_if_not_found=False) or [])
for one in list(users) + [user for user in strangers if user not in users]:
    if not one.has_group('base.group_system'):
        groups = one.all_group_ids if newest else one.groups_id
        alike.setdefault((tuple(sorted(groups.ids)), tuple(sorted(one.company_ids.ids))), []).append(one)


def attempt(deed, *given):
    """Try one way; refused is False, and what fails otherwise is undone and unclear."""
    try:
        return deed(*given)
    except UserError:
        return False
    except Exception:
        work.cr.execute('ROLLBACK TO SAVEPOINT binome_probe')
        return 'unclear'


def finds(model, domain):
    """Search for one record."""
    return model.search(domain, limit=1)


def shows(model, ids):
    """Tell whether any of these may be seen. Without a limit: Odoo hides messages and activities after counting."""
    return model.search([('id', 'in', ids)])


def lists(model):
    """Tell whether the model may be listed, were it empty."""
    return model.search_count([]) >= 0


def reads(record, field, value):
    """Read the field as it is."""
    return record.read([field], load='')[0][field] == value


def guesses(record, field, value):
    """Find the record by the value."""
    operator = 'in' if isinstance(value, list) else '='
    return record.search_count([('id', '=', record.id), (field, operator, value)]) > 0


def groups_by(record, field, _value):
    """Find the value among the groups of a figure."""
    only = [('id', '=', record.id)]
    return record.formatted_read_group(only, [field], ['__count']) if newest else record.read_group(only, [], [field])


def names(record, _field, value):
    """Find the record by what its name holds, as a link's field does."""
    return record.browse().name_search(value, [('id', '=', record.id)])


def exports(record, field, _value):
    """Export the field, as a list's menu does."""
    return record.export_data([field])['datas']


def ways_to(field, given):
    """Name the ways that make sense for this field."""
    ways = {'read': reads, 'export': exports}
    if given.store or given.search:
        ways['search'] = guesses
    if given.store and given.type not in UNGROUPED:
        ways['group'] = groups_by
    if field == system[given.model_name]._rec_name:
        ways['name'] = names
    return ways


def target_of(model_name, field, given, user):
    """Choose a record that has a value: one that the user sees, if any; of contacts one of ours that is not the user."""
    domain = [(field, '!=', False)] if given.store or given.search else []
    if model_name == 'res.partner' and not given.manual:
        domain += [('id', 'in', bound), '!', ('id', 'child_of', user.commercial_partner_id.id)]
    seen = attempt(finds, work(user=user.id)[model_name], domain)
    return seen.sudo() if seen and seen != 'unclear' else finds(system[model_name], domain)


def of_field(model_name, field, people):
    """Try every way to one field."""
    given = system[model_name]._fields[field]
    record = target_of(model_name, field, given, people[0])
    ways, tried = [], ways_to(field, given) if record else {}
    for way in tried:
        value = record.read([field], load='')[0][field]
        found = attempt(tried[way], record.with_user(people[0]), field, value)
        ways += ['unclear' if found == 'unclear' else way] if found else []
    return ways


def hanging(model_name, way, insiders):
    """Find what hangs on the records of one model, and what of it the web server hands to everybody, once."""
    key = (model_name, way)
    if key not in hung:
        linked, column, _named = HANGING[way]
        domain = [(column, '=', model_name)]
        if way == 'follower':
            domain.append(('partner_id', 'not in', system['res.users'].browse(insiders).mapped('partner_id').ids))
        found = system[linked].search(domain)
        hung[key] = (found, found.filtered('public') if way == 'attachment' else [])
    return hung[key]


def of_model(model_name, insiders, people):
    """Try every way to what hangs on the records of one model. Who is named there may see it, so is asked first."""
    found = attempt(lists, work(user=people[0].id)[model_name])
    ways, ids = ['list'] if found else [], [person.id for person in people]
    for way in HANGING:
        linked, _column, named = HANGING[way]
        records, given_to_all = hanging(model_name, way, insiders)
        asked = records.mapped(named).filtered_domain([('id', 'in', ids)])[:1] if named else []
        user = asked or people[0]
        found = given_to_all or attempt(shows, work(user=user.id)[linked], records.ids)
        ways += ['unclear' if found == 'unclear' else way] if found else []
    return ways


def of_colleague(model_name, people):
    """Try to see another coordinator's private pairs, or what belongs to them."""
    fields = system[model_name]._fields
    path = '' if 'x_private' in fields else 'x_pair_id.' if 'x_pair_id' in fields else None
    if path is None or people[0].has_group(SYNC):
        return []
    private = [(path + 'x_private', '=', True), (path + 'x_coordinator_id', '!=', people[0].id)]
    return ['private'] if attempt(finds, work(user=people[0].id)[model_name], private) else []


def of_group(group, insiders):
    """Count the people of the group, and name the groups of others whose members it takes in."""
    people, inside, implying = 0, 0, []
    for user in users:
        if user.has_group('base.group_user') and not user.has_group(SYNC):
            people += 1
            inside += 1 if user.id in insiders else 0
    for other in system['res.groups'].search([('implied_ids', 'in', system.ref(group).ids)]):
        name = other.get_external_id()[other.id]
        if not name.startswith('binome_mentoring.'):
            implying.append(name or 'res.groups,%s' % other.id)
    return [[inside, people, implying]]


def kind_of(user):
    """Name what sort of user this is."""
    for kind in KINDS:
        if user.has_group('base.group_' + KINDS[kind]):
            return kind
    return 'other'


work.cr.execute('SAVEPOINT binome_probe')
members, hung, results = {}, {}, []
for _model, _field, group in rows:
    if group not in members:
        members[group] = [user.id for user in users if user.has_group(group)]
for model_name, field, group in rows:
    reached = [] if model_name else of_group(group, members[group])
    for people in alike.values() if model_name else []:
        if not people[0].has_group(group):
            ways = (attempt(of_field, model_name, field, people) if field else
                    attempt(of_model, model_name, members[group], people))
        else:
            ways = [] if field else of_colleague(model_name, people)
        if ways:
            found = ['unclear'] if ways == 'unclear' else ways
            reached.append([kind_of(people[0]), len([user for user in people if user.active]), people[0].id, found])
    results.append(reached)
action = {'results': results}
