// The librarian's page: the address names the view, every button asks the server, and what comes
// back takes the view's place. The focus stays where it was, or goes to a new view's heading.
const root = element;
let asked = 0;
let timer = 0;

const frame = () => root.querySelector(".library");
const shelf = () => root.querySelector(".shelf");
const view = () => shelf()?.dataset.view || "";
const wanted = () => decodeURIComponent(location.hash.slice(1)) || "list";

function say(words) {
  const live = root.querySelector('[role="status"]');
  if (live && words && live.textContent !== words) live.textContent = words;
}

function keyOf(node) {
  if (!node || !root.contains(node)) return "";
  const data = node.dataset;
  if (data.key) return `[data-key="${data.key}"]`;
  if (node.id) return `[id="${CSS.escape(node.id)}"]`;
  if (data.do) return `[data-do="${data.do}"]${data.id ? `[data-id="${CSS.escape(data.id)}"]` : ""}`;
  return "";
}

function swap(html, quiet) {
  if (html.startsWith("<dialog")) {
    root.querySelector("dialog")?.remove();
    shelf().removeAttribute("aria-busy");
    shelf().insertAdjacentHTML("beforeend", html);
    return root.querySelector("dialog").showModal();
  }
  const before = view();
  const key = keyOf(document.activeElement);
  const opened = [...root.querySelectorAll("details[open] > summary")].map((s) => s.textContent);
  const done = quiet && root.querySelector(".told-done");
  root.querySelector("dialog")?.close();
  shelf().outerHTML = html;
  const now = view();
  // What was done stays said while the view goes on being read.
  if (done && now === before && !root.querySelector(".told-done, .told-refused"))
    root.querySelector("main").prepend(done);
  for (const head of root.querySelectorAll("details > summary"))
    if (opened.includes(head.textContent)) head.parentElement.open = true;
  if (now && now !== wanted()) history.replaceState(null, "", `#${now}`);
  say(shelf().dataset.say);
  const same = key && root.querySelector(key);
  const told = root.querySelector(".told-refused, .told-done");
  const leafed = before.split("/")[0] === "page" && now.split("/")[0] === "page";
  if (leafed) (same || root.querySelector("h2"))?.focus({ preventScroll: true });
  else if (before && before !== now) {
    window.scrollTo(0, 0);
    root.querySelector("h2")?.focus({ preventScroll: true });
  } else if (told && before) {
    told.scrollIntoView({ block: "nearest" });
    if (same) same.focus({ preventScroll: true });
  } else if (same) same.focus({ preventScroll: true });
  for (const box of root.querySelectorAll(".proof")) toLine(box);
  const faulty = root.querySelector('[aria-invalid="true"]');
  if (faulty) faulty.focus();
  clearTimeout(timer);
  if (shelf().hasAttribute("data-poll"))
    timer = setTimeout(() => send({ do: "show", view: view() }, true), 700);
}

async function toLine(box) {
  await box.querySelector("img").decode().catch(() => {});
  box.scrollTop = Number(box.dataset.top) * box.scrollHeight - box.clientHeight * 0.4;
}

async function send(what, quiet) {
  const turn = ++asked;
  clearTimeout(timer);
  if (!quiet) shelf()?.setAttribute("aria-busy", "true");
  const language = frame()?.lang || "en";
  try {
    const html = await server.act(JSON.stringify({ view: view() || wanted(), ...what, language }));
    if (turn === asked && shelf()) swap(html, quiet);
  } catch {
    if (turn !== asked) return;
    shelf()?.removeAttribute("aria-busy");
    const line = Object.assign(document.createElement("p"), { className: "told-refused" });
    line.textContent = frame().dataset.lost;
    root.querySelector("main .told-refused")?.remove();
    (root.querySelector("main") || shelf()).prepend(line);
    say(line.textContent);
  }
}

const show = () => send({ do: "show", view: wanted() });
const filled = (box) => Object.fromEntries([...new FormData(box)].map(([k, v]) => [k, String(v)]));

function fields(group) {
  const told = { token: group.dataset.token };
  for (const box of group.querySelectorAll("[name]")) told[box.name] = box.value;
  return told;
}

async function take(files) {
  const list = [...files];
  if (!list.length) return;
  const line = root.querySelector(".drop .uploading");
  line.textContent = line.dataset.words.replace("{names}", list.map((f) => f.name).join(", "));
  line.hidden = false;
  say(line.textContent);
  // What was written in the forms meanwhile is not lost.
  const kept = [...root.querySelectorAll("fieldset.form")].map(fields);
  const told = [];
  for (const file of list) {
    if (file.size > 200 * 1024 * 1024) {
      told.push({ name: file.name, error: frame().dataset.tooLarge });
      continue;
    }
    try {
      told.push({ name: file.name, path: (await upload(file)).path });
    } catch {
      told.push({ name: file.name, error: frame().dataset.notUploaded });
    }
  }
  await send({ do: "uploaded", files: told });
  for (const values of kept)
    for (const [name, value] of Object.entries(values)) {
      const box = root.querySelector(`fieldset[data-token="${values.token}"] [name="${name}"]`);
      if (box) box.value = value;
    }
}

function light(number, from) {
  for (const lit of root.querySelectorAll(".lit")) lit.classList.remove("lit");
  if (!number) return;
  const same = root.querySelectorAll(`[data-line="${number}"]`);
  for (const one of same) one.classList.add("lit");
  const box = root.querySelector(".picture");
  const part = root.querySelector(`.part[data-line="${number}"]`);
  if (from === "line" && part) box.scrollTop = part.offsetTop - box.clientHeight * 0.35;
  if (from === "part")
    root.querySelector(`.line[data-line="${number}"]`)?.scrollIntoView({ block: "nearest" });
}

root.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) return event.target.closest("dialog").close();
  const part = event.target.closest(".part, .line");
  if (part) return light(part.dataset.line, part.classList.contains("part") ? "part" : "line");
  const hit = event.target.closest("[data-do]");
  if (!hit || shelf().getAttribute("aria-busy")) return;
  event.preventDefault();
  const { do: act, key, ...data } = hit.dataset;
  const form = hit.closest("form");
  if (act === "compare") {
    const { old, new: to } = filled(form);
    location.hash = `generations/${old}/${to}`;
  } else if (act === "add" || act === "edit") {
    send({ do: act, ...data, forms: [...root.querySelectorAll("fieldset.form")].map(fields) });
  } else if (act === "drop") {
    send({ do: act, ...data });
  } else {
    const needs = form?.querySelector(":scope select:required, :scope input:required");
    if (needs && !needs.value.trim()) {
      needs.setAttribute("aria-invalid", "true");
      return needs.focus();
    }
    send({ do: act, ...(form ? filled(form) : {}), ...data });
  }
});

root.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.dataset.page)
    location.hash = `page/${form.dataset.page}/${form.querySelector("input").value.trim()}`;
  else form.querySelector("[data-do]")?.click();
});

root.addEventListener("mouseover", (event) => {
  const over = event.target.closest?.(".part, .line");
  if (over) light(over.dataset.line, "");
});
root.addEventListener("focusin", (event) => {
  if (event.target.matches?.(".line")) light(event.target.dataset.line, "line");
});
root.addEventListener("change", (event) => {
  if (event.target.id === "pdfs") take(event.target.files);
});
for (const kind of ["dragover", "drop"])
  root.addEventListener(kind, (event) => {
    if (!event.target.closest(".drop")) return;
    event.preventDefault();
    if (kind === "drop") take(event.dataTransfer.files);
  });

window.addEventListener("hashchange", show);
watch("value", show);
show();
