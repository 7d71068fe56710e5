// Checking in with scripts: the device tells where it stands, and how far that is.

const EARTH = 6371008.8;

for (const box of document.querySelectorAll(".check-in")) {
  const form = box.closest("form");
  const said = box.querySelector(".found");
  const { lon, lat } = form.elements;
  const locate = box.querySelector(".locate");

  function tellDistance() {
    const here = [lat.value, lon.value].map(Number);
    const there = [box.dataset.lat, box.dataset.lon].map(Number);
    if (!lat.value || !lon.value || [...here, ...there].some(Number.isNaN)) return;
    const metres = Math.round(distance(here, there));
    const near = !box.dataset.radius || metres <= Number(box.dataset.radius);
    said.textContent = `${box.dataset.away.replace("%", metres)} ${near ? box.dataset.near : box.dataset.far}`;
    said.classList.toggle("far", !near);
  }

  for (const field of [lon, lat]) field.addEventListener("change", tellDistance);
  tellDistance();

  if ("geolocation" in navigator) {
    locate.hidden = false;
    locate.addEventListener("click", () => {
      said.textContent = box.dataset.asking;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          lon.value = coords.longitude.toFixed(6);
          lat.value = coords.latitude.toFixed(6);
          tellDistance();
        },
        () => (said.textContent = box.dataset.failed),
        { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
      );
    });
  }
}

function distance([lat, lon], [latThere, lonThere]) {
  const rad = Math.PI / 180;
  const dLat = (latThere - lat) * rad;
  const dLon = (lonThere - lon) * rad;
  const a =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(lat * rad) * Math.cos(latThere * rad) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(a));
}
