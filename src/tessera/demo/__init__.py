"""An invented region on real geography, written as delivery files that a center can take in.

In     how many records, a seed, the day it ends on
Out    a folder: manifest, deliveries in twelve shapes, and the truth behind them for later measurements
Rules  people, companies, streets, plates and numbers are invented and look it; the same seed gives the same bytes
Next   nothing here stores anything: the files go through the ordinary doors
"""

from tessera.demo.catalog import DemoAccount
from tessera.demo.manifest import DemoDelivery, DemoManifest, read_manifest
from tessera.demo.region import DemoRegion, generate
from tessera.demo.table import TABLE_COLUMNS, generate_table

__all__ = [
    "TABLE_COLUMNS",
    "DemoAccount",
    "DemoDelivery",
    "DemoManifest",
    "DemoRegion",
    "generate",
    "generate_table",
    "read_manifest",
]
