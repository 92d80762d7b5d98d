"""An erasure in a real Odoo: the whole database is searched for the person before it and after."""

from __future__ import annotations

import base64
import datetime as dt

import pytest

from mappings.catalogue import BY_KIND
from mappings.records import Contribution, Key, Meeting, Mentee, Mentor, Pair, Person, Record
from sync_jobs.persons.erasure import Eraser
from tests.property.strategies import key

from .ground import Ground

pytestmark = pytest.mark.odoo

DAY = dt.date(2026, 10, 1)
CANARY = "canarisoixante"
PAIRS, CONTACTS = "x_mentoring_pair", "res.partner"
EVERY_TABLE = """
SELECT string_agg(table_name, ' ' ORDER BY table_name) FROM information_schema.tables
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND (xpath('/row/c/text()', query_to_xml(
  format('SELECT count(*) AS c FROM %I t WHERE lower(t::text) LIKE %L', table_name, '%canarisoixante%'),
  false, true, '')))[1]::text::int > 0
"""


def records(number: int) -> tuple[dict[str, Key], list[Record]]:
    """Make a mentor whose every value holds the canary, a mentee, and what is between them."""
    names = ("mentor", "mentee", "as_mentor", "as_mentee", "pair", "meeting", "given")
    k = {name: key(number * 100 + at) for at, name in enumerate(names, 1)}
    return k, [
        Person(key=k["mentor"], name=f"Anne {CANARY}", email=f"anne@{CANARY}.org", job_title=f"Chef {CANARY}",
               ref=f"m-{CANARY}", share_email=True, roles=frozenset({"mentor"})),
        Person(key=k["mentee"], name="Tom"),
        Mentor(key=k["as_mentor"], person=k["mentor"], expertise=CANARY),
        Mentee(key=k["as_mentee"], person=k["mentee"]),
        Pair(key=k["pair"], mentor=k["mentor"], mentee=k["mentee"], start=DAY),
        Meeting(key=k["meeting"], pair=k["pair"], date=DAY),
        Contribution(key=k["given"], person=k["mentor"], date=DAY, category="workshop", minutes=60),
    ]


def confide(ground: Ground, pair: str, contact: str) -> None:
    """Let staff leave the canary wherever Odoo has a place for it."""
    odoo, staff = ground.odoo, ground.staff
    for model, name in ((PAIRS, pair), (CONTACTS, contact)):
        record = staff.id_of(model, name)
        staff.note(model, name, f"Un mot de {CANARY}")
        activity = staff.schedule(model, name, "mail.mail_activity_data_call", f"Appeler {CANARY}", "2026-12-01")
        staff.schedule(model, name, "mail.mail_activity_data_call", f"Rappeler {CANARY}", "2026-12-02")
        staff.mark_done(activity, f"Dit par {CANARY}")
        content = base64.b64encode(CANARY.encode()).decode()
        odoo.execute("ir.attachment", "create", [
            {"name": f"{CANARY}.txt", "res_model": model, "res_id": record, "datas": content},
        ])
        odoo.execute("mail.mail", "create", [
            {"subject": CANARY, "body_html": CANARY, "model": model, "res_id": record, "email_to": f"x@{CANARY}.org"},
        ])
        odoo.execute(model, "message_subscribe", [record], partner_ids=[staff.id_of(CONTACTS, contact)])
    staff.write(CONTACTS, contact, email=f"autre@{CANARY}.org")  # a tracked field: its old value is kept
    staff.write(CONTACTS, contact, email=f"anne@{CANARY}.org")


def test_the_database_holds_nothing_of_an_erased_person(ground: Ground) -> None:
    """Names, chatter, tracked values, mail, attachments, activities: all gone, and the mentee is still there."""
    k, made = records(ground.numbers(1)[0])
    contact, pair, mentee = (BY_KIND[kind].external_id(k[of]) for kind, of in (
        ("person", "mentor"), ("pair", "pair"), ("person", "mentee"),
    ))
    with ground.open() as sides:
        sides.register.save(made)
        sides.cycle.run()
        confide(ground, pair, contact)
        sides.cycle.run()
        held = set(ground.odoo.psql(EVERY_TABLE).split())
        assert held >= {"res_partner", PAIRS, "mail_message", "mail_tracking_value", "mail_mail", "ir_attachment",
                        "mail_activity"}
        erased = Eraser(sides.register, sides.crm, sides.state).erase([("person", k["mentor"])])
        assert (erased.kept, set(erased.crm)) == ((), {"erased"})
        assert ground.odoo.psql(EVERY_TABLE) == ""
        assert sides.crm.bindings(CONTACTS, [contact, mentee]).keys() == {mentee}
        assert sides.cycle.plan(full=True).plan.changes == []


@pytest.mark.parametrize("by", ["company", "user"])
def test_a_contact_that_the_crm_needs_stays_without_what_is_ours(ground: Ground, by: str) -> None:
    """What another record needs cannot be deleted: it keeps its name, and loses our name, tag, and e-mail we showed.

    Of a user's contact only an administrator may change the e-mail: that is left too.
    """
    k, made = records(ground.numbers(1)[0])
    contact = BY_KIND["person"].external_id(k["mentor"])
    with ground.open() as sides:
        sides.register.save(made)
        sides.cycle.run()
        sides.register.save([made[0].model_copy(update={"share_roles": True})])
        sides.cycle.run()
        record = ground.staff.id_of(CONTACTS, contact)
        assert len(ground.staff.read(CONTACTS, record, "category_id")["category_id"]) == 1
        if by == "user":
            user = {"login": "canari", "partner_id": record, "name": f"Anne {CANARY}"}
            ground.odoo.execute("res.users", "create", [user], context={"no_reset_password": True})
        else:
            ground.odoo.execute("res.company", "create", [{"name": f"Anne {CANARY}", "partner_id": record}])
        ground.staff.write(CONTACTS, contact, email=f"anne@{CANARY}.org")
        erased = Eraser(sides.register, sides.crm, sides.state).erase([("person", k["mentor"])])
        assert erased.kept == (contact,)
        seen = ground.staff.read(CONTACTS, record, "name", "email", "category_id")
        assert (seen["name"], seen["category_id"]) == (f"Anne {CANARY}", [])
        assert sides.crm.bindings(CONTACTS, [contact]) == {}
        assert sides.crm.bindings(PAIRS, [BY_KIND["pair"].external_id(k["pair"])]) == {}
        assert seen["email"] == (f"anne@{CANARY}.org" if by == "user" else False)
        ground.staff.write(CONTACTS, record, name="Anne", function=False, email=False)
