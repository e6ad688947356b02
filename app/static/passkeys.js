// Passkeys: a form with data-passkey asks the device ("create" or "get") what stands in data-ask, writes the answer into
// the form and sends it. A browser that has none of this keeps the form hidden or says so; the password always works.
const OPTIONS = { create: "parseCreationOptionsFromJSON", get: "parseRequestOptionsFromJSON" };

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const way = form.dataset.passkey, read = OPTIONS[way];
  const able = window.PublicKeyCredential?.[read];
  if (able) form.hidden = false;                          // on the sign-in page it is hidden until now
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;               // the device has answered: this time it really goes
    event.preventDefault();
    const said = form.querySelector("[data-said]");
    said.hidden = true;
    try {
      const publicKey = PublicKeyCredential[read](JSON.parse(form.dataset.ask));
      const found = await navigator.credentials[way]({ publicKey });
      form.elements.answer.value = JSON.stringify(found.toJSON());
      form.requestSubmit();
    } catch {
      said.textContent = form.dataset.fault;
      said.hidden = false;
    }
  });
}
