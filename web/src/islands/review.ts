const OFF = "tessera-review-keys-off";

/**
 * The keys of the review queue: s same, d different, u unsure, n next, o to the note. Each presses the button that says so.
 * They can be turned off (WCAG 2.1.4), and never work while somebody is typing.
 */
export function mountReview(form: HTMLFormElement): void {
  const choice = document.querySelector<HTMLInputElement>("[data-review-keys]");
  const said = choice?.closest<HTMLElement>("[hidden]");
  if (said) said.hidden = false;
  if (choice) {
    choice.checked = localStorage.getItem(OFF) === null;
    choice.addEventListener("change", () => (choice.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  }
  document.addEventListener("keydown", (event) => {
    if (choice && !choice.checked) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key === "Escape" && isTyping(event.target)) (event.target as HTMLElement).blur();
    if (isTyping(event.target)) return;
    const wanted = form.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!wanted) return;
    event.preventDefault();
    if (wanted.matches("input, textarea")) wanted.focus();
    else wanted.click();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select"));
}
