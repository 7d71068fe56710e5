// Taking a call by keyboard: Ctrl+Enter sends, Alt and a digit say how urgent it is.

const form = document.getElementById("call");
if (form) {
  const urgencies = [...form.querySelectorAll('input[name="condition"]')];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button.first"));
    }
    const chosen = event.altKey && urgencies[Number(event.code.replace("Digit", "")) - 1];
    if (chosen) {
      event.preventDefault();
      chosen.checked = true;
      chosen.focus();
    }
  });
}
