// What all pages do with scripts: mark forms as sent, so that a second tap sends nothing, and keep
// them on the page where there is no network to send them by.

const offline = document.getElementById("offline");
window.addEventListener("online", () => (offline.hidden = true));

for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      (event.submitter ?? form.lastElementChild).before(offline);
      offline.hidden = false;
      return;
    }
    for (const button of form.querySelectorAll("button")) {
      button.setAttribute("aria-disabled", "true");
    }
  });
}

// Coming back by the browser's arrow, buttons work again.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll('button[aria-disabled="true"]')) {
    button.removeAttribute("aria-disabled");
  }
});

// What is wider than its frame is moved by keys, too.
for (const frame of document.querySelectorAll(".scroll")) {
  if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
}
