// The report form with scripts: one choice of category, a search in the list, the position.

const form = document.getElementById("report");
if (form) {
  const other = form.elements.other;
  const tiles = [...form.querySelectorAll('input[name="category"]')];
  const find = document.getElementById("find");
  const locate = document.getElementById("locate");
  const said = document.getElementById("located");

  other.addEventListener("change", () => {
    if (other.value) tiles.forEach((tile) => (tile.checked = false));
  });
  tiles.forEach((tile) => tile.addEventListener("change", () => (other.value = "")));

  find.hidden = false;
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    const options = [...other.querySelectorAll("option[data-words]")];
    for (const option of options) option.hidden = !option.dataset.words.includes(wanted);
    const left = options.filter((option) => !option.hidden);
    if (wanted && left.length) {
      other.value = left[0].value;
      other.dispatchEvent(new Event("change"));
    }
  });

  if ("geolocation" in navigator) {
    locate.hidden = false;
    locate.addEventListener("click", () => {
      said.textContent = locate.dataset.asking;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          form.elements.lon.value = coords.longitude.toFixed(6);
          form.elements.lat.value = coords.latitude.toFixed(6);
          form.elements.area.value = "";
          said.textContent = locate.dataset.found;
        },
        () => (said.textContent = locate.dataset.failed),
        { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
      );
    });
  }
}
