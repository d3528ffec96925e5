import htmx from "htmx.org";

interface ConfigRequest {
  formData: FormData;
  verb: string;
}

/** Sets htmx up: addresses without empty parameters, facets counted anew when the hits change. */
export function mountRequests(): void {
  document.addEventListener("htmx:configRequest", (event) => {
    const { formData, verb } = (event as CustomEvent<ConfigRequest>).detail;
    if (verb === "get") dropEmpty(formData);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if ((event.target as Element).id === "results") htmx.trigger("#facets", "refresh", {});
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.method === "get" && !form.hasAttribute("hx-get")) leaveEmptyOut(form);
  });
}

/** Take a fragment of HTML that asks for its own updates into the page. */
export function adopt(element: HTMLElement): void {
  htmx.process(element);
}

function dropEmpty(formData: FormData): void {
  for (const name of new Set(formData.keys())) {
    const filled = formData.getAll(name).filter((value) => value !== "");
    formData.delete(name);
    filled.forEach((value) => formData.append(name, value));
  }
}

function leaveEmptyOut(form: HTMLFormElement): void {
  for (const control of form.elements) {
    if ((control instanceof HTMLInputElement || control instanceof HTMLSelectElement) && control.value === "" && control.name !== "") {
      control.disabled = true;
      setTimeout(() => {
        control.disabled = false;
      });
    }
  }
}
