// Passkeys: the server says what to sign, the browser asks its owner, the form carries the answer.

const FIELDS = { create: ["attestationObject", "clientDataJSON"], get: ["authenticatorData", "clientDataJSON", "signature", "userHandle"] };

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function readable(wish) {
  wish.challenge = bytes(wish.challenge);
  if (wish.user) wish.user.id = bytes(wish.user.id);
  for (const known of [...(wish.excludeCredentials ?? []), ...(wish.allowCredentials ?? [])]) known.id = bytes(known.id);
  return wish;
}

function written(made, kind) {
  const response = {};
  for (const name of FIELDS[kind]) if (made.response[name]) response[name] = text(made.response[name]);
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    if (form.passkey.value) return;
    event.preventDefault();
    const kind = form.dataset.passkey;
    const alert = form.querySelector("[role=alert]");
    try {
      const asked = await fetch(form.dataset.wish, { method: "POST", body: new FormData(form) });
      const told = await asked.json();
      if (told.reason) alert.textContent = told.reason;
      const wish = readable(told);
      const made = await navigator.credentials[kind]({ publicKey: wish });
      form.passkey.value = written(made, kind);
      form.submit();
    } catch {
      alert.hidden = false;
      for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
    }
  });
}
