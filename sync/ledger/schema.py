"""The ledger's tables (design, section 7). Company is in every key; instants are UTC seconds."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

Json = JSON().with_variant(JSONB(), "postgresql")
Seq = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts up only an INTEGER key
Time = BigInteger

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)

event = Table(
    "event",
    metadata,
    Column("seq", Seq, primary_key=True, autoincrement=True),
    Column("company", String(63), nullable=False),
    Column("lead", String(120), nullable=False),
    Column("cycle", Integer),
    Column("kind", String(40), nullable=False),
    Column("source", String(40), nullable=False),
    Column("object_id", String(200), nullable=False),
    Column("version", String(120), nullable=False),
    Column("occurred_at", Time, nullable=False),
    Column("recorded_at", Time, nullable=False),
    Column("data", Json, nullable=False),
    UniqueConstraint("company", "source", "kind", "object_id", "version", name="uq_event_fact"),
    Index(None, "company", "lead"),
    Index(None, "company", "recorded_at"),
    comment="Append-only facts, by which everything is judged",
)

record = Table(
    "record",
    metadata,
    Column("company", String(63), nullable=False),
    Column("system", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("id", String(120), nullable=False),
    Column("lead", String(120)),
    Column("hash", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("changed_at", Time, nullable=False),
    Column("version", String(120), nullable=False),
    Column("values", Json, nullable=False),
    Column("dated", Json, nullable=False),
    Column("link", Text),
    Column("whole", Boolean, nullable=False, comment="False: only what definitions use is kept"),
    PrimaryKeyConstraint("company", "system", "id", "kind"),
    Index(None, "company", "lead", "system"),
    comment="What a system held of a person when it was last read",
)

link = Table(
    "link",
    metadata,
    Column("company", String(63), nullable=False),
    Column("system", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("id", String(120), nullable=False),
    Column("lead", String(120), nullable=False),
    Column("target", Boolean, nullable=False, comment="True: write-backs of this system go here"),
    PrimaryKeyConstraint("company", "system", "id", "kind"),
    Index(None, "company", "lead", "system"),
    comment="Whose id is whose",
)

lead = Table(
    "lead",
    metadata,
    Column("company", String(63), nullable=False),
    Column("id", String(120), nullable=False),
    Column("seen_at", Time, nullable=False),
    Column("qualify", Boolean, nullable=False, comment="Changed since it was last qualified"),
    Column("valid_until", Time, comment="When time alone may change the qualification"),
    Column("mql", Boolean, comment="The last outcome; null is unknown"),
    Column("evaluation", Json, nullable=False, comment="Inputs and trace of the last qualification"),
    Column("passing", String(40), comment="passed, history, or held with its reason"),
    Column("judge", Boolean, nullable=False, comment="Has facts that were not judged yet"),
    Column(
        "to_compare",
        Boolean,
        nullable=False,
        comment="A system's record of it changed since fields were compared",
    ),
    Column("next_due_at", Time, comment="When time alone changes the verdict"),
    Column("place", String(40)),
    Column("status", String(40)),
    Column("dimensions", Json, nullable=False, comment="source, content, score: for reports"),
    PrimaryKeyConstraint("company", "id"),
    Index(None, "company", "qualify"),
    Index(None, "company", "judge"),
    Index(None, "company", "to_compare"),
    Index(None, "company", "next_due_at"),
    Index(None, "company", "valid_until"),
    comment="A person of a company; a projection but for the id",
)

handoff = Table(
    "handoff",
    metadata,
    Column("company", String(63), nullable=False),
    Column("lead", String(120), nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("type", String(20), nullable=False),
    Column("agreement", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("since", Time, nullable=False),
    Column("outcome", String(40)),
    Column("reason", String(60)),
    Column("track", String(40)),
    Column("priority", String(40)),
    Column("segment", String(40)),
    Column("credit", String(20), nullable=False),
    Column(
        "against_marketing", Boolean, nullable=False, comment="Its code speaks against the lead's quality"
    ),
    Column("owner", String(60)),
    Column("mql_at", Time, nullable=False),
    Column("package_complete_at", Time),
    Column("delivered_at", Time),
    Column("accepted_at", Time),
    Column("first_contact_at", Time),
    Column("connected_at", Time),
    Column("qualified_at", Time),
    Column("opportunity_at", Time),
    Column("won_at", Time),
    Column("attempts", Integer, nullable=False),
    Column("breaches", Integer, nullable=False),
    Column("dimensions", Json, nullable=False, comment="source, content, score, owner as of delivery"),
    Column("flags", Json, nullable=False),
    PrimaryKeyConstraint("company", "lead", "cycle"),
    Index(None, "company", "delivered_at"),
    Index(None, "company", "mql_at"),
    comment="One passing of one lead to sales; a projection of its events",
)

clock = Table(
    "clock",
    metadata,
    Column("company", String(63), nullable=False),
    Column("lead", String(120), nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("name", String(40), nullable=False),
    Column("instance", Integer, nullable=False),
    Column("side", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("start_at", Time),
    Column("due_at", Time),
    Column("stop_at", Time),
    Column("breached_at", Time),
    Column("elapsed_s", BigInteger),
    Column("wall_elapsed_s", BigInteger),
    Column("reason", String(40), comment="Why it was cancelled or is invalid"),
    Column("shares", Json, comment="Elapsed seconds by owner, of a clock that binds sales"),
    PrimaryKeyConstraint("company", "lead", "cycle", "name", "instance"),
    Index(None, "company", "due_at"),
    comment="Deadlines of handoffs; a projection",
)

touch = Table(
    "touch",
    metadata,
    Column("company", String(63), nullable=False),
    Column("id", String(120), nullable=False),
    Column("lead", String(120), nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("occurred_at", Time, nullable=False),
    Column("date", Integer, nullable=False, comment="Ordinal of the date where the lead lives"),
    Column("user", String(60)),
    Column("counted", Boolean, nullable=False),
    Column("reason", String(60), comment="Why it did not count"),
    PrimaryKeyConstraint("company", "lead", "cycle", "id"),
    Index(None, "company", "occurred_at"),
    comment="Activities of sales, judged; a projection",
)

unlinked = Table(
    "unlinked",
    metadata,
    Column("company", String(63), nullable=False),
    Column("system", String(40), nullable=False),
    Column("kind", String(20), nullable=False, comment="touch or deal"),
    Column("id", String(120), nullable=False),
    Column("record_id", String(120), nullable=False),
    Column("data", Json, nullable=False),
    PrimaryKeyConstraint("company", "system", "kind", "id", "record_id"),
    Index(None, "company", "record_id"),
    comment="Activities read before the record they are with was linked to a lead",
)

package = Table(
    "package",
    metadata,
    Column("company", String(63), nullable=False),
    Column("lead", String(120), nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("at", Time, nullable=False),
    Column("missing", Json, nullable=False),
    Column("snapshot", Json, nullable=False),
    PrimaryKeyConstraint("company", "lead", "cycle"),
    comment="What travelled, as it was",
)

agreement = Table(
    "agreement",
    metadata,
    Column("company", String(63), nullable=False),
    Column("number", Integer, nullable=False),
    Column("published_at", Time, nullable=False),
    Column("effective_from", Time, nullable=False),
    Column("enforce_from", Time, nullable=False),
    Column("signed_by_marketing", Text),
    Column("signed_by_sales", Text),
    Column("hash", String(64), nullable=False),
    Column("text", Json, nullable=False),
    Column("message", Text, comment="Why it was published, in the words of who did"),
    PrimaryKeyConstraint("company", "number"),
    comment="Published versions; never changed",
)

calendar = Table(
    "calendar",
    metadata,
    Column("company", String(63), nullable=False),
    Column("number", Integer, nullable=False),
    Column("effective_from", Time, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("text", Json, nullable=False),
    PrimaryKeyConstraint("company", "number"),
    comment="Published calendars, holidays resolved to dates; never changed",
)

intent = Table(
    "intent",
    metadata,
    Column("seq", Seq, primary_key=True, autoincrement=True),
    Column("company", String(63), nullable=False),
    Column("operation", String(20), nullable=False),
    Column("lead", String(120), nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("state", String(20), nullable=False, comment="owed, done, refused or dropped"),
    Column("payload", Json, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("tried_at", Time),
    Column("tries", Integer, nullable=False),
    Column("code", String(80)),
    UniqueConstraint("company", "operation", "lead", "cycle", "n", name="uq_intent_key"),
    Index(None, "company", "state", "operation"),
    comment="Writes that are owed to a vendor: creations and transitions",
)

status = Table(
    "status",
    metadata,
    Column("company", String(63), nullable=False),
    Column("lead", String(120), nullable=False),
    Column("system", String(40), nullable=False),
    Column("wanted", Json, nullable=False),
    Column("wanted_hash", String(64), nullable=False),
    Column("written_hash", String(64)),
    Column("written", Json),
    PrimaryKeyConstraint("company", "lead", "system"),
    comment="The SLA status each system should show and the one it was last given",
)

compared = Table(
    "compared",
    metadata,
    Column("company", String(63), nullable=False),
    Column("lead", String(120), nullable=False),
    Column("system", String(40), nullable=False, comment="The one that is written"),
    Column("bases", Json, nullable=False, comment="Marks of what both sides held of each field"),
    Column("wanted", Json, nullable=False, comment="The fields that are to be written, with their values"),
    Column("owed", Boolean, nullable=False),
    PrimaryKeyConstraint("company", "lead", "system"),
    Index(None, "company", "system", "owed"),
    comment="What both sides held of the mapped fields when they were last compared",
)

match = Table(
    "match",
    metadata,
    Column("company", String(63), nullable=False),
    Column("lead", String(120), nullable=False),
    Column("system", String(40), nullable=False, comment="The one that is not written meanwhile"),
    Column("field", String(120), nullable=False, comment="Empty: which record is the lead's"),
    Column("code", String(40), nullable=False),
    Column("since", Time, nullable=False),
    Column("last_at", Time, nullable=False),
    Column("detail", Json, nullable=False),
    Column("choice", String(200), comment="What a person has decided"),
    PrimaryKeyConstraint("company", "lead", "system", "field"),
    comment="What evidence does not decide, until a person does",
)

refused = Table(
    "refused",
    metadata,
    Column("company", String(63), nullable=False),
    Column("lead", String(120), nullable=False),
    Column("system", String(40), nullable=False),
    Column("operation", String(20), nullable=False),
    Column("code", String(80), nullable=False),
    Column("message", Text, nullable=False),
    Column("since", Time, nullable=False),
    Column("last_at", Time, nullable=False),
    Column("fingerprint", String(64), nullable=False, comment="Of what was refused: another one is tried"),
    Column("dropped_at", Time, comment="Since when it is not tried again, whatever changes"),
    Column("dropped_by", String(80), comment="Who said so: an id, or a name's hash"),
    PrimaryKeyConstraint("company", "lead", "system", "operation"),
    comment="Records that a system or a mapping would not take",
)

put_off = Table(
    "put_off",
    metadata,
    Column("company", String(63), nullable=False),
    Column("lead", String(120), nullable=False),
    Column("system", String(40), nullable=False),
    Column("operation", String(20), nullable=False),
    Column("runs", Integer, nullable=False),
    Column("since", Time, nullable=False),
    Column("last_at", Time, nullable=False),
    PrimaryKeyConstraint("company", "system", "operation", "lead"),
    comment="Rows that a system would not take in passing, and in how many runs",
)

notice = Table(
    "notice",
    metadata,
    Column("company", String(63), nullable=False),
    Column("lead", String(120), nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("clock", String(40), nullable=False),
    Column("instance", Integer, nullable=False),
    Column("level", String(20), nullable=False),
    Column("due_at", Time, nullable=False),
    Column("at", Time, nullable=False),
    Column("role", String(20), nullable=False),
    Column(
        "recipient", String(60), nullable=False, comment="A person's id where one is known, else the role"
    ),
    Column("withdrawn_at", Time),
    Column("digest", String(80), comment="The message in which it is told together with others"),
    PrimaryKeyConstraint("company", "lead", "cycle", "clock", "instance", "level"),
    comment="What people are told, each once",
)

cursor = Table(
    "cursor",
    metadata,
    Column("company", String(63), nullable=False),
    Column("system", String(40), nullable=False),
    Column("stream", String(40), nullable=False),
    Column("value", Text, nullable=False),
    Column("at", Time, nullable=False),
    PrimaryKeyConstraint("company", "system", "stream"),
    comment="Where each read goes on, in the vendor's own units",
)

hint = Table(
    "hint",
    metadata,
    Column("company", String(63), nullable=False),
    Column("system", String(40), nullable=False),
    Column("id", String(120), nullable=False),
    Column("received_at", Time, nullable=False, comment="Machine time"),
    Column("call", String(32), nullable=False, comment="The webhook that told it last: a later one is new"),
    PrimaryKeyConstraint("company", "system", "id"),
    comment="Contacts that webhooks ask to read at the next run",
)

answer = Table(
    "answer",
    metadata,
    Column("company", String(63), nullable=False),
    Column("system", String(40), nullable=False),
    Column("name", String(40), nullable=False),
    Column("at", Time, nullable=False, comment="Machine time"),
    Column("value", Json, nullable=False),
    PrimaryKeyConstraint("company", "system", "name"),
    comment="Account and schema answers, kept a day",
)

budget = Table(
    "budget",
    metadata,
    Column("company", String(63), nullable=False),
    Column("system", String(40), nullable=False),
    Column("name", String(40), nullable=False),
    Column("subject", String(120), nullable=False, comment="A record's id there; empty for the account"),
    Column("until", Time, nullable=False, comment="Machine time"),
    Column("used", Integer, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("rows", Integer, nullable=False, comment="Records that a call can carry"),
    PrimaryKeyConstraint("company", "system", "name", "subject"),
    comment="Calls that a vendor allows in a span, and how many are used",
)

job = Table(
    "job",
    metadata,
    Column("company", String(63), nullable=False),
    Column("system", String(40), nullable=False),
    Column("id", String(120), nullable=False),
    Column("at", Time, nullable=False, comment="Machine time"),
    PrimaryKeyConstraint("company", "system", "id"),
    comment="Jobs that a vendor works off by itself and that no run has seen end",
)

lease = Table(
    "lease",
    metadata,
    Column("company", String(63), primary_key=True),
    Column("holder", String(200), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("until", Time, nullable=False, comment="Machine time"),
    comment="Which run holds a company; checked at each commit",
)

run = Table(
    "run",
    metadata,
    Column("seq", Seq, primary_key=True, autoincrement=True),
    Column("company", String(63), nullable=False),
    Column("now", Time, nullable=False),
    Column("started_at", Time, nullable=False, comment="Machine time"),
    Column("finished_at", Time),
    Column("outcome", String(40)),
    Column("summary", Json, nullable=False),
    Index(None, "company", "now"),
    comment="One pass over one company",
)

erasure = Table(
    "erasure",
    metadata,
    Column("company", String(63), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("at", Time, nullable=False),
    PrimaryKeyConstraint("company", "hash"),
    comment="Keyed hashes of erased people, so that they are not passed again",
)
