"""First stage: take in what arrives, unchanged, and give a receipt.

In     bytes, and where they came from
Out    a stored Delivery with its SHA-256 and a receipt number
Rules  nothing is parsed here; the same bytes from the same source are one delivery; what cannot be kept is refused whole
Next   extract reads deliveries; it is never called from here
"""

from tessera.receive.intake import take_in

__all__ = ["take_in"]
