// A recording beside its transcript: choosing a word plays from there. The server gives stretches of up to five minutes.
const STRETCH = 300;

export function mountPlayer(player: HTMLElement): void {
  const audio = player.querySelector("audio");
  const from = player.dataset.from;
  if (!audio || !from) return;
  let begins = Number(new URL(audio.src, location.href).searchParams.get("start") ?? "0");
  document.querySelectorAll<HTMLElement>("[data-play]").forEach((word) => {
    word.addEventListener("click", (event) => {
      if (word instanceof HTMLAnchorElement && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
      if (word.classList.contains("t-mark")) return; // a mention leads to its record
      event.preventDefault();
      const at = Number(word.dataset.play);
      if (at < begins || at >= begins + STRETCH) {
        begins = Math.max(0, at - 1);
        audio.src = `${from}?start=${begins}&seconds=${STRETCH}`;
      }
      audio.currentTime = at - begins;
      void audio.play();
    });
  });
}
