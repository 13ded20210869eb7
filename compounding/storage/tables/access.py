"""Who may sign in and who is signed in: accounts and passkeys are records, sessions, used codes and failed attempts are forgotten; and whose an order is."""

from compounding.storage.tables.base import indexed, instant, instant_or_nothing, refers, site_table, unique, whole, words, yes_or_no

# The id is the person's. `second_factor` is sealed with the installation's secret; `recovery` holds digests of codes that were not used yet.
account = site_table(
    "account", whole("version"), words("sign_in_name"), words("password_hash"), words("second_factor"), words("recovery"), words("activation"),
    instant_or_nothing("activation_until"), *yes_or_no("is_example"), instant("created_at"), instant_or_nothing("password_set_at"), refers("id", "person"),
    unique("sign_in_name"),
)  # fmt: skip

# The id is the passkey's own, as the browser names it.
passkey = site_table(
    "passkey", whole("version"), words("person_id"), words("name"), words("public_key"), whole("sign_count"), *yes_or_no("is_removed"), instant("created_at"),
    refers("person_id", "account"), indexed("person_id"),
)  # fmt: skip

# The id is the digest of the token in the browser's cookie, `browser` the digest of the one that stays with the browser; `pending` is a second factor that is
# being set up, sealed.
session = site_table(
    "session", words("person_id"), words("browser"), words("stage"), words("factors"), words("pending"), instant("started_at"), instant("seen_at"),
    instant_or_nothing("ended_at"), words("ended_because"), refers("person_id", "account"), indexed("person_id", "ended_at"), indexed("browser"),
)  # fmt: skip

# The orders that a prescriber entered by their own account: all that a prescriber may see.
own_order = site_table(
    "own_order", words("person_id"), words("order_id"), instant("at"), refers("person_id", "person"), refers("order_id", "medication_order"),
    key=("person_id", "order_id"), append_only=True,
)  # fmt: skip

used_code = site_table("used_code", words("person_id"), whole("step"), instant("at"), refers("person_id", "account"), key=("person_id", "step"))

# Whose name was tried is kept as a digest: what somebody types into that field may be a password.
sign_in_attempt = site_table(
    "sign_in_attempt", words("account"), words("address"), words("browser"), instant("at"), indexed("account", "at"), indexed("address", "at"),
    indexed("at"),
)  # fmt: skip
