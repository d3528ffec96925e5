// A recording beside its transcript: choosing a word plays from there, by pointer or by keyboard. The server gives stretches of
// two minutes, each decoded from the asked second on; when one ends, the next one follows.
const STRETCH = 120;
const BEFORE = 0.15;

export function mountPlayer(player: HTMLElement): void {
  const audio = player.querySelector("audio");
  const from = player.dataset["from"];
  const transcript = document.querySelector<HTMLElement>("[data-transcript]");
  if (!audio || !from || !transcript) return;
  const said = player.querySelector<HTMLElement>("[data-player-words]");
  let begins = Number(new URL(audio.src, location.href).searchParams.get("start") ?? "0");
  const play = (second: number): void => {
    begins = Math.round(Math.max(0, second) * 100) / 100;
    audio.src = `${from}?start=${begins}&seconds=${STRETCH}`;
    audio.play().catch(() => undefined); // another word was chosen before this one could be heard
  };
  const words = mountWords(transcript, (second) => play(second - BEFORE));
  audio.addEventListener("ended", () => {
    if (audio.duration > STRETCH - 1) play(begins + STRETCH);
  });
  audio.addEventListener("error", () => {
    if (said) said.textContent = "The sound cannot be played. It may be hidden from you, or the file may be damaged there.";
  });
  audio.addEventListener("timeupdate", () => showSpoken(words, begins + audio.currentTime));
  if (said) said.hidden = false;
}

/** Make every word something to choose. One of them is in the order of Tab; the arrow keys go on from it. */
function mountWords(transcript: HTMLElement, play: (second: number) => void): HTMLElement[] {
  transcript.querySelectorAll<HTMLElement>("a.t-mark[data-play]").forEach(addButton);
  const words = [...transcript.querySelectorAll<HTMLElement>(".t-word")];
  words.forEach((word, at) => {
    word.setAttribute("role", "button");
    word.tabIndex = at === 0 ? 0 : -1;
  });
  transcript.addEventListener("click", (event) => {
    const word = (event.target as HTMLElement).closest<HTMLElement>("[data-play]");
    if (!word || word.classList.contains("t-mark")) return; // a mention leads to its record
    if (word instanceof HTMLAnchorElement && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
    event.preventDefault();
    if (word.classList.contains("t-word")) focusOn(words, words.indexOf(word));
    play(Number(word.dataset["play"]));
  });
  transcript.addEventListener("keydown", (event) => {
    const at = words.indexOf(event.target as HTMLElement);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: words.length - 1 }[event.key];
    if (to !== undefined) focusOn(words, to);
    else if (event.key === "Enter" || event.key === " ") play(Number(words[at]?.dataset["play"]));
    else return;
    event.preventDefault();
  });
  return words;
}

/** A mention leads to its record, so beside it stands what plays from it. */
function addButton(mention: HTMLElement): void {
  const button = document.createElement("span");
  button.className = "t-word t-word--play";
  button.dataset["play"] = mention.dataset["play"] ?? "";
  button.textContent = "▸";
  button.setAttribute("aria-label", `Play from ${mention.textContent ?? "here"}`);
  mention.after(button);
}

function focusOn(words: HTMLElement[], at: number): void {
  const word = words[at];
  if (!word) return;
  words.forEach((one) => (one.tabIndex = one === word ? 0 : -1));
  word.focus();
}

function showSpoken(words: HTMLElement[], second: number): void {
  let spoken: HTMLElement | undefined;
  for (const word of words) if (Number(word.dataset["play"]) <= second) spoken = word;
  words.forEach((word) => word.classList.toggle("t-word--now", word === spoken));
}
