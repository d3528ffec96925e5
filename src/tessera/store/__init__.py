"""The tables: every read and write of the center goes through here.

In     an Access, and values of `model`
Out    values of `model`, filtered and masked for that access, each read and change noted in the audit log
Rules  nothing is read without an Access; every transaction leaves an audit entry; one filter for every query
Next   the stages above call it; it calls nobody but the database
"""
