"""The order of the stages: durable jobs that take a delivery from its bytes to records.

In     a Delivery that `receive` has kept
Out    records, links, quarantined rows, and a delivery whose every row is accounted for
Rules  stages never call each other, only this package calls them; every step can be done twice with one effect
Next   the doors (web, api, cli) start jobs and show how far they are
"""
