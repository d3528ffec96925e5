"""Heavy or replaceable parts behind small ports.

In     plain values, paths and Arrow tables
Out    plain values and Arrow tables
Rules  a heavy library is imported here and nowhere else; a part that is missing says so and how to get it
Next   the stages use these; `bootstrap` chooses which
"""
