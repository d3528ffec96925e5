"""What `tessera serve` does for the audit log: signs it, verifies it, and lets nobody overlook that one of them failed."""

from threading import Event

from tessera.errors import TesseraError
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access
from tessera.store import auditing
from tessera.store.alarms import AlarmKind
from tessera.store.auditing import Verification

AGAIN_SECONDS = 60
"""How soon signing is tried again while an alarm stands, so that the alarm ends when the trouble does."""


def sign_regularly(center: Center, stop: Event) -> None:
    """Sign the audit log every so often, and once at the end. The entry of each signing is the log's heartbeat."""
    while True:
        ended = stop.wait(AGAIN_SECONDS if center.store.alarms.standing else center.settings.checkpoint_minutes * 60)
        sign(center)
        if ended:
            return


def sign(center: Center) -> bool:
    """Sign the audit log as it stands. Where that fails there is an alarm, and no error: the next time comes."""
    try:
        with center.store.writing(OPERATOR) as tx:
            auditing.sign(tx, center.sign_checkpoint)
    except (TesseraError, OSError) as error:
        center.store.alarms.sound(AlarmKind.UNWRITTEN, f"the audit log could not be signed: {error}")
        return False
    return True


def verify_regularly(center: Center, stop: Event) -> None:
    """Verify the whole audit log every so often, by the setting `audit_verify_hours`."""
    hours = center.settings.audit_verify_hours
    while hours > 0 and not stop.wait(hours * 3600):
        try:
            verify(center, OPERATOR)
        except (TesseraError, OSError) as error:
            center.store.alarms.sound(AlarmKind.UNWRITTEN, f"the audit log could not be verified: {error}")


def verify(center: Center, access: Access) -> Verification:
    """Verify the whole audit log and note the result; raise an alarm where it is not what was signed."""
    found = auditing.verify(center.store, center.check_checkpoint)
    if found.findings:
        center.store.alarms.sound(AlarmKind.TAMPERED, f"the audit log is not what was signed: {found.findings[0]}")
    else:
        center.store.alarms.clear(AlarmKind.TAMPERED)
    with center.store.writing(access) as tx:
        auditing.note_verification(tx, found)
    return found
