# ruff: noqa: F821, INP001
# mypy: ignore-errors
#
# The buttons of a pair: each asks, in the context's `binome_to`, for one state. The programme's rules hold here too,
# so that staff are told at once instead of by the next sync.
MOVES = {
    'accepted': ('proposed',), 'declined': ('proposed', 'accepted'), 'charter_pending': ('accepted',),
    'active': ('charter_pending', 'paused'), 'paused': ('active',), 'ended': ('active', 'paused'),
}
wanted = env.context.get('binome_to')
french = (env.context.get('lang') or env.user.lang or '').startswith('fr')
for pair in records:
    if pair.x_state not in MOVES.get(wanted, ()):
        raise UserError("Ce binôme a changé entre-temps : rechargez la page." if french else
                        "This pair changed meanwhile: reload the page.")
    if wanted == 'accepted' and not (pair.x_mentor_accepted and pair.x_mentee_accepted):
        raise UserError("Les deux doivent accepter : aucun binôme n'est imposé." if french else
                        "Both must accept: no pair is imposed.")
    if wanted == 'active' and pair.x_charter_state != 'signed':
        raise UserError("Les deux doivent d'abord signer la charte." if french else
                        "Both must sign the charter first.")
    values = {'x_state': wanted}
    if wanted == 'active' and not pair.x_start:
        values['x_start'] = datetime.date.today()
    if wanted == 'ended' and not pair.x_end:
        values['x_end'] = datetime.date.today()
    pair.write(values)
