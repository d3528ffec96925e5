/** A click on a month's bar fills the two dates in; with a keyboard, type them. */
export function mountMonths(): void {
  document.addEventListener("click", (event) => {
    const month = event.target instanceof SVGElement ? event.target.dataset["month"] : undefined;
    const since = document.querySelector<HTMLInputElement>("#since");
    const until = document.querySelector<HTMLInputElement>("#until");
    if (!month || !since || !until) return;
    since.value = `${month}-01`;
    until.value = lastDay(month);
    until.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function lastDay(month: string): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}
