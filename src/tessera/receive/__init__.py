"""First stage: take in what arrives, unchanged, and give a receipt.

In     bytes, and where they came from
Out    a stored Delivery with its SHA-256 and a receipt number
Rules  nothing is parsed here; the same bytes from the same source are one delivery; what cannot be kept is refused whole
Next   extract reads deliveries; it is never called from here
"""

from tessera.receive.intake import take_in
from tessera.receive.partners import Partner, read_partners

__all__ = ["Partner", "read_partners", "take_in"]
