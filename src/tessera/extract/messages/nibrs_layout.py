"""Where each field of a NIBRS flat file stands (FBI, NIBRS Technical Specification, record layouts), as a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Field:
    """Characters `first` to `last`, counted from 1; some stand `times` times, each `step` characters behind the one before."""

    name: str
    first: int
    last: int
    times: int = 1
    step: int = 0

    def span(self, number: int) -> tuple[int, int]:
        """Give the characters of one of its places, both counted from 0, the end not included.

        >>> Field("PropertyDescription", 39, 40, 10, 19).span(1)
        (57, 59)
        """
        return self.first - 1 + number * self.step, self.last + number * self.step


HEAD: Final = (
    Field("Length", 1, 4),
    Field("Level", 5, 5),
    Field("Action", 6, 6),
    Field("Month", 7, 8),
    Field("Year", 9, 12),
    Field("CityIndicator", 13, 16),
    Field("ORI", 17, 25),
    Field("IncidentNumber", 26, 37),
)
"""What every segment begins with."""
SEGMENTS: Final[Mapping[str, tuple[str, tuple[Field, ...]]]] = {
    "0": ("ZeroReport", (Field("ZeroMonth", 38, 39), Field("ZeroYear", 40, 43))),
    "1": (
        "Administrative",
        (
            Field("IncidentDate", 38, 45),
            Field("ReportDateIndicator", 46, 46),
            Field("IncidentHour", 47, 48),
            Field("ClearedExceptionally", 49, 49),
            Field("ExceptionalClearanceDate", 50, 57),
            Field("WindowOffenseCode", 58, 60, 10, 3),
            Field("CargoTheft", 88, 88),
        ),
    ),
    "2": (
        "Offense",
        (
            Field("OffenseCode", 38, 40),
            Field("AttemptedOrCompleted", 41, 41),
            Field("SuspectedOfUsing", 42, 42, 3, 1),
            Field("LocationType", 45, 46),
            Field("PremisesEntered", 47, 48),
            Field("MethodOfEntry", 49, 49),
            Field("CriminalActivity", 50, 50, 3, 1),
            Field("WeaponForce", 53, 55, 3, 3),
            Field("BiasMotivation", 62, 63, 5, 2),
        ),
    ),
    "3": (
        "Property",
        (
            Field("Loss", 38, 38),
            Field("PropertyDescription", 39, 40, 10, 19),
            Field("PropertyValue", 41, 49, 10, 19),
            Field("DateRecovered", 50, 57, 10, 19),
            Field("StolenVehicles", 229, 230),
            Field("RecoveredVehicles", 231, 232),
            Field("Drug", 233, 233, 3, 15),
            Field("DrugQuantity", 234, 245, 3, 15),
            Field("Measurement", 246, 247, 3, 15),
            Field("WindowOffenseCode", 278, 280, 10, 3),
        ),
    ),
    "4": (
        "Victim",
        (
            Field("SequenceNumber", 38, 40),
            Field("OffenseCode", 41, 43, 10, 3),
            Field("TypeOfVictim", 71, 71),
            Field("Age", 72, 75),
            Field("Sex", 76, 76),
            Field("Race", 77, 77),
            Field("Ethnicity", 78, 78),
            Field("ResidentStatus", 79, 79),
            Field("Circumstance", 80, 81, 2, 2),
            Field("JustifiableHomicide", 84, 84),
            Field("Injury", 85, 85, 5, 1),
            Field("OffenderNumber", 90, 91, 10, 4),
            Field("Relationship", 92, 93, 10, 4),
            Field("OfficerActivity", 130, 131),
            Field("OfficerAssignment", 132, 132),
            Field("OfficerORI", 133, 141),
        ),
    ),
    "5": (
        "Offender",
        (
            Field("SequenceNumber", 38, 39),
            Field("Age", 40, 43),
            Field("Sex", 44, 44),
            Field("Race", 45, 45),
            Field("Ethnicity", 46, 46),
        ),
    ),
    "6": (
        "Arrestee",
        (
            Field("SequenceNumber", 38, 39),
            Field("ArrestNumber", 40, 51),
            Field("ArrestDate", 52, 59),
            Field("TypeOfArrest", 60, 60),
            Field("MultipleArrestees", 61, 61),
            Field("OffenseCode", 62, 64),
            Field("ArmedWith", 65, 67, 2, 3),
            Field("Age", 71, 74),
            Field("Sex", 75, 75),
            Field("Race", 76, 76),
            Field("Ethnicity", 77, 77),
            Field("ResidentStatus", 78, 78),
            Field("Disposition", 79, 79),
            Field("ClearanceIndicator", 80, 80),
            Field("WindowOffenseCode", 81, 83, 10, 3),
        ),
    ),
    "7": (
        "GroupBArrestee",
        (
            Field("SequenceNumber", 38, 39),
            Field("ArrestDate", 40, 47),
            Field("TypeOfArrest", 48, 48),
            Field("OffenseCode", 49, 51),
            Field("ArmedWith", 52, 54, 2, 3),
            Field("Age", 58, 61),
            Field("Sex", 62, 62),
            Field("Race", 63, 63),
            Field("Ethnicity", 64, 64),
            Field("ResidentStatus", 65, 65),
            Field("Disposition", 66, 66),
        ),
    ),
}
"""Level: the name of its segment, and the fields behind the head."""
ERROR_SHEET: Final = (
    Field("Month", 1, 6),
    Field("Line", 7, 13),
    Field("Action", 14, 14),
    Field("ORI", 15, 23),
    Field("Incident number", 24, 35),
    Field("Segment", 36, 36),
    Field("Offense code", 37, 39),
    Field("Person", 40, 42),
    Field("Property loss", 43, 43),
    Field("Data element", 44, 46),
    Field("Error number", 47, 49),
    Field("Value", 50, 61),
    Field("Message", 62, 140),
    Field("Medium", 141, 146),
)
"""The lines of an error data sheet, which the FBI returns."""
