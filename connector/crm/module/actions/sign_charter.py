# ruff: noqa: F821, INP001
# mypy: ignore-errors
#
# The buttons of a charter: each notes, by the context's `binome_charter`, that it was sent or that one signature came
# in. What staff entered beforehand stands; the state follows the dates, as it does in the register.
what = env.context.get('binome_charter')
french = (env.context.get('lang') or env.user.lang or '').startswith('fr')
today = datetime.date.today()
for charter in records:
    if what not in ('sent', 'mentor', 'mentee') or charter.x_state in ('superseded', 'terminated'):
        raise UserError("Cette charte n'est plus à signer." if french else "This charter is not to be signed any more.")
    if charter.x_pair_id.x_state in ('ended', 'declined'):
        raise UserError("Ce binôme a pris fin." if french else "This pair is over.")
    if what == 'sent':
        values = {'x_sent_on': charter.x_sent_on or today}
    else:
        day, way, by = ['x_%s_%s' % (what, part) for part in ('signed_on', 'signed_way', 'recorded_by')]
        if charter[by] and charter[day]:
            raise UserError("Cette signature est déjà enregistrée." if french else
                            "This signature was recorded before.")
        if charter[day] and charter[day] > today:
            raise UserError("La date de signature est encore à venir." if french else
                            "The day of signing is still to come.")
        values = {day: charter[day] or today, way: charter[way] or 'paper',
                  by: '%s (%s)' % (env.user.name, env.user.login)}
    mentor = values.get('x_mentor_signed_on') or charter.x_mentor_signed_on
    mentee = values.get('x_mentee_signed_on') or charter.x_mentee_signed_on
    values['x_state'] = ('signed' if mentor and mentee else 'signed_by_mentor' if mentor else
                         'signed_by_mentee' if mentee else 'sent')
    charter.write(values)
