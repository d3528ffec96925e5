"""The pure rules of trust: who may read what, what happened, and who somebody is.

In     an access, markings, audit entries, secrets, as plain values
Out    decisions that say why, digests, proofs and signed checkpoints
Rules  no database, no network, no clock of its own; what no policy permits is refused
Next   store asks before it reads and writes the audit; doors ask before they open
"""
