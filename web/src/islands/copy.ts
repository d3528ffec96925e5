/** Buttons that copy an address of this center, or a text; hidden where there is no clipboard. */
export function mountCopy(root: ParentNode): void {
  if (!navigator.clipboard) return;
  root.querySelectorAll<HTMLButtonElement>("button[data-copy][hidden], button[data-copy-text][hidden]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => void copy(button));
  });
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const address = "copyHere" in button.dataset ? location.pathname + location.search : (button.dataset["copy"] ?? "");
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset["copyText"] ?? new URL(address, location.origin).href);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not copied: the browser said no";
  }
  setTimeout(() => {
    button.textContent = before;
  }, 2000);
}
