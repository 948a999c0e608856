/* Draws each chart from the table that stands below it; without this script the tables remain. */
(function () {
  "use strict";
  if (!window.Chart) return;

  var COLOURS = { paid: "#0b5c6b", awaited: "#7fb8c2", left: "#e0a93b" };
  var PARTS = Object.keys(COLOURS);
  var language = document.documentElement.lang || "en";
  var euros = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  var round = new Intl.NumberFormat(language, { notation: "compact" });

  var amounts = {
    stacked: true,
    title: { display: true, text: "EUR" },
    ticks: { callback: function (value) { return round.format(value); } }
  };

  document.querySelectorAll("[data-chart]").forEach(function (figure) {
    var details = figure.nextElementSibling;
    var rows = Array.from(details.querySelectorAll("tbody tr"));
    var lying = figure.dataset.chart === "y";
    figure.hidden = false;
    details.open = false;
    if (lying) figure.querySelector(".chart").classList.add("lines-" + Math.min(rows.length, 12));
    new window.Chart(figure.querySelector("canvas"), {
      type: "bar",
      data: {
        labels: rows.map(function (row) { return row.dataset.name; }),
        datasets: PARTS.map(function (part) {
          return {
            label: details.querySelector('th[data-part="' + part + '"]').textContent,
            data: rows.map(function (row) { return Number(row.dataset[part]) / 100; }),
            backgroundColor: COLOURS[part],
            maxBarThickness: 36
          };
        })
      },
      options: {
        indexAxis: figure.dataset.chart,
        maintainAspectRatio: false,
        animation: false,
        scales: {
          x: lying ? amounts : { stacked: true },
          y: lying ? { stacked: true } : amounts
        },
        plugins: {
          legend: { position: "bottom", labels: { boxWidth: 14 } },
          tooltip: {
            callbacks: {
              label: function (item) {
                return item.dataset.label + ": " + euros.format(lying ? item.parsed.x : item.parsed.y);
              }
            }
          }
        }
      }
    });
  });
})();
