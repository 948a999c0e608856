/* The chart of the rates: drawn from the table below it, which stays for those who do not see it. */
(function () {
  "use strict";
  var table = document.getElementById("history");
  var place = document.getElementById("chart");
  if (!table || !place || !window.Chart) return;

  var COLOURS = ["#0b5c6b", "#c05c00", "#6a3d9a", "#33415a"];
  var days = [], sources = {};
  Array.from(table.querySelectorAll("tr[data-day]")).reverse().forEach(function (row) {
    var day = row.dataset.day;
    if (days[days.length - 1] !== day) days.push(day);
    (sources[row.dataset.source] = sources[row.dataset.source] || {})[day] = Number(row.dataset.value);
  });
  if (!days.length) return;

  var locale = { en: "en-GB", fr: "fr-FR" }[document.documentElement.lang];
  var written = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "2-digit", timeZone: "UTC" });
  function inWords(day) { return written.format(new Date(day + "T00:00:00Z")); }

  place.hidden = false;
  new window.Chart(place.querySelector("canvas"), {
    type: "line",
    data: {
      labels: days.map(inWords),
      datasets: Object.keys(sources).map(function (name, n) {
        var colour = COLOURS[n % COLOURS.length];
        return {
          label: name,
          data: days.map(function (day) { return day in sources[name] ? sources[name][day] : null; }),
          borderColor: colour, backgroundColor: colour, borderWidth: 2, spanGaps: true,
          borderDash: n ? [6, 3] : [], pointRadius: days.length > 60 ? 0 : 2.5, pointHitRadius: 8, tension: 0
        };
      })
    },
    options: {
      locale: locale,
      maintainAspectRatio: false,
      animation: false,
      interaction: { mode: "index", intersect: false },
      plugins: { legend: { position: "bottom" } },
      scales: {
        x: { ticks: { maxTicksLimit: 8, maxRotation: 0 }, grid: { display: false } },
        y: { title: { display: true, text: table.dataset.unit } }
      }
    }
  });
})();
