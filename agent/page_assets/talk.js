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

// Words for the question box: what the conversation should know, or forget, of the patient.
element.addEventListener("click", (event) => {
  const hit = event.target.closest?.("[data-add]");
  const box = document.querySelector("#question textarea");
  if (!hit || !box) return;
  const before = box.value.trimEnd();
  const gap = before && !/[。；，]$/.test(before) ? " " : "";
  const whole = before + gap + hit.dataset.add;
  const caret = hit.dataset.add.includes("|") ? whole.lastIndexOf("|") : whole.length;
  box.value = whole.slice(0, caret) + whole.slice(caret + (caret < whole.length ? 1 : 0));
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  box.setSelectionRange(caret, caret);
});

// A reader's word on an answer; what was given stays as given when the talk is drawn again.
const given = (window.cliniciteGiven ??= new Map());
const formOf = (part) => part?.closest?.(".feedback");

function restore(form) {
  const kept = given.get(form.dataset.receipt);
  if (!kept) return;
  for (const thumb of form.querySelectorAll(".thumb"))
    thumb.setAttribute("aria-pressed", String(thumb.dataset.thumb === kept.thumb));
  form.querySelector(".feedback-more").hidden = !kept.open;
  form.querySelector("select").value = kept.reason || "";
  form.querySelector("textarea").value = kept.note || "";
  for (const tick of form.querySelectorAll("input[name=line]"))
    tick.checked = (kept.lines || []).includes(tick.value);
  const said = form.querySelector(".feedback-said");
  said.textContent = kept.line || "";
  said.toggleAttribute("data-refused", kept.stored === false);
  said.setAttribute("role", kept.stored === false ? "alert" : "status");
}

function keep(form, more) {
  const kept = given.get(form.dataset.receipt) || {};
  const ticked = [...form.querySelectorAll("input[name=line]:checked")].map((t) => t.value);
  Object.assign(kept, {
    reason: form.querySelector("select").value,
    note: form.querySelector("textarea").value,
    lines: ticked,
    ...more,
  });
  given.set(form.dataset.receipt, kept);
  return kept;
}

element.addEventListener("change", (event) => {
  const form = formOf(event.target);
  if (form) keep(form, {});
});

element.addEventListener("input", (event) => {
  const form = formOf(event.target);
  if (form) keep(form, {});
});

element.addEventListener("click", async (event) => {
  const form = formOf(event.target);
  if (!form) return;
  const thumb = event.target.closest(".thumb");
  if (thumb) {
    keep(form, { thumb: thumb.dataset.thumb, open: true, line: "", stored: undefined });
    return restore(form);
  }
  if (!event.target.closest(".feedback-send")) return;
  const kept = keep(form, {});
  const { thumb: up, reason, note, lines } = kept;
  const language = form.closest("[lang]")?.lang || "en";
  const receipt = form.dataset.receipt;
  const told = await server
    .feedback(JSON.stringify({ receipt, thumb: up, reason, note, lines, language }))
    .catch(() => null);
  const line = told ? told.line : form.dataset.away;
  Object.assign(kept, { line, stored: Boolean(told?.stored), open: !told?.stored });
  const now = element.querySelector(`.feedback[data-receipt="${receipt}"]`) || form;
  restore(now);
});

watch("value", () => {
  for (const form of element.querySelectorAll(".feedback")) restore(form);
});
