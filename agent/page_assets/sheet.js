// The page panel: one click on anything that carries a reference opens it here.
const narrow = () => window.matchMedia("(max-width: 900px)").matches;
const panel = element;
let cited = "";
let shown = "";
let asked = 0;
let opener = null;
// On a narrow screen the margins of the page are left out, so that its print can be read.
let zoom = narrow() ? 1.2 : 1;

const holder = () => panel.querySelector(".sheet");
const scroller = () => panel.querySelector(".sheet-scroll");

function fit() {
  const picture = panel.querySelector(".sheet-scroll img");
  if (picture) picture.style.width = `${Math.round(zoom * 100)}%`;
}

function toLine() {
  const box = scroller();
  if (!box) return;
  const top = Number(box.dataset.top) * box.scrollHeight - box.clientHeight * 0.3;
  box.scrollTop = Math.max(0, top);
  box.scrollLeft = Math.max(0, Number(box.dataset.left) * box.scrollWidth - 10);
}

async function open(ref, from) {
  const turn = ++asked;
  shown = ref;
  if (from === "cite" || from === "turn") cited = ref;
  const old = holder();
  const language = old ? old.lang : "en";
  if (old) old.setAttribute("aria-busy", "true");
  for (const chip of document.querySelectorAll("[data-ref]"))
    chip.toggleAttribute("data-open", chip.dataset.ref === cited);
  const html = await server.sheet(JSON.stringify({ ref, cited, language }));
  if (turn !== asked || !holder()) return;
  const active = document.activeElement;
  const act = active && panel.contains(active) ? active.dataset.act : "";
  holder().outerHTML = html;
  const picture = panel.querySelector(".sheet-scroll img");
  if (picture) {
    await picture.decode().catch(() => {});
    fit();
    toLine();
  }
  if (act) {
    const same = panel.querySelector(`[data-act="${act}"]:not([disabled])`);
    (same || scroller())?.focus({ preventScroll: true });
  }
  if (from === "cite" && narrow()) panel.scrollIntoView({ block: "start" });
  holder().dataset.ready = ref;
}

function wide(on) {
  document.body.classList.toggle("sheet-wide", on);
  toLine();
}

document.addEventListener("click", (event) => {
  const hit = event.target.closest?.("[data-ref], [data-leaf], .sheet-tools [data-act]");
  if (!hit) return;
  if (hit.dataset.ref) {
    opener = hit;
    return void open(hit.dataset.ref, "cite");
  }
  if (hit.dataset.leaf) return void open(hit.dataset.leaf, "leaf");
  const act = hit.dataset.act;
  if (act === "larger") zoom = Math.min(4, zoom * 1.25);
  if (act === "smaller") zoom = Math.max(0.5, zoom / 1.25);
  if (act === "fit") zoom = 1;
  if (act === "return") {
    opener?.scrollIntoView({ block: "center" });
    return void opener?.focus({ preventScroll: true });
  }
  if (act === "wide") wide(!document.body.classList.contains("sheet-wide"));
  fit();
  if (act !== "wide") toLine();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") wide(false);
});

// A new question clears the panel; its answer shows the first line that carries it, unless the
// reader opened another meanwhile. On a narrow screen the answer itself stays in sight.
document.addEventListener("clinicite-turn", (event) => {
  if (event.detail.begins && shown) open("", "turn");
  if (!event.detail.answered || shown || narrow()) return;
  const first = document.querySelector("#live .chip");
  if (first) open(first.dataset.ref, "turn");
});

// A new language, or a new conversation: draw the open page again, or forget it.
watch("value", () => {
  if (holder()?.hasAttribute("data-cleared")) {
    shown = cited = "";
    asked++;
  } else if (shown) open(shown, "again");
});
