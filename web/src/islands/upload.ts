import { adopt } from "./requests";

/** Sends files one after the other, shows how far each transfer is, then what becomes of its rows. */
export function mountUpload(form: HTMLFormElement): void {
  const picker = form.querySelector<HTMLInputElement>("input[type=file]");
  const zone = form.querySelector<HTMLElement>("[data-drop]");
  const sent = document.querySelector<HTMLElement>("[data-sent]");
  if (!picker || !zone || !sent) return;
  mountDrop(zone, picker);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void sendAll(form, picker, sent);
  });
}

function mountDrop(zone: HTMLElement, picker: HTMLInputElement): void {
  zone.querySelectorAll<HTMLElement>("[data-drop-words]").forEach((words) => (words.hidden = false));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("t-drop--over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("t-drop--over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("t-drop--over");
    if (event.dataTransfer?.files.length) picker.files = event.dataTransfer.files;
  });
}

async function sendAll(form: HTMLFormElement, picker: HTMLInputElement, sent: HTMLElement): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
  if (button) button.disabled = true;
  for (const file of [...(picker.files ?? [])]) await send(form, file, addLine(sent, file));
  picker.value = "";
  if (button) button.disabled = false;
}

interface Line {
  bar: HTMLProgressElement;
  says: HTMLElement;
  item: HTMLElement;
}

function addLine(sent: HTMLElement, file: File): Line {
  const item = document.createElement("li");
  const name = document.createElement("div");
  name.className = "t-sent__name";
  const label = document.createElement("strong");
  label.textContent = file.name;
  const says = document.createElement("span");
  says.setAttribute("role", "status");
  name.append(label, says);
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", `Sending ${file.name}`);
  item.append(name, bar);
  sent.prepend(item);
  return { bar, says, item };
}

async function send(form: HTMLFormElement, file: File, line: Line): Promise<void> {
  const limit = Number(form.dataset["limit"] ?? 0);
  if (limit && file.size > limit) {
    fail(line, "This file is larger than the center takes here. Use: tessera ingest");
    return;
  }
  const body = new FormData(form);
  body.delete("file");
  body.append("file", file);
  try {
    await follow(await post(form.action, body, line), line);
  } catch (problem) {
    fail(line, problem instanceof Error ? problem.message : "The transfer was cut off. Send the file again.");
  }
}

/** Post with progress; answers with the address that the center sent us on to. */
function post(address: string, body: FormData, line: Line): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      line.bar.value = (event.loaded / event.total) * 100;
      line.says.textContent = event.loaded < event.total ? `${Math.floor(line.bar.value)} % sent` : "sent, being entered";
    });
    request.addEventListener("load", () => {
      if (request.status < 400) resolve(request.responseURL);
      else reject(new Error(sentence(request.responseText) || `The center answered ${request.status}.`));
    });
    request.addEventListener("error", () => reject(new Error("The transfer was cut off. Send the file again.")));
    request.send(body);
  });
}

async function follow(address: string, line: Line): Promise<void> {
  const path = new URL(address).pathname;
  if (!/^\/deliveries\/[^/]+$/.test(path)) throw new Error("Your session has ended. Sign in and send the file again.");
  const answer = await fetch(`${path}/progress`, { headers: { "HX-Request": "true" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const progress = page.querySelector<HTMLElement>(".t-progress");
  line.says.textContent = "received";
  line.bar.remove();
  if (!progress) return;
  line.item.append(progress);
  adopt(line.item);
}

function fail(line: Line, message: string): void {
  line.bar.remove();
  line.says.textContent = message;
  line.says.className = "t-found";
}

/** The first problem that an error page or problem+json names. */
function sentence(text: string): string {
  try {
    const problem = JSON.parse(text) as { detail?: string; title?: string };
    return problem.detail ?? problem.title ?? "";
  } catch {
    const page = new DOMParser().parseFromString(text, "text/html");
    return page.querySelector(".usa-alert__text, .t-error p:not(.t-error__status)")?.textContent?.trim() ?? "";
  }
}
