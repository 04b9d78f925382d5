// Which conversation this tab is in: 128 random bits in the tab's own storage, nothing else. It
// outlives a reload and a restart of the server, not the tab; two tabs never hold the same one.
async (language, talk) => {
  const key = "clinicite-conversation";
  const fresh = () =>
    [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("");
  const memory = window.sessionStorage;
  let id = memory.getItem(key);
  let settle;
  window.cliniciteConversation = new Promise((known) => (settle = known));
  const me = fresh();
  // A tab that was duplicated brings its storage along: whoever had the id first keeps it.
  const tabs = new BroadcastChannel(key);
  const taken = await new Promise((answer) => {
    if (!/^[0-9a-f]{32}$/.test(id || "")) return answer(true);
    tabs.onmessage = ({ data }) => data.held === id && data.to === me && answer(true);
    tabs.postMessage({ asks: id, from: me });
    setTimeout(() => answer(false), 150);
  });
  if (taken) id = fresh();
  memory.setItem(key, id);
  tabs.onmessage = ({ data }) => {
    if (data.asks === id) tabs.postMessage({ held: id, to: data.from });
  };
  settle(id);
  window.cliniciteRenew = () => {
    id = fresh();
    memory.setItem(key, id);
    window.cliniciteConversation = Promise.resolve(id);
    return id;
  };
  return [language, talk, id];
}
