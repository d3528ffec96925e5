/** Forms that a passkey answers: asks the center for a challenge, the browser for the answer, and sends the form with it. */
export function mountPasskeys(): void {
  document.querySelectorAll<HTMLFormElement>("form[data-passkey]").forEach((form) => {
    form.hidden = false;
    if (!("credentials" in navigator) || !("PublicKeyCredential" in window)) {
      say(form, "This browser has no passkeys, or this address is not secure enough for them (https).");
      return;
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void answer(form);
    });
  });
}

async function answer(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector("button");
  if (button) button.disabled = true;
  say(form, "");
  try {
    const options = await ask(form);
    if (!options) return;
    const made = form.dataset["passkey"] === "make" ? await make(options) : await use(options);
    (form.elements.namedItem("credential") as HTMLInputElement).value = JSON.stringify(made);
    form.submit();
  } catch (problem) {
    say(form, reason(problem));
  } finally {
    if (button) button.disabled = false;
  }
}

/** Ask for the challenge. Whoever has to prove something first is led there, and nothing is returned. */
async function ask(form: HTMLFormElement): Promise<unknown> {
  const token = form.elements.namedItem("csrf") as HTMLInputElement;
  const response = await fetch(form.dataset["options"] ?? "", {
    method: "POST",
    body: new URLSearchParams({ csrf: token.value }),
  });
  if (response.redirected) {
    location.assign(response.url);
    return undefined;
  }
  const found: unknown = await response.json();
  if (!response.ok) throw new Error((found as { message?: string }).message ?? "The center did not answer.");
  return found;
}

async function make(options: unknown): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON);
  return ((await navigator.credentials.create({ publicKey })) as PublicKeyCredential).toJSON();
}

async function use(options: unknown): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON);
  return ((await navigator.credentials.get({ publicKey })) as PublicKeyCredential).toJSON();
}

function reason(problem: unknown): string {
  const name = problem instanceof DOMException ? problem.name : "";
  if (name === "NotAllowedError") return "Nothing was sent: the device said no, or it took too long. Try again.";
  if (name === "InvalidStateError") return "This device has a passkey for your account already.";
  if (name === "SecurityError") return "The browser gives no passkey to this address. Use the center's own address, over https.";
  return problem instanceof Error ? problem.message : "The passkey could not be asked.";
}

function say(form: HTMLFormElement, text: string): void {
  const said = form.querySelector<HTMLElement>("[data-passkey-said]");
  if (!said) return;
  said.textContent = text;
  said.hidden = text === "";
}
