// Keys on the board: j and k move, Enter opens, / searches. They can be switched off.

const KEY = "gridward-keys";
const rows = [...document.querySelectorAll("#board tbody tr")];
const search = document.getElementById("search");
const list = document.getElementById("keys");
const wish = document.getElementById("usekeys");
let at = -1;

list.hidden = false;
wish.checked = localStorage.getItem(KEY) !== "off";
wish.addEventListener("change", () => localStorage.setItem(KEY, wish.checked ? "on" : "off"));

function move(by) {
  if (!rows.length) return;
  rows[at]?.classList.remove("at");
  at = Math.min(rows.length - 1, Math.max(0, at + by));
  rows[at].classList.add("at");
  const link = rows[at].querySelector("a");
  link.focus({ preventScroll: true });
  rows[at].scrollIntoView({ block: "nearest" });
}

const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  "/": () => search.focus(),
  "?": () => (list.open = !list.open),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (!wish.checked || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const action = ACTIONS[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});

// A row is one large target; the link in it stays the real one.
for (const row of rows) {
  row.addEventListener("click", (event) => {
    if (!event.target.closest("a") && !String(getSelection())) row.querySelector("a").click();
  });
}
