"""Every rule of the table in full: state, instants, clocks, steps, flags, moves, notices and what is owed.

Clocks are told as `name state start to due stop why owner elapsed/overrun/paused`, with instants of Wednesday
2026-05-13 in Madrid.
"""

from collections.abc import Callable

import pytest

from tests.doubles.story import Story, agree, at
from tests.doubles.told import tell


def passed(**parts: object) -> Story:
    return Story(agree(**parts)).passed("10:00")


def tried_enough() -> Story:
    story = passed()
    for when in ("05-14 09:00", "05-14 12:00", "05-15 09:00", "05-15 12:00", "05-18 09:00"):
        story.call(when)
    return story.mail("05-19 10:00")


def tried_slowly() -> Story:
    story = passed(retention={"cap": "60d"}, clocks={"retention": "60d"})
    for day in ("05-14", "05-15", "05-18", "05-20", "05-25"):
        story.call(f"{day} 10:00")
    return story.mail("06-08 10:00")


RULES: dict[str, tuple[Callable[[], Story], str, str]] = {
    "T02 the package is marketing's, delivery the system's": (
        lambda: (
            Story()
            .mql("10:00")
            .tell("package_complete", "11:00", source="acuerdo")
            .tell("delivered", "11:30", source="acuerdo")
        ),
        "12:00",
        """
queued 11:00, credit provisional, delay 1800 s, breaches routing 1
at: package_complete 11:00; delivered 11:30; next_due 13:30
clocks: package met 10:00 to 14:00 stop 11:00 3600/0/0; assign breached_open 11:30 to 11:45 1800/900/0; first_attempt running 11:30 to 15:30 1800/0/0
steps: 10:00 T01 mql_met; 11:00 T02 package_complete; 11:30 T02 delivered
moves: 11:30 T02 stage_changed stage=mql
tell: 11:45 operations assign 1 L1
owed: nobody assign 11:45; assign due_at=11:45
""",
    ),
    "T02 not delivered yet": (
        lambda: Story().mql("10:00").tell("package_complete", "11:00", source="acuerdo"),
        "12:00",
        """
queued 11:00, credit none
at: package_complete 11:00
clocks: package met 10:00 to 14:00 stop 11:00 3600/0/0
steps: 10:00 T01 mql_met; 11:00 T02 package_complete
owed: nobody deliver -; deliver due_at=None
""",
    ),
    "T02 refused": (
        lambda: (
            Story()
            .mql("10:00")
            .tell("package_complete", "11:00", source="acuerdo")
            .tell("refused", "11:05", code="bad_email")
        ),
        "12:00",
        """
queued 11:00, credit none
at: package_complete 11:00
clocks: package met 10:00 to 14:00 stop 11:00 3600/0/0
steps: 10:00 T01 mql_met; 11:00 T02 package_complete
owed: marketing mend_record -; mend_record due_at=None
""",
    ),
    "T03 expired": (
        lambda: Story().mql("10:00"),
        "05-26 10:00",
        """
cancelled 05-20 14:00, not_delivered, credit none, breaches marketing 1
clocks: package breached_done 10:00 to 14:00 stop 05-20 14:00 not_delivered 176400/162000/0
steps: 10:00 T01 mql_met; 05-20 14:00 T03 not_delivered
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T03 lapsed": (
        lambda: Story().mql("10:00").tell("lead_changed", "11:00", mql=False),
        "05-14 11:00",
        """
cancelled 05-14 11:00, not_delivered, credit none, breaches marketing 1
clocks: package breached_done 10:00 to 14:00 stop 05-14 11:00 not_delivered 36000/21600/0
steps: 10:00 T01 mql_met; 05-14 11:00 T03 definition_lapsed
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T03 lapse healed": (
        lambda: (
            Story()
            .mql("10:00")
            .tell("lead_changed", "11:00", mql=False)
            .tell("lead_changed", "12:00", mql=True)
        ),
        "05-14 11:00",
        """
draft 10:00, credit none, breaches marketing 1
at: next_due 05-20 14:00
clocks: package breached_open 10:00 to 14:00 36000/21600/0
steps: 10:00 T01 mql_met
tell: 14:00 marketing package 1 L1
owed: marketing complete_package 14:00; complete_package due_at=14:00
""",
    ),
    "T04 owner known before delivery": (
        lambda: (
            Story()
            .mql("10:00")
            .tell("owner_changed", "10:10", owner="A", owner_kind="user")
            .tell("package_complete", "10:20", source="acuerdo")
            .tell("delivered", "10:30", source="acuerdo")
        ),
        "10:40",
        """
assigned 10:30, credit provisional, A, delay 600 s
at: package_complete 10:20; delivered 10:30; assigned 10:30; accept_due 05-14 10:30; return 05-27 10:30; cap 06-10 10:30; next_due 12:30
owners: A 10:30 routing
clocks: package met 10:00 to 14:00 stop 10:20 1200/0/0; assign met 10:30 to 10:45 stop 10:30; first_attempt running 10:30 to 14:30 600/0/0; accept running 10:30 to 05-14 10:30 600/0/0; retention running 10:30 to 05-27 10:30 600/0/0
steps: 10:00 T01 mql_met; 10:20 T02 package_complete; 10:30 T02 delivered; 10:30 T04 assigned
moves: 10:30 T02 stage_changed stage=mql
owed: sales first_attempt 14:30; first_attempt channel=phone left=6 due_at=14:30
""",
    ),
    "T06 accepted": (
        lambda: passed().tell("accepted", "11:00", by="A"),
        "12:00",
        """
accepted 11:00, credit final, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:12
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T06 accepted
moves: 11:00 T02 stage_changed stage=sal
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T07 silence": (
        lambda: passed(clocks={"accept": "4h"}),
        "15:00",
        """
accepted 14:00, credit final, A, breached, breaches sales 2
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 14:00; accept_due 14:00; return 05-27 10:00; cap 06-10 10:00; next_due 16:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_open 10:00 to 14:00 18000/3600/0; accept breached_done 10:00 to 14:00 stop 14:00 14400/0/0; retention running 10:00 to 05-27 10:00 18000/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 14:00 T07 accepted_by_silence
flags: accepted_by_silence 14:00
moves: 14:00 T02 stage_changed stage=sal
tell: 14:00 owner accept 1 L1; 14:00 owner first_attempt 1 L1
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T07 no silence": (
        lambda: passed(clocks={"accept": "4h"}, terms={"accept_by_silence": False}),
        "15:00",
        """
assigned 10:00, credit provisional, A, breached, breaches sales 2
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 14:00; return 05-27 10:00; cap 06-10 10:00; next_due 16:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_open 10:00 to 14:00 18000/3600/0; accept breached_open 10:00 to 14:00 18000/3600/0; retention running 10:00 to 05-27 10:00 18000/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 14:00 owner accept 1 L1; 14:00 owner first_attempt 1 L1
owed: sales accept_or_reject 14:00; accept_or_reject due_at=14:00
""",
    ),
    "T08 rejected": (
        lambda: passed().tell("rejected", "11:00", code="bad_fit", by="A"),
        "12:00",
        """
rejected 11:00, bad_fit, education, credit reversed, A, against marketing, returns on triggers, place education, rejected by A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; next_due 05-15 11:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 rejected; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 rejected; dispute running 11:00 to 05-15 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T08 rejected
moves: 11:00 T02 stage_changed stage=lead
tell: 11:00 marketing dispute 1 open
owed: marketing dispute_or_leave 05-15 11:00; dispute_or_leave due_at=05-15 11:00
""",
    ),
    "T09 disputed": (
        lambda: passed().tell("rejected", "11:00", code="bad_fit", by="A").tell("disputed", "12:00", by="M"),
        "13:00",
        """
rejected 11:00, bad_fit, education, credit reversed, A, against marketing, returns on triggers, place education, rejected by A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 rejected; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 rejected; dispute met 11:00 to 05-15 11:00 stop 12:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T08 rejected; 12:00 T09 disputed
moves: 11:00 T02 stage_changed stage=lead
tell: 11:00 marketing dispute 1 open
owed: nobody decide_dispute -; decide_dispute due_at=None
""",
    ),
    "T09 upheld": (
        lambda: (
            passed()
            .tell("rejected", "11:00", code="bad_fit", by="A")
            .tell("disputed", "12:00", by="M")
            .tell("dispute_decided", "13:00", decision="upheld", by="H")
        ),
        "14:00",
        """
queued 13:00, credit provisional, rejected by A, breaches routing 1
at: package_complete 10:00; delivered 10:00; next_due 15:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 rejected; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 rejected; dispute met 11:00 to 05-15 11:00 stop 12:00 3600/0/0; assign 2 breached_open 13:00 to 13:15 3600/2700/0; first_attempt 2 running 13:00 to 17:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T08 rejected; 12:00 T09 disputed; 13:00 T09 dispute_upheld
flags: dispute_upheld 13:00; previous_owner A
moves: 10:00 T02 stage_changed stage=mql
tell: 13:15 operations assign 2 L1
owed: nobody assign 13:15; assign due_at=13:15
""",
    ),
    "T09 final": (
        lambda: (
            passed()
            .tell("rejected", "11:00", code="bad_fit", by="A")
            .tell("disputed", "12:00", by="M")
            .tell("dispute_decided", "13:00", decision="final", by="H")
        ),
        "14:00",
        """
rejected 11:00, bad_fit, education, credit reversed, A, final, against marketing, returns on triggers, place education, rejected by A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 rejected; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 rejected; dispute met 11:00 to 05-15 11:00 stop 12:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T08 rejected; 12:00 T09 disputed; 13:00 T09 rejection_final
moves: 13:00 T27 on_track track=education; 11:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T09 silence final": (
        lambda: passed().tell("rejected", "11:00", code="bad_fit", by="A"),
        "05-18 12:00",
        """
rejected 11:00, bad_fit, education, credit reversed, A, final, against marketing, returns on triggers, place education, rejected by A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 rejected; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 rejected; dispute cancelled 11:00 to 05-15 11:00 stop 05-15 11:00 final
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T08 rejected; 05-15 11:00 T09 rejection_final
moves: 05-15 11:00 T27 on_track track=education; 11:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T10 attempt": (
        lambda: passed().call("11:00"),
        "12:00",
        """
working 11:00, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 11:00
owners: A 10:00 routing
touches: 11:00 phone A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention running 10:00 to 05-27 10:00 7200/0/0; next_attempt running 11:00 to 05-15 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T10 attempted
moves: 11:00 T02 stage_changed stage=sal
owed: sales next_attempt 05-15 11:00; next_attempt channel=None left=5 due_at=05-15 11:00
""",
    ),
    "T10 nobody owns": (
        lambda: Story().passed("10:00", owner=None).call("11:00"),
        "12:00",
        """
working 11:00, credit final, 1 counted, breaches routing 1
at: package_complete 10:00; delivered 10:00; accepted 11:00; next_due 05-14 11:00
touches: 11:00 phone A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign breached_done 10:00 to 10:15 stop 11:00 3600/2700/0; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; next_attempt running 11:00 to 05-15 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 11:00 T10 attempted
flags: no_owner True
moves: 11:00 T02 stage_changed stage=sal
owed: sales next_attempt 05-15 11:00; next_attempt channel=None left=5 due_at=05-15 11:00
""",
    ),
    "T11 second": (
        lambda: passed().call("11:00").mail("14:00"),
        "15:00",
        """
working 11:00, credit final, A, 2 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 14:00
owners: A 10:00 routing
touches: 11:00 phone A counts; 14:00 email A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention running 10:00 to 05-27 10:00 18000/0/0; next_attempt met 11:00 to 05-15 11:00 stop 14:00 10800/0/0; next_attempt 2 running 14:00 to 05-15 14:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T10 attempted; 14:00 T11 attempted
moves: 11:00 T02 stage_changed stage=sal
owed: sales next_attempt 05-15 14:00; next_attempt channel=None left=4 due_at=05-15 14:00
""",
    ),
    "T12 contact": (
        lambda: passed().call("11:00", answered=True),
        "12:00",
        """
connected 11:00, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; first_contact 11:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-25 10:00
owners: A 10:00 routing
touches: 11:00 phone A counts contact
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T12 connected
moves: 11:00 T02 stage_changed stage=sal
owed: sales qualify_or_return 05-27 10:00; qualify_or_return due_at=05-27 10:00
""",
    ),
    "T12 nobody owns": (
        lambda: Story().passed("10:00", owner=None).call("11:00", answered=True),
        "12:00",
        """
connected 11:00, credit final, 1 counted, breaches routing 1
at: package_complete 10:00; delivered 10:00; accepted 11:00; first_contact 11:00
touches: 11:00 phone A counts contact
clocks: package met 10:00 to 14:00 stop 10:00; assign breached_done 10:00 to 10:15 stop 11:00 3600/2700/0; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 11:00 T12 connected
flags: no_owner True
moves: 11:00 T02 stage_changed stage=sal
owed: sales qualify_or_return -; qualify_or_return due_at=None
""",
    ),
    "T11 after contact": (
        lambda: passed().call("11:00", answered=True).mail("12:00"),
        "13:00",
        """
connected 11:00, credit final, A, 2 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; first_contact 11:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-25 10:00
owners: A 10:00 routing
touches: 11:00 phone A counts contact; 12:00 email A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention running 10:00 to 05-27 10:00 10800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T12 connected
moves: 11:00 T02 stage_changed stage=sal
owed: sales qualify_or_return 05-27 10:00; qualify_or_return due_at=05-27 10:00
""",
    ),
    "T13 qualified": (
        lambda: passed().tell("sql_met", "11:00"),
        "12:00",
        """
qualified 11:00, credit final, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; qualified 11:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T13 qualified
flags: no_attempt_logged True
moves: 11:00 T02 stage_changed stage=sql
owed: sales open_deal -; open_deal due_at=None
""",
    ),
    "T13 converted after call": (
        lambda: passed().call("10:30").tell("crm_converted", "11:00"),
        "12:00",
        """
qualified 11:00, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; qualified 11:00; accept_due 05-14 10:00
owners: A 10:00 routing
touches: 10:30 phone A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; next_attempt met 10:30 to 05-15 10:30 stop 11:00 1800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T10 attempted; 11:00 T13 crm_converted
flags: no_contact_logged True
moves: 11:00 T02 stage_changed stage=sql
owed: sales open_deal -; open_deal due_at=None
""",
    ),
    "T14 opportunity": (
        lambda: passed().call("10:30", answered=True).tell("deal_linked", "11:00", "d1", deal="d1"),
        "12:00",
        """
opportunity 11:00, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; first_contact 10:30; accept_due 05-14 10:00
owners: A 10:00 routing
touches: 10:30 phone A counts contact
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T12 connected; 11:00 T14 opportunity
moves: 11:00 T02 stage_changed stage=opportunity
owed: sales close_deal -; close_deal due_at=None
""",
    ),
    "T14 before delivery": (
        lambda: Story().mql("10:00").tell("deal_linked", "11:00", "d1", deal="d1"),
        "12:00",
        """
cancelled 11:00, customer, credit none
clocks: package cancelled 10:00 to 14:00 stop 11:00 customer
steps: 10:00 T01 mql_met; 11:00 T14 customer
flags: no_attempt_logged True
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T15 won": (
        lambda: (
            passed()
            .call("10:30", answered=True)
            .tell("deal_linked", "11:00", "d1", deal="d1")
            .tell("deal_won", "12:00", "d1", deal="d1", version="2")
        ),
        "13:00",
        """
won 12:00, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; first_contact 10:30; accept_due 05-14 10:00
owners: A 10:00 routing
touches: 10:30 phone A counts contact
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T12 connected; 11:00 T14 opportunity; 12:00 T15 won
moves: 12:00 T02 stage_changed stage=customer
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T16 lost": (
        lambda: (
            passed()
            .tell("deal_linked", "11:00", "d1", deal="d1")
            .tell("deal_lost", "12:00", "d1", deal="d1", code="competitor", version="2")
        ),
        "13:00",
        """
lost 12:00, competitor, nurture, credit final, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; accept_due 05-14 10:00; eligible 11-09 00:00; next_due 11-09 00:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T14 opportunity; 12:00 T16 lost
flags: no_attempt_logged True
moves: 12:00 T27 on_track track=nurture; 12:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T16 one of two lost": (
        lambda: (
            passed()
            .tell("deal_linked", "11:00", "d1", deal="d1")
            .tell("deal_linked", "11:30", "d2", deal="d2")
            .tell("deal_lost", "12:00", "d1", deal="d1", code="competitor", version="2")
        ),
        "13:00",
        """
opportunity 11:00, credit final, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T14 opportunity
flags: no_attempt_logged True
moves: 11:00 T02 stage_changed stage=opportunity
owed: sales close_deal -; close_deal due_at=None
""",
    ),
    "T17 exhausted": (
        tried_enough,
        "05-19 11:00",
        """
returned 05-19 10:00, no_response, nurture, credit final, A, returns on time, place nurture, 6 counted, breaches sales 1
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 05-14 09:00; returned 05-19 10:00; accept_due 05-14 10:00; eligible 06-18 00:00; next_due 05-19 14:30
owners: A 10:00 routing
touches: 05-14 09:00 phone A counts; 05-14 12:00 phone A counts; 05-15 09:00 phone A counts; 05-15 12:00 phone A counts; 05-18 09:00 phone A counts; 05-19 10:00 email A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_done 10:00 to 14:00 stop 05-14 09:00 28800/14400/0; accept met 10:00 to 05-14 10:00 stop 05-14 09:00 28800/0/0; retention met 10:00 to 05-27 10:00 stop 05-19 10:00 129600/0/0; next_attempt met 05-14 09:00 to 05-18 09:00 stop 05-14 12:00 10800/0/0; next_attempt 2 met 05-14 12:00 to 05-18 12:00 stop 05-15 09:00 21600/0/0; next_attempt 3 met 05-15 09:00 to 05-19 09:00 stop 05-15 12:00 10800/0/0; next_attempt 4 met 05-15 12:00 to 05-19 12:00 stop 05-18 09:00 21600/0/0; next_attempt 5 met 05-18 09:00 to 05-20 09:00 stop 05-19 10:00 36000/0/0; next_attempt 6 met 05-19 10:00 to 05-21 10:00 stop 05-19 10:00; return_ack running 05-19 10:00 to 05-20 10:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 05-14 09:00 T10 attempted; 05-14 12:00 T11 attempted; 05-15 09:00 T11 attempted; 05-15 12:00 T11 attempted; 05-18 09:00 T11 attempted; 05-19 10:00 T11 attempted; 05-19 10:00 T17 exhausted
moves: 05-19 10:00 T17 returned code=no_response by=acuerdo; 05-19 10:00 T27 on_track track=nurture; 05-19 10:00 T02 stage_changed stage=lead
owed: marketing enrol 05-20 10:00; enrol track=nurture due_at=05-20 10:00
""",
    ),
    "T17 slowly": (
        tried_slowly,
        "06-08 11:00",
        """
returned 06-08 10:00, no_response, nurture, credit final, A, returns on time, place nurture, 6 counted, breaches sales 3
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 05-14 10:00; returned 06-08 10:00; accept_due 05-14 10:00; eligible 07-08 00:00; next_due 06-08 14:30
owners: A 10:00 routing
touches: 05-14 10:00 phone A counts; 05-15 10:00 phone A counts; 05-18 10:00 phone A counts; 05-20 10:00 phone A counts; 05-25 10:00 phone A counts; 06-08 10:00 email A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_done 10:00 to 14:00 stop 05-14 10:00 32400/18000/0; accept met 10:00 to 05-14 10:00 stop 05-14 10:00 32400/0/0; retention met 10:00 to 07-12 10:00 stop 06-08 10:00 583200/0/0; next_attempt met 05-14 10:00 to 05-18 10:00 stop 05-15 10:00 32400/0/0; next_attempt 2 met 05-15 10:00 to 05-19 10:00 stop 05-18 10:00 32400/0/0; next_attempt 3 met 05-18 10:00 to 05-20 10:00 stop 05-20 10:00 64800/0/0; next_attempt 4 breached_done 05-20 10:00 to 05-22 10:00 stop 05-25 10:00 97200/32400/0; next_attempt 5 breached_done 05-25 10:00 to 05-27 10:00 stop 06-08 10:00 324000/259200/0; next_attempt 6 met 06-08 10:00 to 06-10 10:00 stop 06-08 10:00; return_ack running 06-08 10:00 to 06-09 10:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 05-14 10:00 T10 attempted; 05-15 10:00 T11 attempted; 05-18 10:00 T11 attempted; 05-20 10:00 T11 attempted; 05-25 10:00 T11 attempted; 06-08 10:00 T11 attempted; 06-08 10:00 T17 exhausted
flags: slow_cadence True
moves: 06-08 10:00 T17 returned code=no_response by=acuerdo; 06-08 10:00 T27 on_track track=nurture; 06-08 10:00 T02 stage_changed stage=lead
owed: marketing enrol 06-09 10:00; enrol track=nurture due_at=06-09 10:00
""",
    ),
    "T18 early": (
        lambda: passed().call("11:00").tell("returned", "12:00", code="no_response", by="A"),
        "13:00",
        """
returned 12:00, no_response, nurture, credit final, A, returns on time, place nurture, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; returned 12:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 16:30
owners: A 10:00 routing
touches: 11:00 phone A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 12:00 7200/0/0; next_attempt met 11:00 to 05-15 11:00 stop 12:00 3600/0/0; return_ack running 12:00 to 05-14 12:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T10 attempted; 12:00 T18 early_give_up
flags: early_give_up 5
moves: 12:00 T27 on_track track=nurture; 12:00 T02 stage_changed stage=lead
owed: marketing enrol 05-14 12:00; enrol track=nurture due_at=05-14 12:00
""",
    ),
    "T21 expired": (
        passed,
        "05-27 10:00",
        """
returned 05-27 10:00, expired, nurture, credit final, A, returns on time, place nurture, breaches sales 3
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 05-14 10:00; returned 05-27 10:00; accept_due 05-14 10:00; eligible 06-26 00:00; next_due 05-27 14:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_done 10:00 to 14:00 stop 05-27 10:00 returned 324000/309600/0; accept breached_done 10:00 to 05-14 10:00 stop 05-14 10:00 32400/0/0; retention breached_done 10:00 to 05-27 10:00 stop 05-27 10:00 324000/0/0; return_ack running 05-27 10:00 to 05-28 10:00
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 05-14 10:00 T07 accepted_by_silence; 05-27 10:00 T21 expired
flags: accepted_by_silence 05-14 10:00
moves: 05-27 10:00 T21 returned code=expired by=acuerdo; 05-27 10:00 T27 on_track track=nurture; 05-27 10:00 T02 stage_changed stage=lead
tell: 05-14 10:00 owner accept 1 L1; 05-27 10:00 owner retention 1 L1; 05-27 10:00 manager retention 1 L2
owed: marketing enrol 05-28 10:00; enrol track=nurture due_at=05-28 10:00
""",
    ),
    "T21 recorded": (
        lambda: passed().tell(
            "returned", "05-27 10:00", source="acuerdo", code="expired", recorded="05-27 10:05"
        ),
        "05-27 11:00",
        """
returned 05-27 10:00, expired, nurture, credit final, A, returns on time, place nurture, breaches sales 3
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 05-14 10:00; returned 05-27 10:00; accept_due 05-14 10:00; eligible 06-26 00:00; next_due 05-27 14:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_done 10:00 to 14:00 stop 05-27 10:00 returned 324000/309600/0; accept breached_done 10:00 to 05-14 10:00 stop 05-14 10:00 32400/0/0; retention breached_done 10:00 to 05-27 10:00 stop 05-27 10:00 324000/0/0; return_ack running 05-27 10:00 to 05-28 10:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 05-14 10:00 T07 accepted_by_silence; 05-27 10:00 T21 expired
flags: accepted_by_silence 05-14 10:00
moves: 05-27 10:00 T27 on_track track=nurture; 05-27 10:00 T02 stage_changed stage=lead
tell: 05-14 10:00 owner accept 1 L1; 05-27 10:00 owner retention 1 L1; 05-27 10:00 manager retention 1 L2
owed: marketing enrol 05-28 10:00; enrol track=nurture due_at=05-28 10:00
""",
    ),
    "T22 breach": (
        lambda: passed(routing={"enabled": True, "owners": ["A", "B"], "auto_reassign": True}),
        "14:30",
        """
assigned 10:00, credit provisional, A, breached, breaches sales 1
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 16:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_open 10:00 to 14:00 16200/1800/0; accept running 10:00 to 05-14 10:00 16200/0/0; retention running 10:00 to 05-27 10:00 16200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql; 14:00 T22 reassigned previous=A cause=breach
tell: 14:00 owner first_attempt 1 L1; 14:30 owner accept 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T22 reassigned": (
        lambda: passed(routing={"enabled": True, "owners": ["A", "B"], "auto_reassign": True}).tell(
            "reassigned", "14:30", owner="B", previous="A", cause="breach", source="acuerdo"
        ),
        "15:00",
        """
assigned 10:00, credit provisional, B, breached, 1 reassigned, breaches sales 1
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 15:18
owners: A 10:00 routing; B 14:30 breach
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_open 10:00 to 14:00 18000/3600/0; accept running 10:00 to 05-14 10:00 18000/0/0; retention running 10:00 to 05-27 10:00 18000/0/0; owner_first_attempt running 14:30 to 15:30 B 1800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 14:30 T22 reassigned
moves: 10:00 T02 stage_changed stage=mql
tell: 14:00 owner first_attempt 1 L1; 14:30 owner accept 1 warn50; 15:00 owner owner_first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T22 reassigned twice and tried by the second": (
        lambda: (
            passed(routing={"enabled": True, "owners": ["A", "B"], "auto_reassign": True})
            .tell("reassigned", "14:30", owner="B", previous="A", cause="breach", source="acuerdo")
            .call("14:40", by="A")
            .call("17:00", by="B")
        ),
        "17:30",
        """
working 14:40, credit final, B, 2 counted, 1 reassigned, breaches sales 2
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 14:40; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 17:00
owners: A 10:00 routing; B 14:30 breach
touches: 14:40 phone A counts stranger; 17:00 phone B counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_done 10:00 to 14:00 stop 14:40 16800/2400/0; accept met 10:00 to 05-14 10:00 stop 14:40 16800/0/0; retention running 10:00 to 05-27 10:00 27000/0/0; owner_first_attempt breached_done 14:30 to 15:30 stop 17:00 B 9000/5400/0; next_attempt met 14:40 to 05-15 14:40 stop 17:00 8400/0/0; next_attempt 2 running 17:00 to 05-15 17:00 1800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 14:30 T22 reassigned; 14:40 T10 attempted; 17:00 T11 attempted
moves: 14:40 T02 stage_changed stage=sal
owed: sales next_attempt 05-15 17:00; next_attempt channel=None left=4 due_at=05-15 17:00
""",
    ),
    "D11 absence": (
        lambda: passed(routing={"enabled": True, "owners": ["A", "B"]}).tell(
            "absence", "10:00", owner="A", **{"from": at("11:00"), "to": at("05-20 11:00")}
        ),
        "12:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:12
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql; 11:00 D11 reassigned previous=A cause=absence
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "D11 reassigned": (
        lambda: passed(routing={"enabled": True, "owners": ["A", "B"]}).tell(
            "reassigned", "11:00", owner="B", previous="A", cause="absence", source="acuerdo"
        ),
        "12:00",
        """
assigned 10:00, credit provisional, B
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:12
owners: A 10:00 routing; B 11:00 absence
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T22 reassigned
moves: 10:00 T02 stage_changed stage=mql
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T24 pause": (
        lambda: passed().tell("paused", "11:00", "p", reason="lead_asked_callback", by="A"),
        "12:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-25 10:00
owners: A 10:00 routing
pauses: lead_asked_callback 11:00 to - A False
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt paused 10:00 to - 3600/0/3600; accept paused 10:00 to - 3600/0/3600; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T24 paused
moves: 10:00 T02 stage_changed stage=mql
owed: sales qualify_or_return 05-27 10:00; qualify_or_return due_at=05-27 10:00
""",
    ),
    "T25 out": (
        lambda: passed().call("10:30").tell("opted_out", "11:00"),
        "12:00",
        """
cancelled 11:00, opt_out, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; accept_due 05-14 10:00
owners: A 10:00 routing
touches: 10:30 phone A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 opt_out; next_attempt cancelled 10:30 to 05-15 10:30 stop 11:00 opt_out
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T10 attempted; 11:00 T25 opted_out
moves: 11:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T25 by channels": (
        lambda: (
            passed().tell("opted_out", "11:00", channel="phone").tell("opted_out", "11:30", channel="email")
        ),
        "12:00",
        """
cancelled 11:30, opt_out, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:30 opt_out; accept cancelled 10:00 to 05-14 10:00 stop 11:30 opt_out; retention cancelled 10:00 to 05-27 10:00 stop 11:30 opt_out
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:30 T25 opted_out
moves: 11:30 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T25 bounced": (
        lambda: (
            passed(attempts={"channels": ["email"], "first_channel": "email"})
            .mail("10:30")
            .tell("bounced", "11:00", channel="email")
        ),
        "12:00",
        """
cancelled 11:00, opt_out, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; accept_due 05-14 10:00
owners: A 10:00 routing
touches: 10:30 email A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 opt_out; next_attempt cancelled 10:30 to 05-15 10:30 stop 11:00 opt_out
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T10 attempted; 11:00 T25 opted_out
moves: 11:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T26 merged": (
        lambda: passed().tell("merged", "11:00", survivor="x"),
        "12:00",
        """
cancelled 11:00, merged, credit reversed, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 merged; accept cancelled 10:00 to 05-14 10:00 stop 11:00 merged; retention cancelled 10:00 to 05-27 10:00 stop 11:00 merged
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T26 merged
moves: 11:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T26 merged draft": (
        lambda: Story().mql("10:00").tell("merged", "11:00", survivor="x"),
        "12:00",
        """
cancelled 11:00, merged, credit none
clocks: package cancelled 10:00 to 14:00 stop 11:00 merged
steps: 10:00 T01 mql_met; 11:00 T26 merged
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T26 deleted": (
        lambda: passed().tell("deleted", "11:00"),
        "12:00",
        """
cancelled 11:00, deleted, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 deleted; accept cancelled 10:00 to 05-14 10:00 stop 11:00 deleted; retention cancelled 10:00 to 05-27 10:00 stop 11:00 deleted
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T26 deleted
moves: 11:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T26 ended": (
        lambda: passed(effective_to="2026-05-13T11:00:00+02:00"),
        "12:00",
        """
cancelled 11:00, policy_end, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 policy_end; accept cancelled 10:00 to 05-14 10:00 stop 11:00 policy_end; retention cancelled 10:00 to 05-27 10:00 stop 11:00 policy_end
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T26 policy_end
moves: 11:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T27 enrolled": (
        lambda: (
            passed()
            .tell("returned", "11:00", code="not_now", by="A")
            .tell("on_track", "12:00", source="acuerdo", track="nurture")
        ),
        "13:00",
        """
returned 11:00, not_now, nurture, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 06-12 00:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack met 11:00 to 05-14 11:00 stop 12:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned
moves: 11:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T27 other track": (
        lambda: (
            passed()
            .tell("returned", "11:00", code="no_fit", by="A")
            .tell("on_track", "12:00", source="hubspot", track="nurture")
        ),
        "13:00",
        """
returned 11:00, no_fit, education, credit provisional, A, returns on triggers, place education
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; next_due 15:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack running 11:00 to 05-14 11:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned
moves: 11:00 T36 off_track track=nurture; 11:00 T27 on_track track=education; 11:00 T02 stage_changed stage=lead
owed: marketing enrol 05-14 11:00; enrol track=education due_at=05-14 11:00
""",
    ),
    "T31 parked": (
        lambda: Story().mql("10:00", parked=True).tell("package_complete", "10:10", source="acuerdo"),
        "11:00",
        """
parked 10:00, ping_pong, credit none
at: package_complete 10:10
steps: 10:00 T31 parked
owed: nobody approve -; approve due_at=None
""",
    ),
    "T32 one": (
        lambda: Story().mql("10:00", parked=True).tell("approved", "11:00", role="marketing", by="Ana"),
        "12:00",
        """
parked 10:00, ping_pong, credit none
steps: 10:00 T31 parked; 11:00 T32 approved_by_one
owed: nobody approve -; approve due_at=None
""",
    ),
    "T32 both": (
        lambda: (
            Story()
            .mql("10:00", parked=True)
            .tell("package_complete", "10:10", source="acuerdo")
            .tell("approved", "11:00", role="marketing", by="Ana")
            .tell("approved", "12:00", role="sales", by="Luis")
        ),
        "13:00",
        """
queued 12:00, credit none
at: package_complete 12:00
clocks: package met 12:00 to 16:00 stop 12:00
steps: 10:00 T31 parked; 11:00 T32 approved_by_one; 12:00 T32 approved; 12:00 T02 package_complete
flags: approved_at 12:00
owed: nobody deliver -; deliver due_at=None
""",
    ),
    "T35 a later win": (
        lambda: passed().tell("returned", "11:00", code="not_now").tell("deal_won", "12:00", "d", deal="d"),
        "13:00",
        """
returned 11:00, not_now, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 06-12 00:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack cancelled 11:00 to 05-14 11:00 stop 12:00 won
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned; 12:00 T35 won_after_close
flags: won_after_close 12:00
moves: 12:00 T02 stage_changed stage=customer
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T35 a later win of a lead that was enrolled": (
        lambda: (
            passed()
            .tell("returned", "11:00", code="not_now")
            .tell("on_track", "11:30", source="acuerdo", track="nurture")
            .tell("stage_changed", "11:30", source="acuerdo", stage="lead")
            .tell("deal_won", "12:00", "d", deal="d")
        ),
        "13:00",
        """
returned 11:00, not_now, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 06-12 00:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack met 11:00 to 05-14 11:00 stop 11:30 1800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned; 12:00 T35 won_after_close
flags: won_after_close 12:00
moves: 11:00 T36 off_track track=nurture; 12:00 T02 stage_changed stage=customer
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T35 a later win, stage told": (
        lambda: (
            passed()
            .tell("returned", "11:00", code="not_now")
            .tell("deal_won", "12:00", "d", deal="d")
            .tell("stage_changed", "12:30", source="hubspot", stage="customer")
        ),
        "13:00",
        """
returned 11:00, not_now, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 06-12 00:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack cancelled 11:00 to 05-14 11:00 stop 12:00 won
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned; 12:00 T35 won_after_close
flags: won_after_close 12:00
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T36 reopened": (
        lambda: (
            passed()
            .call("10:30")
            .tell("returned", "11:00", code="no_response", by="A")
            .call("12:00", answered=True)
        ),
        "13:00",
        """
connected 12:00, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; returned 11:00; first_contact 12:00; accept_due 05-14 10:00; return 05-27 12:00; cap 06-10 12:00; next_due 05-25 12:00
owners: A 10:00 routing
touches: 10:30 phone A counts; 12:00 phone A after_give_up contact
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; next_attempt met 10:30 to 05-15 10:30 stop 11:00 1800/0/0; return_ack cancelled 11:00 to 05-14 11:00 stop 12:00 reopened; retention 2 running 12:00 to 05-27 12:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T10 attempted; 11:00 T18 early_give_up; 12:00 T36 reopened
flags: early_give_up 5; after_give_up 1; reopened 12:00
moves: 10:30 T02 stage_changed stage=sal
owed: sales qualify_or_return 05-27 12:00; qualify_or_return due_at=05-27 12:00
""",
    ),
    "T36 too late": (
        lambda: (
            passed()
            .call("10:30")
            .tell("returned", "11:00", code="no_response", by="A")
            .tell("on_track", "11:30", source="acuerdo", track="nurture")
            .call("05-21 12:00", answered=True)
            .call("05-21 12:05")
            .call("05-21 12:30")
        ),
        "05-21 13:00",
        """
returned 11:00, no_response, nurture, credit final, A, returns on time, place nurture, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; returned 11:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 06-12 00:00
owners: A 10:00 routing
touches: 10:30 phone A counts; 05-21 12:00 phone A after_give_up contact; 05-21 12:05 phone A after_give_up; 05-21 12:30 phone A after_give_up
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; next_attempt met 10:30 to 05-15 10:30 stop 11:00 1800/0/0; return_ack met 11:00 to 05-14 11:00 stop 11:30 1800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T10 attempted; 11:00 T18 early_give_up
flags: early_give_up 5; after_give_up 3
moves: 11:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "F05 after a rejection": (
        lambda: (
            passed()
            .tell("rejected", "11:00", code="bad_fit", by="A")
            .call("12:00")
            .tell("owner_changed", "12:30", owner="B", owner_kind="user")
        ),
        "13:00",
        """
rejected 11:00, bad_fit, education, credit reversed, B, against marketing, returns on triggers, place education, rejected by A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; next_due 05-15 11:00
owners: A 10:00 routing; B 12:30 manual
touches: 12:00 phone A after_close
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 rejected; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 rejected; dispute running 11:00 to 05-15 11:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T08 rejected
flags: after_close 1
moves: 11:00 T02 stage_changed stage=lead
tell: 11:00 marketing dispute 1 open
owed: marketing dispute_or_leave 05-15 11:00; dispute_or_leave due_at=05-15 11:00
""",
    ),
    "T37 returned": (
        lambda: passed().call("10:30", answered=True).tell("returned", "11:00", code="no_budget", by="A"),
        "12:00",
        """
returned 11:00, no_budget, nurture, credit final, A, returns on time, place nurture, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; returned 11:00; first_contact 10:30; accept_due 05-14 10:00; eligible 08-11 00:00; next_due 15:30
owners: A 10:00 routing
touches: 10:30 phone A counts contact
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack running 11:00 to 05-14 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T12 connected; 11:00 T37 returned
moves: 11:00 T27 on_track track=nurture; 11:00 T02 stage_changed stage=lead
owed: marketing enrol 05-14 11:00; enrol track=nurture due_at=05-14 11:00
""",
    ),
    "T37 no potential": (
        lambda: passed().tell("returned", "11:00", code="not_now", potential=False),
        "12:00",
        """
returned 11:00, not_now, education, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 15:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack running 11:00 to 05-14 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned
moves: 11:00 T27 on_track track=education; 11:00 T02 stage_changed stage=lead
owed: marketing enrol 05-14 11:00; enrol track=education due_at=05-14 11:00
""",
    ),
    "T37 with a date": (
        lambda: passed().tell("returned", "11:00", code="not_now", until="2026-09-01"),
        "12:00",
        """
returned 11:00, not_now, nurture, credit provisional, A, returns on time, place nurture
at: until 09-01 00:00; package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 09-01 00:00; next_due 15:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack running 11:00 to 05-14 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned
moves: 11:00 T27 on_track track=nurture; 11:00 T02 stage_changed stage=lead
owed: marketing enrol 05-14 11:00; enrol track=nurture due_at=05-14 11:00
""",
    ),
    "T37 with an unreadable date": (
        lambda: passed().tell("returned", "11:00", code="not_now", until="soon"),
        "12:00",
        """
returned 11:00, not_now, nurture, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 15:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack running 11:00 to 05-14 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned
flags: until_unreadable True
moves: 11:00 T27 on_track track=nurture; 11:00 T02 stage_changed stage=lead
owed: marketing enrol 05-14 11:00; enrol track=nurture due_at=05-14 11:00
""",
    ),
    "T37 no code": (
        lambda: passed().tell("returned", "11:00"),
        "12:00",
        """
returned 11:00, unspecified, nurture, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 15:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack running 11:00 to 05-14 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned
moves: 11:00 T27 on_track track=nurture; 11:00 T02 stage_changed stage=lead
tell: 11:00 owner return 1 reason
owed: sales give_reason 05-14 11:00; give_reason due_at=05-14 11:00
""",
    ),
    "T37 unknown code": (
        lambda: passed().tell("returned", "11:00", code="zzz"),
        "12:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:12
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
drift: 11:00 assigned returned unknown_code
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T38 code later": (
        lambda: passed().tell("returned", "11:00").tell("returned", "12:00", code="no_budget"),
        "13:00",
        """
returned 11:00, no_budget, nurture, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 08-11 00:00; next_due 15:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack running 11:00 to 05-14 11:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned
moves: 11:00 T27 on_track track=nurture; 11:00 T02 stage_changed stage=lead
owed: marketing enrol 05-14 11:00; enrol track=nurture due_at=05-14 11:00
""",
    ),
    "T38 already closed": (
        lambda: (
            passed().tell("returned", "11:00", code="no_budget").tell("returned", "12:00", code="competitor")
        ),
        "13:00",
        """
returned 11:00, no_budget, nurture, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 08-11 00:00; next_due 15:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack running 11:00 to 05-14 11:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned
moves: 11:00 T27 on_track track=nurture; 11:00 T02 stage_changed stage=lead
drift: 12:00 returned returned already_closed
owed: marketing enrol 05-14 11:00; enrol track=nurture due_at=05-14 11:00
""",
    ),
    "T38 date later": (
        lambda: (
            passed()
            .tell("returned", "11:00", code="no_budget")
            .tell("returned", "12:00", until=at("09-01 10:00"))
        ),
        "13:00",
        """
returned 11:00, no_budget, nurture, credit provisional, A, returns on time, place nurture
at: until 09-01 10:00; package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 09-01 10:00; next_due 15:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack running 11:00 to 05-14 11:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned
moves: 11:00 T27 on_track track=nurture; 11:00 T02 stage_changed stage=lead
owed: marketing enrol 05-14 11:00; enrol track=nurture due_at=05-14 11:00
""",
    ),
    "T39 territory": (
        lambda: passed().call("10:30").tell("rejected", "11:00", code="wrong_territory", by="A"),
        "12:00",
        """
queued 11:00, credit final, 1 counted, breaches routing 1
at: package_complete 10:00; delivered 10:00; accepted 10:30
owners: A 10:00 routing
touches: 10:30 phone A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 wrong_territory; next_attempt cancelled 10:30 to 05-15 10:30 stop 11:00 wrong_territory; assign 2 breached_open 11:00 to 11:15 3600/2700/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T10 attempted; 11:00 T39 wrong_territory
flags: previous_owner A
moves: 10:00 T02 stage_changed stage=mql
tell: 11:15 operations assign 2 L1
owed: nobody assign 11:15; assign due_at=11:15
""",
    ),
    "T40 package": (
        lambda: passed().call("10:30").tell("rejected", "11:00", code="missing_package", by="A"),
        "12:00",
        """
draft 11:00, credit reversed, A, 1 counted
at: accepted 10:30; next_due 13:00
owners: A 10:00 routing
touches: 10:30 phone A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 missing_package; next_attempt cancelled 10:30 to 05-15 10:30 stop 11:00 missing_package; package 2 running 11:00 to 15:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T10 attempted; 11:00 T40 missing_package
flags: missing_package 11:00
owed: marketing complete_package 15:00; complete_package due_at=15:00
""",
    ),
    "G04 meeting": (
        lambda: passed().tell("meeting_booked", "11:00", "m", starts_at=at("06-15 11:00")),
        "12:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 06-17 11:00; cap 06-17 11:00; next_due 13:12
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 06-17 11:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
flags: meeting_at 06-15 11:00
moves: 10:00 T02 stage_changed stage=mql
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "H13 expansion": (
        lambda: Story().mql("10:00", type="expansion"),
        "11:00",
        """
draft 10:00, credit none
at: next_due 12:00
clocks: package running 10:00 to 14:00 3600/0/0
steps: 10:00 T01 mql_met
moves: 10:00 T02 stage_changed stage=customer
owed: marketing complete_package 14:00; complete_package due_at=14:00
""",
    ),
    "A37 history": (
        lambda: Story(agree(enforce_from="2026-06-01")).passed("10:00"),
        "11:00",
        """
history 10:00, credit none
steps: 10:00 T01 before_enforcement
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "C05 inbound": (
        lambda: passed().tell("inbound", "10:30", channel="email"),
        "11:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 12:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 3600/0/0; accept running 10:00 to 05-14 10:00 3600/0/0; retention running 10:00 to 05-27 10:00 3600/0/0; reply running 10:30 to 14:30 1800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "late evidence": (
        lambda: (
            passed()
            .tell("returned", "05-27 10:00", source="acuerdo", code="expired", recorded="05-27 10:05")
            .call("05-26 10:00", recorded="05-28 10:00")
        ),
        "05-28 11:00",
        """
returned 05-27 10:00, expired, nurture, credit final, A, returns on time, place nurture, 1 counted, breaches sales 3 marketing 1
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 05-14 10:00; returned 05-27 10:00; accept_due 05-14 10:00; eligible 06-26 00:00; next_due 06-26 00:00
owners: A 10:00 routing
touches: 05-26 10:00 phone A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_done 10:00 to 14:00 stop 05-26 10:00 291600/277200/0; accept breached_done 10:00 to 05-14 10:00 stop 05-14 10:00 32400/0/0; retention breached_done 10:00 to 05-27 10:00 stop 05-27 10:00 324000/0/0; return_ack breached_open 05-27 10:00 to 05-28 10:00 36000/3600/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 05-14 10:00 T07 accepted_by_silence; 05-26 10:00  late_evidence; 05-27 10:00 T21 expired
flags: accepted_by_silence 05-14 10:00; late_evidence 05-28 10:00
moves: 05-27 10:00 T27 on_track track=nurture; 05-27 10:00 T02 stage_changed stage=lead
tell: 05-14 10:00 owner accept 1 L1; 05-27 10:00 owner retention 1 L1; 05-27 10:00 manager retention 1 L2; 05-28 10:00 marketing return_ack 1 L1
owed: marketing enrol 05-28 10:00; enrol track=nurture due_at=05-28 10:00
""",
    ),
    "undone": (
        lambda: (
            passed()
            .tell("rejected", "11:00", code="bad_fit", by="A")
            .tell("undone", "11:10", kind="rejected", by="A")
        ),
        "12:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:12
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "deleted and restored": (
        lambda: passed().tell("deleted", "11:00").tell("restored", "12:00"),
        "13:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 11:00; return 05-27 11:00; cap 06-10 10:00; next_due 14:12
owners: A 10:00 routing
pauses: deleted 11:00 to 12:00 None False
clocks: package met 10:00 to 15:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 15:00 7200/0/3600; accept running 10:00 to 05-14 11:00 7200/0/3600; retention running 10:00 to 05-27 11:00 7200/0/3600
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 13:00 owner first_attempt 1 warn50
owed: sales first_attempt 15:00; first_attempt channel=phone left=6 due_at=15:00
""",
    ),
    "priority": (
        lambda: passed().tell("lead_changed", "11:00", priority="hot"),
        "11:10",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 11:12
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 11:30 4200/0/0; accept running 10:00 to 05-14 10:00 4200/0/0; retention running 10:00 to 05-27 10:00 4200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 10:45 owner first_attempt 1 warn50
owed: sales first_attempt 11:30; first_attempt channel=phone left=6 due_at=11:30
""",
    ),
    "T09 upheld without a word of marketing": (
        lambda: (
            passed()
            .tell("rejected", "11:00", code="bad_fit", by="A")
            .tell("dispute_decided", "13:00", decision="upheld", by="H")
        ),
        "14:00",
        """
queued 13:00, credit provisional, rejected by A, breaches routing 1
at: package_complete 10:00; delivered 10:00; next_due 15:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 rejected; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 rejected; dispute met 11:00 to 05-15 11:00 stop 13:00 7200/0/0; assign 2 breached_open 13:00 to 13:15 3600/2700/0; first_attempt 2 running 13:00 to 17:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T08 rejected; 13:00 T09 dispute_upheld
flags: dispute_upheld 13:00; previous_owner A
moves: 10:00 T02 stage_changed stage=mql
tell: 13:15 operations assign 2 L1
owed: nobody assign 13:15; assign due_at=13:15
""",
    ),
    "T09 decided for sales without a dispute": (
        lambda: (
            passed()
            .tell("rejected", "11:00", code="bad_fit", by="A")
            .tell("dispute_decided", "13:00", decision="final", by="A")
        ),
        "14:00",
        """
rejected 11:00, bad_fit, education, credit reversed, A, final, against marketing, returns on triggers, place education, rejected by A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 rejected; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 rejected; dispute cancelled 11:00 to 05-15 11:00 stop 13:00 final
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T08 rejected; 13:00 T09 rejection_final
moves: 13:00 T27 on_track track=education; 11:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T09 silence that is not final": (
        lambda: passed(terms={"silence_is_final": False}).tell("rejected", "11:00", code="bad_fit", by="A"),
        "05-18 12:00",
        """
rejected 11:00, bad_fit, education, credit reversed, A, against marketing, returns on triggers, place education, rejected by A, breaches both 1
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 rejected; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 rejected; dispute breached_open 11:00 to 05-15 11:00 100800/36000/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T08 rejected
moves: 11:00 T02 stage_changed stage=lead
tell: 11:00 marketing dispute 1 open
owed: marketing dispute_or_leave 05-15 11:00; dispute_or_leave due_at=05-15 11:00
""",
    ),
    "T08 rejected by nobody named, an answer owed": (
        lambda: (
            passed().tell("inbound", "10:15", channel="email").tell("rejected", "11:00", code="no_intent")
        ),
        "12:00",
        """
rejected 11:00, no_intent, credit reversed, A, against marketing, returns on never, place suppressed, rejected by A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; next_due 05-15 11:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 rejected; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 rejected; reply cancelled 10:15 to 14:15 stop 11:00 rejected; dispute running 11:00 to 05-15 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T08 rejected
moves: 11:00 T02 stage_changed stage=lead
tell: 11:00 marketing dispute 1 open
owed: marketing dispute_or_leave 05-15 11:00; dispute_or_leave due_at=05-15 11:00
""",
    ),
    "T08 rejected, never to be disputed": (
        lambda: passed(clocks={"dispute": False}).tell("rejected", "11:00", code="bad_fit", by="A"),
        "12:00",
        """
rejected 11:00, bad_fit, education, credit reversed, A, final, against marketing, returns on triggers, place education, rejected by A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 rejected; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 rejected
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T08 rejected
moves: 11:00 T27 on_track track=education; 11:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T08 rejected without a code": (
        lambda: passed().tell("rejected", "11:00", by="A"),
        "12:00",
        """
returned 11:00, unspecified, nurture, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 15:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack running 11:00 to 05-14 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned
moves: 11:00 T27 on_track track=nurture; 11:00 T02 stage_changed stage=lead
tell: 11:00 owner return 1 reason
owed: sales give_reason 05-14 11:00; give_reason due_at=05-14 11:00
""",
    ),
    "T08 rejected too late": (
        lambda: passed(clocks={"accept": "1h"}).tell("rejected", "11:00:01", code="bad_fit", by="A"),
        "12:00",
        """
returned 11:00:01, bad_fit, education, credit final, A, returns on triggers, place education, breaches sales 1
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; returned 11:00:01; accept_due 11:00; next_due 15:30:01
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00:01 returned; accept breached_done 10:00 to 11:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00:01 3601/0/0; return_ack running 11:00:01 to 05-14 11:00:01 3599/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T07 accepted_by_silence; 11:00:01 T37 returned
flags: accepted_by_silence 11:00
moves: 11:00:01 T27 on_track track=education; 11:00:01 T02 stage_changed stage=lead
tell: 11:00 owner accept 1 L1
owed: marketing enrol 05-14 11:00:01; enrol track=education due_at=05-14 11:00:01
""",
    ),
    "T15 won with an answer owed": (
        lambda: passed().tell("inbound", "10:15", channel="email").tell("deal_won", "11:00", "d", deal="d"),
        "12:00",
        """
won 11:00, credit final, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; reply cancelled 10:15 to 14:15 stop 11:00 won
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T15 won
flags: no_attempt_logged True
moves: 11:00 T02 stage_changed stage=customer
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T15 won before delivery": (
        lambda: Story().mql("10:00").tell("deal_won", "11:00", "d", deal="d"),
        "12:00",
        """
cancelled 11:00, customer, credit none
clocks: package cancelled 10:00 to 14:00 stop 11:00 customer
steps: 10:00 T01 mql_met; 11:00 T15 customer
flags: no_attempt_logged True
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T16 lost without a code, an answer owed": (
        lambda: passed().tell("inbound", "10:15", channel="email").tell("deal_lost", "11:00", "d", deal="d"),
        "12:00",
        """
lost 11:00, unspecified, nurture, credit final, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 06-12 00:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; reply cancelled 10:15 to 14:15 stop 11:00 lost
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T16 lost
flags: no_attempt_logged True
moves: 11:00 T27 on_track track=nurture; 11:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T16 lost for lack of fit": (
        lambda: (
            passed()
            .tell("deal_linked", "10:30", "d", deal="d")
            .tell("deal_lost", "11:00", "d", deal="d", code="no_fit", version="2")
        ),
        "12:00",
        """
lost 11:00, no_fit, education, credit final, A, returns on triggers, place education
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention met 10:00 to 05-27 10:00 stop 10:30 1800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T14 opportunity; 11:00 T16 lost
flags: no_attempt_logged True
moves: 11:00 T27 on_track track=education; 11:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T17 recorded": (
        lambda: tried_enough().tell(
            "returned", "05-19 10:00", source="acuerdo", code="no_response", recorded="05-19 10:05"
        ),
        "05-19 11:00",
        """
returned 05-19 10:00, no_response, nurture, credit final, A, returns on time, place nurture, 6 counted, breaches sales 1
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 05-14 09:00; returned 05-19 10:00; accept_due 05-14 10:00; eligible 06-18 00:00; next_due 05-19 14:30
owners: A 10:00 routing
touches: 05-14 09:00 phone A counts; 05-14 12:00 phone A counts; 05-15 09:00 phone A counts; 05-15 12:00 phone A counts; 05-18 09:00 phone A counts; 05-19 10:00 email A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_done 10:00 to 14:00 stop 05-14 09:00 28800/14400/0; accept met 10:00 to 05-14 10:00 stop 05-14 09:00 28800/0/0; retention met 10:00 to 05-27 10:00 stop 05-19 10:00 129600/0/0; next_attempt met 05-14 09:00 to 05-18 09:00 stop 05-14 12:00 10800/0/0; next_attempt 2 met 05-14 12:00 to 05-18 12:00 stop 05-15 09:00 21600/0/0; next_attempt 3 met 05-15 09:00 to 05-19 09:00 stop 05-15 12:00 10800/0/0; next_attempt 4 met 05-15 12:00 to 05-19 12:00 stop 05-18 09:00 21600/0/0; next_attempt 5 met 05-18 09:00 to 05-20 09:00 stop 05-19 10:00 36000/0/0; next_attempt 6 met 05-19 10:00 to 05-21 10:00 stop 05-19 10:00; return_ack running 05-19 10:00 to 05-20 10:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 05-14 09:00 T10 attempted; 05-14 12:00 T11 attempted; 05-15 09:00 T11 attempted; 05-15 12:00 T11 attempted; 05-18 09:00 T11 attempted; 05-19 10:00 T11 attempted; 05-19 10:00 T17 exhausted
moves: 05-19 10:00 T27 on_track track=nurture; 05-19 10:00 T02 stage_changed stage=lead
owed: marketing enrol 05-20 10:00; enrol track=nurture due_at=05-20 10:00
""",
    ),
    "T18 after contact is a return": (
        lambda: passed().call("10:30", answered=True).tell("returned", "11:00", code="no_response", by="A"),
        "12:00",
        """
returned 11:00, no_response, nurture, credit final, A, returns on time, place nurture, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; returned 11:00; first_contact 10:30; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 15:30
owners: A 10:00 routing
touches: 10:30 phone A counts contact
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack running 11:00 to 05-14 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T12 connected; 11:00 T37 returned
moves: 11:00 T27 on_track track=nurture; 11:00 T02 stage_changed stage=lead
owed: marketing enrol 05-14 11:00; enrol track=nurture due_at=05-14 11:00
""",
    ),
    "T18 without attempts agreed": (
        lambda: passed(attempts=False).tell("returned", "11:00", code="no_response", by="A"),
        "12:00",
        """
returned 11:00, no_response, nurture, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 15:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack running 11:00 to 05-14 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned
moves: 11:00 T27 on_track track=nurture; 11:00 T02 stage_changed stage=lead
owed: marketing enrol 05-14 11:00; enrol track=nurture due_at=05-14 11:00
""",
    ),
    "T21 with an answer owed, and clocks of attempts": (
        lambda: passed().call("05-22 10:00").tell("inbound", "05-28 10:15", channel="email"),
        "06-05 10:00",
        """
returned 06-04 10:15, expired, nurture, credit final, A, returns on time, place nurture, 1 counted, breaches sales 5
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 05-14 10:00; returned 06-04 10:15; first_contact 05-28 10:15; accept_due 05-14 10:00; eligible 07-04 00:00; next_due 06-05 10:15
owners: A 10:00 routing
touches: 05-22 10:00 phone A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_done 10:00 to 14:00 stop 05-22 10:00 226800/212400/0; accept breached_done 10:00 to 05-14 10:00 stop 05-14 10:00 32400/0/0; retention breached_done 10:00 to 06-04 10:15 stop 06-04 10:15 519300/0/0; next_attempt breached_done 05-22 10:00 to 05-26 10:00 stop 05-28 10:15 130500/65700/0; reply breached_done 05-28 10:15 to 05-28 14:15 stop 06-04 10:15 returned 162000/147600/0; return_ack running 06-04 10:15 to 06-05 10:15 31500/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 05-14 10:00 T07 accepted_by_silence; 05-22 10:00 T10 attempted; 05-28 10:15 T12 connected; 06-04 10:15 T21 expired
flags: accepted_by_silence 05-14 10:00
moves: 06-04 10:15 T21 returned code=expired by=acuerdo; 06-04 10:15 T27 on_track track=nurture; 06-04 10:15 T02 stage_changed stage=lead
tell: 05-14 10:00 owner accept 1 L1; 06-04 10:15 owner retention 1 L1; 06-04 10:15 manager retention 1 L2; 06-04 17:27 marketing return_ack 1 warn80
owed: marketing enrol 06-05 10:15; enrol track=nurture due_at=06-05 10:15
""",
    ),
    "T22 two reassigned, the limit": (
        lambda: (
            passed(routing={"enabled": True, "owners": ["A", "B"], "auto_reassign": True})
            .tell("reassigned", "14:30", owner="B", cause="breach", source="acuerdo")
            .tell("reassigned", "15:45", owner="C", cause="breach", source="acuerdo")
            .tell("reassigned", "17:00", owner="D", cause="breach", source="acuerdo")
        ),
        "17:30",
        """
assigned 10:00, credit provisional, C, at risk, breached, 2 reassigned, breaches sales 3
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 09:45
owners: A 10:00 routing; B 14:30 breach; C 15:45 breach
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_open 10:00 to 14:00 27000/12600/0; accept running 10:00 to 05-14 10:00 27000/0/0; retention running 10:00 to 05-27 10:00 27000/0/0; owner_first_attempt breached_done 14:30 to 15:30 stop 15:45 reassigned B 4500/900/0; owner_first_attempt 2 breached_open 15:45 to 16:45 C 6300/2700/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 14:30 T22 reassigned; 15:45 T22 reassigned
moves: 10:00 T02 stage_changed stage=mql
drift: 17:00 assigned reassigned reassign_limit
tell: 14:00 owner first_attempt 1 L1; 16:00 manager first_attempt 1 L2; 16:45 owner owner_first_attempt 2 L1; 17:12 owner accept 1 warn80
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T22 the new owner reaches the lead": (
        lambda: (
            passed(routing={"enabled": True, "owners": ["A", "B"], "auto_reassign": True})
            .tell("reassigned", "14:30", owner="B", cause="breach", source="acuerdo")
            .call("14:40", by="B", answered=True)
        ),
        "15:00",
        """
connected 14:40, credit final, B, 1 counted, 1 reassigned, breaches sales 1
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 14:40; first_contact 14:40; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-25 10:00
owners: A 10:00 routing; B 14:30 breach
touches: 14:40 phone B counts contact
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_done 10:00 to 14:00 stop 14:40 16800/2400/0; accept met 10:00 to 05-14 10:00 stop 14:40 16800/0/0; retention running 10:00 to 05-27 10:00 18000/0/0; owner_first_attempt met 14:30 to 15:30 stop 14:40 B 600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 14:30 T22 reassigned; 14:40 T12 connected
moves: 14:40 T02 stage_changed stage=sal
owed: sales qualify_or_return 05-27 10:00; qualify_or_return due_at=05-27 10:00
""",
    ),
    "T22 while working": (
        lambda: (
            passed(routing={"enabled": True, "owners": ["A", "B"]})
            .call("11:00")
            .tell("reassigned", "12:00", owner="B", cause="breach", source="acuerdo")
            .mail("12:30", by="B")
        ),
        "13:00",
        """
working 11:00, credit final, B, 2 counted, 1 reassigned
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 12:30
owners: A 10:00 routing; B 12:00 breach
touches: 11:00 phone A counts; 12:30 email B counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention running 10:00 to 05-27 10:00 10800/0/0; next_attempt met 11:00 to 05-15 11:00 stop 12:30 5400/0/0; owner_first_attempt met 12:00 to 13:00 stop 12:30 B 1800/0/0; next_attempt 2 running 12:30 to 05-15 12:30 1800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T10 attempted; 12:00 T22 reassigned; 12:30 T11 attempted
moves: 11:00 T02 stage_changed stage=sal
owed: sales next_attempt 05-15 12:30; next_attempt channel=None left=4 due_at=05-15 12:30
""",
    ),
    "T22 an attempt by nobody named": (
        lambda: (
            passed(routing={"enabled": True, "owners": ["A", "B"]})
            .tell("reassigned", "11:00", owner="B", cause="breach", source="acuerdo")
            .call("11:30", by=None)
        ),
        "12:00",
        """
working 11:30, credit final, B, 1 counted, 1 reassigned
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:30; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 11:30
owners: A 10:00 routing; B 11:00 breach
touches: 11:30 phone None counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:30 5400/0/0; accept met 10:00 to 05-14 10:00 stop 11:30 5400/0/0; retention running 10:00 to 05-27 10:00 7200/0/0; owner_first_attempt met 11:00 to 12:00 stop 11:30 B 1800/0/0; next_attempt running 11:30 to 05-15 11:30 1800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T22 reassigned; 11:30 T10 attempted
moves: 11:30 T02 stage_changed stage=sal
owed: sales next_attempt 05-15 11:30; next_attempt channel=None left=5 due_at=05-15 11:30
""",
    ),
    "D09 another owner": (
        lambda: passed().tell("owner_changed", "11:00", owner="B", owner_kind="user"),
        "12:00",
        """
assigned 10:00, credit provisional, B
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:12
owners: A 10:00 routing; B 11:00 manual
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "D09 another owner, told why": (
        lambda: (
            passed()
            .tell("owner_changed", "11:00", owner="B", owner_kind="user", cause="routing")
            .tell("owner_changed", "11:30", owner="B", owner_kind="user")
        ),
        "12:00",
        """
assigned 10:00, credit provisional, B
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:12
owners: A 10:00 routing; B 11:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T12 a meeting": (
        lambda: passed().tell("touch", "11:00", channel="meeting", by="A"),
        "12:00",
        """
connected 11:00, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; first_contact 11:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-25 10:00
owners: A 10:00 routing
touches: 11:00 meeting A counts first_channel contact
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T12 connected
moves: 11:00 T02 stage_changed stage=sal
owed: sales qualify_or_return 05-27 10:00; qualify_or_return due_at=05-27 10:00
""",
    ),
    "T12 a meeting that was not held": (
        lambda: passed().tell("touch", "11:00", channel="meeting", by="A", held=False),
        "12:00",
        """
working 11:00, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 11:00
owners: A 10:00 routing
touches: 11:00 meeting A counts first_channel
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention running 10:00 to 05-27 10:00 7200/0/0; next_attempt running 11:00 to 05-15 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T10 attempted
moves: 11:00 T02 stage_changed stage=sal
owed: sales next_attempt 05-15 11:00; next_attempt channel=None left=5 due_at=05-15 11:00
""",
    ),
    "T12 the lead calls": (
        lambda: passed().tell("inbound", "11:00", channel="phone", answered=True),
        "12:00",
        """
connected 11:00, credit final, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; first_contact 11:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-25 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T12 connected
moves: 11:00 T02 stage_changed stage=sal
owed: sales qualify_or_return 05-27 10:00; qualify_or_return due_at=05-27 10:00
""",
    ),
    "T12 the lead calls in vain": (
        lambda: passed().tell("inbound", "11:00", channel="phone"),
        "12:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0; reply running 11:00 to 15:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T12 the lead answers a mail": (
        lambda: passed().mail("10:30").tell("inbound", "11:00", channel="email"),
        "12:00",
        """
connected 11:00, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; first_contact 11:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:00
owners: A 10:00 routing
touches: 10:30 email A counts first_channel
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention running 10:00 to 05-27 10:00 7200/0/0; next_attempt met 10:30 to 05-15 10:30 stop 11:00 1800/0/0; reply running 11:00 to 15:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T10 attempted; 11:00 T12 connected
moves: 10:30 T02 stage_changed stage=sal
owed: sales reply 15:00; reply due_at=15:00
""",
    ),
    "T12 a form after a mail": (
        lambda: passed().mail("10:30").tell("inbound", "11:00", channel="email", form="guide"),
        "12:00",
        """
working 10:30, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:00
owners: A 10:00 routing
touches: 10:30 email A counts first_channel
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention running 10:00 to 05-27 10:00 7200/0/0; next_attempt running 10:30 to 05-15 10:30 5400/0/0; reply running 11:00 to 15:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T10 attempted
moves: 10:30 T02 stage_changed stage=sal
owed: sales reply 15:00; reply due_at=15:00
""",
    ),
    "C05 a form that asks": (
        lambda: passed().tell("inbound", "11:00", form="demo"),
        "12:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0; reply running 11:00 to 15:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "C05 a form that asks nothing": (
        lambda: passed().tell("inbound", "11:00", form="guide"),
        "12:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:12
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "C05 before delivery": (
        lambda: Story().mql("10:00").tell("inbound", "10:15", channel="email"),
        "11:00",
        """
draft 10:00, credit none
at: next_due 12:00
clocks: package running 10:00 to 14:00 3600/0/0
steps: 10:00 T01 mql_met
owed: marketing complete_package 14:00; complete_package due_at=14:00
""",
    ),
    "C05 twice": (
        lambda: passed().tell("inbound", "10:15", channel="email").tell("inbound", "10:45", channel="sms"),
        "11:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 12:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 3600/0/0; accept running 10:00 to 05-14 10:00 3600/0/0; retention running 10:00 to 05-27 10:00 3600/0/0; reply running 10:15 to 14:15 2700/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "C05 answered": (
        lambda: passed().tell("inbound", "10:15", channel="email").mail("10:45"),
        "11:00",
        """
working 10:45, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:45; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 10:45
owners: A 10:00 routing
touches: 10:45 email A counts first_channel
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:45 2700/0/0; accept met 10:00 to 05-14 10:00 stop 10:45 2700/0/0; retention running 10:00 to 05-27 10:00 3600/0/0; reply met 10:15 to 14:15 stop 10:45 1800/0/0; next_attempt running 10:45 to 05-15 10:45 900/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:45 T10 attempted
moves: 10:45 T02 stage_changed stage=sal
owed: sales next_attempt 05-15 10:45; next_attempt channel=None left=5 due_at=05-15 10:45
""",
    ),
    "C05 outgoing told false": (
        lambda: passed().tell("touch", "10:15", channel="email", outgoing=False),
        "11:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 12:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 3600/0/0; accept running 10:00 to 05-14 10:00 3600/0/0; retention running 10:00 to 05-27 10:00 3600/0/0; reply running 10:15 to 14:15 2700/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "C22 a bounced mail": (
        lambda: passed().tell("inbound", "10:15", channel="email").mail("10:30", bounced=True).call("11:00"),
        "12:00",
        """
working 11:00, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 11:00
owners: A 10:00 routing
touches: 10:30 email A bounced; 11:00 phone A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention running 10:00 to 05-27 10:00 7200/0/0; reply met 10:15 to 14:15 stop 11:00 2700/0/0; next_attempt running 11:00 to 05-15 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T10 attempted
moves: 11:00 T02 stage_changed stage=sal
owed: sales next_attempt 05-15 11:00; next_attempt channel=None left=5 due_at=05-15 11:00
""",
    ),
    "C04 automated": (
        lambda: passed().tell("inbound", "10:15", channel="email").mail("10:30", automated=True),
        "12:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 12:15
owners: A 10:00 routing
touches: 10:30 email A automated automated
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0; reply running 10:15 to 14:15 6300/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "F02 too many a day": (
        lambda: passed().call("10:30").mail("11:00").call("15:00"),
        "16:00",
        """
working 10:30, credit final, A, 2 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 11:00
owners: A 10:00 routing
touches: 10:30 phone A counts; 11:00 email A counts; 15:00 phone A over_cap over_cap
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention running 10:00 to 05-27 10:00 21600/0/0; next_attempt met 10:30 to 05-15 10:30 stop 11:00 1800/0/0; next_attempt 2 running 11:00 to 05-15 11:00 18000/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T10 attempted; 11:00 T11 attempted
moves: 10:30 T02 stage_changed stage=sal
owed: sales next_attempt 05-15 11:00; next_attempt channel=None left=4 due_at=05-15 11:00
""",
    ),
    "F03 on the wrong channel first": (
        lambda: passed(attempts={"first_channel": "email"}).call("10:30"),
        "12:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:12
owners: A 10:00 routing
touches: 10:30 phone A first_channel first_channel
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=email left=6 due_at=14:00
""",
    ),
    "F03 only noted": (
        lambda: passed().mail("10:30"),
        "12:00",
        """
working 10:30, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 10:30
owners: A 10:00 routing
touches: 10:30 email A counts first_channel
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention running 10:00 to 05-27 10:00 7200/0/0; next_attempt running 10:30 to 05-15 10:30 5400/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T10 attempted
moves: 10:30 T02 stage_changed stage=sal
owed: sales next_attempt 05-15 10:30; next_attempt channel=None left=5 due_at=05-15 10:30
""",
    ),
    "F05 after a give-up and after a rejection": (
        lambda: (
            passed().tell("returned", "11:00", code="no_response", by="A").call("11:30").mail("11:45", by="B")
        ),
        "12:00",
        """
returned 11:00, no_response, nurture, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 15:30
owners: A 10:00 routing
touches: 11:30 phone A after_give_up; 11:45 email B after_give_up stranger
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack running 11:00 to 05-14 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T18 early_give_up
flags: early_give_up 6; after_give_up 2
moves: 11:00 T27 on_track track=nurture; 11:00 T02 stage_changed stage=lead
owed: marketing enrol 05-14 11:00; enrol track=nurture due_at=05-14 11:00
""",
    ),
    "F05 a customer's call": (
        lambda: (
            passed()
            .tell("deal_won", "11:00", "d", deal="d")
            .call("11:30")
            .tell("touch", "11:45", channel="other", by="A")
        ),
        "12:00",
        """
won 11:00, credit final, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; accept_due 05-14 10:00
owners: A 10:00 routing
touches: 11:30 phone A after_close; 11:45 other A after_close
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T15 won
flags: no_attempt_logged True; after_close 2
moves: 11:00 T02 stage_changed stage=customer
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T24 told in the middle": (
        lambda: (
            passed()
            .tell("paused", "11:00", "p", reason="waiting_document", by="A")
            .tell("resumed", "12:00", "p")
        ),
        "12:30",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:00
owners: A 10:00 routing
pauses: waiting_document 11:00 to 12:00 A False
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 15:00 5400/0/3600; accept running 10:00 to 05-14 10:00 9000/0/0; retention running 10:00 to 05-27 10:00 9000/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T24 paused; 12:00 T24 resumed
moves: 10:00 T02 stage_changed stage=mql
owed: sales first_attempt 15:00; first_attempt channel=phone left=6 due_at=15:00
""",
    ),
    "T24 not agreed": (
        lambda: passed(terms={"pause_reasons": ["legal_hold"]}).tell(
            "paused", "11:00", "p", reason="waiting_document"
        ),
        "12:30",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:12
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 9000/0/0; accept running 10:00 to 05-14 10:00 9000/0/0; retention running 10:00 to 05-27 10:00 9000/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
drift: 11:00 assigned paused pause_reason
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T24 at its limit": (
        lambda: passed(terms={"pause_limit": "2h"}).tell(
            "paused", "11:00", "p", reason="waiting_document", by="A"
        ),
        "13:30",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 14:00
owners: A 10:00 routing
pauses: waiting_document 11:00 to 13:00 A True
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 16:00 5400/0/7200; accept running 10:00 to 05-14 10:00 12600/0/0; retention running 10:00 to 05-27 10:00 12600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T24 paused
moves: 10:00 T02 stage_changed stage=mql
tell: 13:00 manager pause 1 limit:manager; 13:00 owner pause 1 limit:owner
owed: sales first_attempt 16:00; first_attempt channel=phone left=6 due_at=16:00
""",
    ),
    "T24 closed while paused": (
        lambda: (
            passed()
            .tell("paused", "11:00", "p", reason="waiting_document", by="A")
            .tell("returned", "12:00", code="not_now")
        ),
        "12:30",
        """
returned 12:00, not_now, nurture, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 12:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 16:30
owners: A 10:00 routing
pauses: waiting_document 11:00 to - A False
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to - stop 12:00 returned; accept met 10:00 to 05-14 10:00 stop 12:00 7200/0/0; retention met 10:00 to 05-27 10:00 stop 12:00 7200/0/0; return_ack running 12:00 to 05-14 12:00 1800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T24 paused; 12:00 T37 returned
moves: 12:00 T27 on_track track=nurture; 12:00 T02 stage_changed stage=lead
owed: marketing enrol 05-14 12:00; enrol track=nurture due_at=05-14 12:00
""",
    ),
    "T37 closed twice, in words only": (
        lambda: (
            passed()
            .tell("deal_won", "11:00", "d", deal="d")
            .tell("returned", "12:00")
            .tell("rejected", "12:10", code="unspecified")
            .tell("returned", "12:20", code="no_fit")
        ),
        "13:00",
        """
won 11:00, credit final, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T15 won
flags: no_attempt_logged True
moves: 11:00 T02 stage_changed stage=customer
drift: 12:00 won returned already_closed; 12:10 won returned already_closed; 12:20 won returned already_closed
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T37 a closed status of the CRM's own": (
        lambda: (
            passed()
            .tell("deal_won", "11:00", "d", deal="d")
            .tell("returned", "12:00")
            .tell("rejected", "12:10", code="unspecified")
        ),
        "13:00",
        """
won 11:00, credit final, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; accept_due 05-14 10:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:00 3600/0/0; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T15 won
flags: no_attempt_logged True
moves: 11:00 T02 stage_changed stage=customer
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T38 after a rejection": (
        lambda: (
            passed()
            .tell("rejected", "11:00", code="bad_fit", by="A")
            .tell("returned", "12:00")
            .tell("rejected", "12:10", code="bad_fit", until="2026-09-01")
            .tell("rejected", "12:20", code="no_intent")
        ),
        "13:00",
        """
rejected 11:00, bad_fit, education, credit reversed, A, against marketing, returns on triggers, place education, rejected by A
at: until 09-01 00:00; package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; next_due 05-15 11:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 rejected; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 rejected; dispute running 11:00 to 05-15 11:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T08 rejected
moves: 11:00 T02 stage_changed stage=lead
drift: 12:20 rejected rejected already_closed
tell: 11:00 marketing dispute 1 open
owed: marketing dispute_or_leave 05-15 11:00; dispute_or_leave due_at=05-15 11:00
""",
    ),
    "T39 by a return": (
        lambda: (
            passed()
            .tell("inbound", "10:15", channel="email")
            .tell("returned", "11:00", code="wrong_territory", by="A")
        ),
        "12:00",
        """
queued 11:00, credit provisional, breaches routing 1
at: package_complete 10:00; delivered 10:00; next_due 12:15
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept cancelled 10:00 to 05-14 10:00 stop 11:00 wrong_territory; retention cancelled 10:00 to 05-27 10:00 stop 11:00 wrong_territory; reply running 10:15 to 14:15 6300/0/0; assign 2 breached_open 11:00 to 11:15 3600/2700/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T39 wrong_territory
flags: previous_owner A
moves: 10:00 T02 stage_changed stage=mql
tell: 11:15 operations assign 2 L1; 12:00 owner first_attempt 1 warn50
owed: nobody assign 11:15; assign due_at=11:15
""",
    ),
    "T40 by a return, with an answer owed": (
        lambda: (
            passed()
            .tell("inbound", "10:15", channel="email")
            .tell("returned", "11:00", code="missing_package", by="A")
        ),
        "12:00",
        """
draft 11:00, credit reversed, A
at: next_due 13:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 missing_package; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 missing_package; reply cancelled 10:15 to 14:15 stop 11:00 missing_package; package 2 running 11:00 to 15:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T40 missing_package
flags: missing_package 11:00
owed: marketing complete_package 15:00; complete_package due_at=15:00
""",
    ),
    "T40 too late": (
        lambda: passed(clocks={"accept": "1h"}).tell("rejected", "11:30", code="missing_package", by="A"),
        "12:00",
        """
returned 11:30, missing_package, credit final, A, returns on time, place draft, breaches sales 1
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:00; returned 11:30; accept_due 11:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:30 returned; accept breached_done 10:00 to 11:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:30 5400/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T07 accepted_by_silence; 11:30 T37 returned
flags: accepted_by_silence 11:00
moves: 11:30 T02 stage_changed stage=lead
tell: 11:00 owner accept 1 L1
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T40 mended and delivered again": (
        lambda: (
            passed()
            .tell("rejected", "11:00", code="missing_package", by="A")
            .tell("package_complete", "12:00", source="acuerdo", cycle=1, version="2")
            .tell("delivered", "12:30", source="acuerdo", cycle=1, version="2")
        ),
        "13:00",
        """
assigned 12:30, credit provisional, A, delay 1800 s
at: package_complete 12:00; delivered 12:30; assigned 12:30; accept_due 05-14 12:30; return 05-27 12:30; cap 06-10 12:30; next_due 14:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 missing_package; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention cancelled 10:00 to 05-27 10:00 stop 11:00 missing_package; package 2 met 11:00 to 15:00 stop 12:00 3600/0/0; assign 2 met 12:30 to 12:45 stop 12:30; first_attempt 2 running 12:30 to 16:30 1800/0/0; accept 2 running 12:30 to 05-14 12:30 1800/0/0; retention 2 running 12:30 to 05-27 12:30 1800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T40 missing_package; 12:00 T02 package_complete; 12:30 T02 delivered; 12:30 T04 assigned
flags: missing_package 11:00
moves: 12:30 T02 stage_changed stage=mql
owed: sales first_attempt 16:30; first_attempt channel=phone left=6 due_at=16:30
""",
    ),
    "T36 reached twice": (
        lambda: (
            passed()
            .call("10:30", answered=True)
            .tell("returned", "11:00", code="no_response", by="A")
            .call("12:00", answered=True)
            .call("12:15", answered=True)
        ),
        "13:00",
        """
connected 12:00, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; returned 11:00; first_contact 10:30; accept_due 05-14 10:00; return 05-27 12:00; cap 06-10 12:00; next_due 05-25 12:00
owners: A 10:00 routing
touches: 10:30 phone A counts contact; 12:00 phone A after_give_up contact; 12:15 phone A min_gap contact
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack cancelled 11:00 to 05-14 11:00 stop 12:00 reopened; retention 2 running 12:00 to 05-27 12:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T12 connected; 11:00 T37 returned; 12:00 T36 reopened
flags: after_give_up 1; reopened 12:00
moves: 10:30 T02 stage_changed stage=sal
owed: sales qualify_or_return 05-27 12:00; qualify_or_return due_at=05-27 12:00
""",
    ),
    "T32 one person is both": (
        lambda: (
            Story(agree(signed_by={"marketing": "Ana", "sales": "Ana"}))
            .mql("10:00", parked=True)
            .tell("approved", "11:00", role="sales", by="Ana")
        ),
        "12:00",
        """
draft 11:00, credit none
at: next_due 13:00
clocks: package running 11:00 to 15:00 3600/0/0
steps: 10:00 T31 parked; 11:00 T32 approved
flags: approved_at 11:00
owed: marketing complete_package 15:00; complete_package due_at=15:00
""",
    ),
    "T32 the same person twice": (
        lambda: (
            Story()
            .mql("10:00", parked=True)
            .tell("approved", "11:00", role="sales", by="Ana")
            .tell("approved", "11:30", role="marketing", by="Ana")
        ),
        "12:00",
        """
parked 10:00, ping_pong, credit none
steps: 10:00 T31 parked; 11:00 T32 approved_by_one; 11:30 T32 approved_by_one
owed: nobody approve -; approve due_at=None
""",
    ),
    "T26 an ended agreement and a parked lead": (
        lambda: Story(agree(effective_to="2026-05-13T11:00:00+02:00")).mql("10:00", parked=True),
        "12:00",
        """
cancelled 11:00, policy_end, credit none
steps: 10:00 T31 parked; 11:00 T26 policy_end
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T25 after the end": (
        lambda: (
            passed()
            .tell("returned", "11:00", code="not_now")
            .tell("opted_out", "12:00")
            .tell("merged", "12:10")
            .tell("deleted", "12:20")
        ),
        "13:00",
        """
returned 11:00, not_now, nurture, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 15:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack running 11:00 to 05-14 11:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned
moves: 11:00 T27 on_track track=nurture; 11:00 T02 stage_changed stage=lead
owed: marketing enrol 05-14 11:00; enrol track=nurture due_at=05-14 11:00
""",
    ),
    "T25 one channel is left": (
        lambda: (
            passed().tell("opted_out", "11:00", channel="phone").tell("bounced", "11:10", channel="phone")
        ),
        "12:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:12
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T25 bounced softly": (
        lambda: (
            passed(attempts={"channels": ["email"], "first_channel": "email"})
            .mail("10:30")
            .tell("bounced", "11:00", channel="email", hard=False)
        ),
        "12:00",
        """
working 10:30, credit final, A, 1 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 10:30
owners: A 10:00 routing
touches: 10:30 email A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention running 10:00 to 05-27 10:00 7200/0/0; next_attempt running 10:30 to 05-15 10:30 5400/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T10 attempted
moves: 10:30 T02 stage_changed stage=sal
owed: sales next_attempt 05-15 10:30; next_attempt channel=None left=5 due_at=05-15 10:30
""",
    ),
    "T27 off the track": (
        lambda: (
            passed()
            .tell("returned", "11:00", code="not_now")
            .tell("on_track", "12:00", source="acuerdo", track="nurture")
            .tell("off_track", "12:30", source="hubspot", track="nurture")
        ),
        "13:00",
        """
returned 11:00, not_now, nurture, credit provisional, A, returns on time, place nurture
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 11:00; accept_due 05-14 10:00; eligible 06-12 00:00; next_due 06-12 00:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt cancelled 10:00 to 14:00 stop 11:00 returned; accept met 10:00 to 05-14 10:00 stop 11:00 3600/0/0; retention met 10:00 to 05-27 10:00 stop 11:00 3600/0/0; return_ack met 11:00 to 05-14 11:00 stop 12:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:00 T37 returned
moves: 11:00 T27 on_track track=nurture; 11:00 T02 stage_changed stage=lead
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "T27 passed while on a track": (
        lambda: Story().tell("on_track", "09:00", source="hubspot", track="nurture").passed("10:00"),
        "11:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 12:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 3600/0/0; accept running 10:00 to 05-14 10:00 3600/0/0; retention running 10:00 to 05-27 10:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T36 off_track track=nurture; 10:00 T02 stage_changed stage=mql
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T02 a stage already shown": (
        lambda: Story().passed("10:00").tell("stage_changed", "10:05", source="acuerdo", stage="mql"),
        "11:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 12:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 3600/0/0; accept running 10:00 to 05-14 10:00 3600/0/0; retention running 10:00 to 05-27 10:00 3600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T02 written again": (
        lambda: (
            passed()
            .tell("package_complete", "11:00", source="acuerdo", version="2")
            .tell("delivered", "11:00", source="acuerdo", version="2")
        ),
        "12:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:12
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T02 refused after delivery": (
        lambda: passed().tell("refused", "11:00", code="x"),
        "12:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:12
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "T03 a package completed late": (
        lambda: Story().mql("10:00").tell("package_complete", "15:00", source="acuerdo"),
        "16:00",
        """
queued 15:00, credit none, breaches marketing 1
at: package_complete 15:00
clocks: package breached_done 10:00 to 14:00 stop 15:00 18000/3600/0
steps: 10:00 T01 mql_met; 15:00 T02 package_complete
owed: nobody deliver -; deliver due_at=None
""",
    ),
    "D03 a segment changes": (
        lambda: (
            Story(
                agree(
                    segments=[{"name": "big", "when": False}],
                    clocks={"first_attempt": {"target": {"standard": "4h", "big": "2h"}}},
                )
            )
            .passed("10:00")
            .tell("lead_changed", "11:00", segment="big")
        ),
        "11:30",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 11:36
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 12:00 5400/0/0; accept running 10:00 to 05-14 10:00 5400/0/0; retention running 10:00 to 05-27 10:00 5400/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 11:00 owner first_attempt 1 warn50
owed: sales first_attempt 12:00; first_attempt channel=phone left=6 due_at=12:00
""",
    ),
    "D03 a segment is taken away": (
        lambda: (
            Story(
                agree(
                    segments=[{"name": "big", "when": False}],
                    clocks={"first_attempt": {"target": {"standard": "4h", "big": "2h"}}},
                )
            )
            .passed("10:00", segment="big", priority="hot")
            .tell("lead_changed", "11:00", segment=None)
            .tell("lead_changed", "11:10", country="ES")
        ),
        "11:30",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 12:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 5400/0/0; accept running 10:00 to 05-14 10:00 5400/0/0; retention running 10:00 to 05-27 10:00 5400/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "E07 acknowledged": (
        lambda: passed(clocks={"accept": "5d"}).tell(
            "acknowledged", "14:30", clock="first_attempt", level="L1", by="M"
        ),
        "18:00",
        """
assigned 10:00, credit provisional, A, breached, breaches sales 1
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-18 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 14:30
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_open 10:00 to 14:00 28800/14400/0; accept running 10:00 to 05-18 10:00 28800/0/0; retention running 10:00 to 05-27 10:00 28800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 14:00 owner first_attempt 1 L1
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "E07 nobody acknowledged": (
        lambda: passed(clocks={"accept": "5d"}),
        "05-14 18:00",
        """
assigned 10:00, credit provisional, A, breached, breaches sales 1
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-18 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-15 13:36
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_open 10:00 to 14:00 61200/46800/0; accept running 10:00 to 05-18 10:00 61200/0/0; retention running 10:00 to 05-27 10:00 61200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 14:00 owner first_attempt 1 L1; 16:00 manager first_attempt 1 L2; 05-14 14:00 head first_attempt 1 L3; 05-14 14:30 owner accept 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "E04 sent": (
        lambda: passed(clocks={"accept": "5d"}).tell(
            "notice_sent", "14:00", source="acuerdo", clock="first_attempt", level="L1", instance=1
        ),
        "18:00",
        """
assigned 10:00, credit provisional, A, breached, breaches sales 1
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-18 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 14:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_open 10:00 to 14:00 28800/14400/0; accept running 10:00 to 05-18 10:00 28800/0/0; retention running 10:00 to 05-27 10:00 28800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
tell: 16:00 manager first_attempt 1 L2
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "E01 the second warning was sent": (
        lambda: passed(clocks={"accept": "5d"}).tell(
            "notice_sent", "13:12", source="acuerdo", clock="first_attempt", level="warn80", instance=1
        ),
        "13:30",
        """
assigned 10:00, credit provisional, A, at risk
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-18 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 14:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 12600/0/0; accept running 10:00 to 05-18 10:00 12600/0/0; retention running 10:00 to 05-27 10:00 12600/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "G03 an activity extends": (
        lambda: passed().call("10:30", answered=True).mail("05-25 10:00"),
        "05-25 11:00",
        """
connected 10:30, credit final, A, 2 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 10:30; first_contact 10:30; accept_due 05-14 10:00; return 06-01 10:00; cap 06-10 10:00; next_due 05-27 10:00
owners: A 10:00 routing
touches: 10:30 phone A counts contact; 05-25 10:00 email A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 10:30 1800/0/0; accept met 10:00 to 05-14 10:00 stop 10:30 1800/0/0; retention running 10:00 to 06-01 10:00 262800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 10:30 T12 connected
moves: 10:30 T02 stage_changed stage=sal
owed: sales qualify_or_return 06-01 10:00; qualify_or_return due_at=06-01 10:00
""",
    ),
    "G07 the calendar ends": (
        lambda: Story().passed("2029-12-10T10:00"),
        "2029-12-28T09:00",
        """
accepted 12-11 10:00, credit final, A, breached, breaches sales 2
at: package_complete 12-10 10:00; delivered 12-10 10:00; assigned 12-10 10:00; accepted 12-11 10:00; accept_due 12-11 10:00
owners: A 12-10 10:00 routing
clocks: package met 12-10 10:00 to 12-10 14:00 stop 12-10 10:00; assign met 12-10 10:00 to 12-10 10:15 stop 12-10 10:00; first_attempt breached_open 12-10 10:00 to 12-10 14:00 417600/403200/0; accept breached_done 12-10 10:00 to 12-11 10:00 stop 12-11 10:00 32400/0/0; retention invalid 12-10 10:00 to 12-24 10:00 OUTSIDE_CALENDAR
steps: 12-10 10:00 T01 mql_met; 12-10 10:00 T02 package_complete; 12-10 10:00 T02 delivered; 12-10 10:00 T04 assigned; 12-11 10:00 T07 accepted_by_silence
flags: accepted_by_silence 12-11 10:00
moves: 12-11 10:00 T02 stage_changed stage=sal
tell: 12-10 14:00 owner first_attempt 1 L1; 12-10 16:00 manager first_attempt 1 L2; 12-11 10:00 owner accept 1 L1; 12-11 14:00 head first_attempt 1 L3
owed: sales first_attempt 12-10 14:00; first_attempt channel=phone left=6 due_at=12-10 14:00
""",
    ),
    "late evidence of everything": (
        lambda: (
            passed(
                clocks={"retention": "1d"},
                routing={"enabled": True, "owners": ["A", "B", "C"], "auto_reassign": True},
            )
            .tell("reassigned", "14:30", owner="B", cause="breach", source="acuerdo")
            .tell("inbound", "14:45", channel="email")
            .tell("returned", "05-14 10:00", source="acuerdo", code="expired", recorded="05-14 10:05")
            .call("15:00", by="B", recorded="05-14 12:00")
            .tell("touch", "15:10", channel="other", by="B", recorded="05-14 12:10")
        ),
        "05-14 13:00",
        """
returned 05-14 10:00, expired, nurture, credit provisional, B, returns on time, place nurture, 1 counted, 1 reassigned, breaches sales 2
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 05-14 10:00; accept_due 05-14 10:00; eligible 06-13 00:00; next_due 05-14 14:30
owners: A 10:00 routing; B 14:30 breach
touches: 15:00 phone B counts; 15:10 other B no_channel
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_done 10:00 to 14:00 stop 15:00 18000/3600/0; accept met 10:00 to 05-14 10:00 stop 05-14 10:00 32400/0/0; retention breached_done 10:00 to 05-14 10:00 stop 05-14 10:00 32400/0/0; owner_first_attempt met 14:30 to 15:30 stop 15:00 B 1800/0/0; reply met 14:45 to 05-14 09:45 stop 15:00 900/0/0; return_ack running 05-14 10:00 to 05-15 10:00 10800/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 14:30 T22 reassigned; 15:00  late_evidence; 15:10  late_evidence; 05-14 10:00 T21 expired
flags: late_evidence 05-14 12:10
moves: 05-14 10:00 T27 on_track track=nurture; 05-14 10:00 T02 stage_changed stage=lead
tell: 05-14 10:00 owner retention 1 L1; 05-14 10:00 manager retention 1 L2
owed: marketing enrol 05-15 10:00; enrol track=nurture due_at=05-15 10:00
""",
    ),
    "late evidence of a sale": (
        lambda: (
            passed(clocks={"retention": "1d"})
            .tell("returned", "05-14 10:00", source="acuerdo", code="expired", recorded="05-14 10:05")
            .tell("deal_won", "16:00", "d", deal="d", recorded="05-15 10:00")
        ),
        "05-15 11:00",
        """
returned 05-14 10:00, expired, credit provisional, A, returns on time, place nurture, breaches sales 2
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 05-14 10:00; accept_due 05-14 10:00; eligible 06-13 00:00; next_due 06-13 00:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_done 10:00 to 14:00 stop 05-14 10:00 returned 32400/18000/0; accept met 10:00 to 05-14 10:00 stop 05-14 10:00 32400/0/0; retention breached_done 10:00 to 05-14 10:00 stop 05-14 10:00 32400/0/0; return_ack cancelled 05-14 10:00 to 05-15 10:00 stop 16:00 won
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 05-14 10:00 T21 expired; 16:00  late_evidence; 16:00 T35 won_after_close
flags: late_evidence 05-15 10:00; won_after_close 16:00
moves: 16:00 T02 stage_changed stage=customer
tell: 05-14 10:00 owner retention 1 L1; 05-14 10:00 manager retention 1 L2
owed: nobody nothing -; nothing due_at=None
""",
    ),
    "late evidence of the lead's own": (
        lambda: (
            passed(clocks={"retention": "1d"})
            .tell("returned", "05-14 10:00", source="acuerdo", code="expired", recorded="05-14 10:05")
            .tell("touch", "16:00", channel="email", outgoing=False, recorded="05-15 10:00")
        ),
        "05-15 11:00",
        """
returned 05-14 10:00, expired, nurture, credit provisional, A, returns on time, place nurture, breaches sales 2 marketing 1
at: package_complete 10:00; delivered 10:00; assigned 10:00; returned 05-14 10:00; accept_due 05-14 10:00; eligible 06-13 00:00; next_due 06-13 00:00
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt breached_done 10:00 to 14:00 stop 05-14 10:00 returned 32400/18000/0; accept met 10:00 to 05-14 10:00 stop 05-14 10:00 32400/0/0; retention breached_done 10:00 to 05-14 10:00 stop 05-14 10:00 32400/0/0; return_ack breached_open 05-14 10:00 to 05-15 10:00 36000/3600/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 16:00  late_evidence; 05-14 10:00 T21 expired
flags: late_evidence 05-15 10:00
moves: 05-14 10:00 T27 on_track track=nurture; 05-14 10:00 T02 stage_changed stage=lead
tell: 05-14 10:00 owner retention 1 L1; 05-14 10:00 manager retention 1 L2; 05-15 10:00 marketing return_ack 1 L1
owed: marketing enrol 05-15 10:00; enrol track=nurture due_at=05-15 10:00
""",
    ),
    "drift": (
        lambda: passed().tell("drift", "11:00", field="status", found="Odd").tell("drift", "11:10"),
        "12:00",
        """
assigned 10:00, credit provisional, A
at: package_complete 10:00; delivered 10:00; assigned 10:00; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 13:12
owners: A 10:00 routing
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt running 10:00 to 14:00 7200/0/0; accept running 10:00 to 05-14 10:00 7200/0/0; retention running 10:00 to 05-27 10:00 7200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned
moves: 10:00 T02 stage_changed stage=mql
drift: 11:00 assigned drift status; 11:10 assigned drift drift
tell: 12:00 owner first_attempt 1 warn50
owed: sales first_attempt 14:00; first_attempt channel=phone left=6 due_at=14:00
""",
    ),
    "told ahead of time": (
        lambda: passed().call("11:04", recorded="11:00").mail("12:30", recorded="11:30"),
        "12:40",
        """
working 11:04, credit final, A, 2 counted
at: package_complete 10:00; delivered 10:00; assigned 10:00; accepted 11:04; accept_due 05-14 10:00; return 05-27 10:00; cap 06-10 10:00; next_due 05-14 11:30
owners: A 10:00 routing
touches: 11:04 phone A counts; 11:30 email A counts
clocks: package met 10:00 to 14:00 stop 10:00; assign met 10:00 to 10:15 stop 10:00; first_attempt met 10:00 to 14:00 stop 11:04 3840/0/0; accept met 10:00 to 05-14 10:00 stop 11:04 3840/0/0; retention running 10:00 to 05-27 10:00 9600/0/0; next_attempt met 11:04 to 05-15 11:04 stop 11:30 1560/0/0; next_attempt 2 running 11:30 to 05-15 11:30 4200/0/0
steps: 10:00 T01 mql_met; 10:00 T02 package_complete; 10:00 T02 delivered; 10:00 T04 assigned; 11:04 T10 attempted; 11:30 T11 attempted
moves: 11:04 T02 stage_changed stage=sal
owed: sales next_attempt 05-15 11:30; next_attempt channel=None left=4 due_at=05-15 11:30
""",
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_in_full(rule):
    story, now, expected = RULES[rule]
    assert tell(story().handoff(now)) == expected.strip()
