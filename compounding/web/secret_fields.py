"""The fields of every form that hold what only one person knows."""

SECRET_FIELDS = frozenset({
    "password", "code", "supervisor_password", "supervisor_code", "new_password", "again", "activation_code", "old_password", "passkey", "set_up_code",
})  # fmt: skip
"""What is never carried from one page to the next, and never filled in again."""
