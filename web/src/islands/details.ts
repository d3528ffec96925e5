/** Native details elements: menus close on Escape or a click elsewhere; filters start folded on a narrow screen. */
export function mountDetails(): void {
  const menus = [...document.querySelectorAll<HTMLDetailsElement>("details[data-close-outside]")];
  document.addEventListener("click", (event) => {
    menus.filter((menu) => !menu.contains(event.target as Node)).forEach((menu) => menu.removeAttribute("open"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus.filter((menu) => menu.open).forEach(close);
  });
  const narrow = matchMedia("(max-width: 63.99em)");
  const fold = (): void => {
    document.querySelectorAll<HTMLDetailsElement>("details[data-fold-narrow]").forEach((one) => (one.open = !narrow.matches));
  };
  if (narrow.matches) fold();
  narrow.addEventListener("change", fold);
}

function close(menu: HTMLDetailsElement): void {
  menu.open = false;
  menu.querySelector("summary")?.focus();
}
