"""What proves who somebody is: passwords, one-time codes, recovery codes, passkeys, tokens, and the vault their secrets lie in.

Each module makes and checks one kind of proof and keeps nothing: rows, throttling and "used once" are the storage's. Instants are arguments. The libraries
load at first use.
"""
