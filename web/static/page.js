// What all pages do with scripts: mark forms as sent, so that a second tap sends nothing.

for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", () => {
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
