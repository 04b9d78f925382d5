// The conversation: what a reader opened stays open while the text below it grows.
const chosen = new Map();
element.addEventListener(
  "click",
  (event) => {
    const head = event.target.closest?.("summary");
    const part = head?.parentElement;
    if (part?.dataset.key) chosen.set(part.dataset.key, !part.open);
  },
  true,
);

element.addEventListener("click", (event) => {
  const hit = event.target.closest?.("[data-fill]");
  const box = document.querySelector("#question textarea");
  if (!hit || !box) return;
  box.value = hit.dataset.fill;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
});

// The newest thinking stays in sight unless the reader scrolled up in it.
let low = true;
element.addEventListener(
  "scroll",
  (event) => {
    const box = event.target;
    if (box.classList?.contains("thinking-text"))
      low = box.scrollTop + box.clientHeight > box.scrollHeight - 24;
  },
  true,
);

watch("value", () => {
  for (const part of element.querySelectorAll("details[data-key]"))
    if (chosen.has(part.dataset.key)) part.open = chosen.get(part.dataset.key);
  const live = element.querySelector("details[data-live] .thinking-text");
  if (live && low) live.scrollTop = live.scrollHeight;
  const turn = element.querySelector(":scope > article.turn");
  const before = element.dataset.now;
  if (!turn) return void delete element.dataset.now;
  const now = `${turn.dataset.phase} ${turn.dataset.key}`;
  if (element.dataset.now === now) return;
  element.dataset.now = now;
  const begins = element.dataset.turn !== turn.dataset.key || !before;
  element.dataset.turn = turn.dataset.key;
  if (begins) low = true;
  const told = { begins, answered: turn.dataset.phase === "answered" };
  document.dispatchEvent(new CustomEvent("clinicite-turn", { detail: told }));
  // The turns before it may be drawn just after it.
  requestAnimationFrame(() => turn.scrollIntoView({ block: "start" }));
});
