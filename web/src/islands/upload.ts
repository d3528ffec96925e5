import { type Chosen, chosenIn, dropped } from "./dropped";
import { adopt } from "./requests";

/** Sends files and whole folders one file after the other, shows how far each transfer is, then what becomes of it. */
export function mountUpload(form: HTMLFormElement): void {
  const pickers = [...form.querySelectorAll<HTMLInputElement>("input[type=file]")];
  const zone = form.querySelector<HTMLElement>("[data-drop]");
  const sent = document.querySelector<HTMLElement>("[data-sent]");
  const said = form.querySelector<HTMLElement>("[data-chosen]");
  if (!pickers.length || !zone || !sent || !said) return;
  let chosen: Chosen[] = [];
  const choose = (files: Chosen[]): void => {
    chosen = files;
    pickers.forEach((picker) => picker.setCustomValidity(""));
    said.textContent = files.length ? sayChosen(files) : "";
  };
  pickers.forEach((picker) => {
    picker.required = false; // files that were dropped stand in no picker
    picker.addEventListener("change", () => {
      pickers.filter((other) => other !== picker).forEach((other) => (other.value = ""));
      choose(chosenIn(picker));
    });
  });
  mountDrop(zone, (files) => {
    pickers.forEach((picker) => (picker.value = ""));
    choose(files);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!chosen.length) {
      pickers[0]?.setCustomValidity("Choose or drop at least one file.");
      pickers[0]?.reportValidity();
      return;
    }
    const files = chosen;
    pickers.forEach((picker) => (picker.value = ""));
    choose([]);
    void sendAll(form, files, sent);
  });
}

function sayChosen(files: Chosen[]): string {
  const size = files.reduce((sum, { file }) => sum + file.size, 0);
  const names = files.slice(0, 5).map(({ name }) => name);
  const more = files.length > names.length ? ` and ${files.length - names.length} more` : "";
  return `${files.length} ${files.length === 1 ? "file" : "files"}, ${sizeOf(size)}: ${names.join(", ")}${more}`;
}

function sizeOf(bytes: number): string {
  const unit = ["B", "kB", "MB", "GB"].findIndex((_, at) => bytes < 1024 ** (at + 1) || at === 3);
  return `${(bytes / 1024 ** unit).toLocaleString("en-US", { maximumFractionDigits: 1 })} ${["B", "kB", "MB", "GB"][unit]}`;
}

function mountDrop(zone: HTMLElement, choose: (files: Chosen[]) => void): void {
  zone.querySelectorAll<HTMLElement>("[data-drop-words]").forEach((words) => (words.hidden = false));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("t-drop--over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("t-drop--over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("t-drop--over");
    if (event.dataTransfer?.files.length) void dropped(event.dataTransfer).then(choose);
  });
}

async function sendAll(form: HTMLFormElement, files: Chosen[], sent: HTMLElement): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
  if (button) button.disabled = true;
  const first = sent.firstChild;
  const lines = files.map((one) => addLine(sent, one.name, first));
  for (const [at, one] of files.entries()) {
    const line = lines[at];
    if (line) await send(form, one, line);
  }
  if (button) button.disabled = false;
}

interface Line {
  bar: HTMLProgressElement;
  says: HTMLElement;
  item: HTMLElement;
}

/** Every file has its line from the start, above those of an earlier turn. */
function addLine(sent: HTMLElement, called: string, before: Node | null): Line {
  const item = document.createElement("li");
  const name = document.createElement("div");
  name.className = "t-sent__name";
  const label = document.createElement("strong");
  label.textContent = called;
  const says = document.createElement("span");
  says.textContent = "waiting";
  says.setAttribute("role", "status");
  name.append(label, says);
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", `Sending ${called}`);
  item.append(name, bar);
  sent.insertBefore(item, before);
  return { bar, says, item };
}

async function send(form: HTMLFormElement, { file }: Chosen, line: Line): Promise<void> {
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
  line.says.textContent = new URL(address).searchParams.get("said") === "duplicate" ? "had arrived before" : "received";
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
