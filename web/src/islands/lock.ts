/** Covers a page that nobody has used for as long as the session stays open: it goes to the lock page, or back if another tab was busy. */
export function mountLock(): void {
  const after = Number(document.body.dataset["locksAfter"] ?? 0);
  if (!after) return;
  let due = Date.now() + after + 1000;
  const look = (): void => {
    if (Date.now() >= due) location.assign(`/locked?next=${encodeURIComponent(location.pathname + location.search)}`);
  };
  document.addEventListener("htmx:afterRequest", () => {
    due = Date.now() + after + 1000;
  });
  setInterval(look, 15_000);
  // a laptop that was closed in between
  document.addEventListener("visibilitychange", look);
}
