/* Keying an invoice: scans go as soon as they are chosen. The page works without it. */
(function () {
  "use strict";
  document.addEventListener("change", function (event) {
    var input = event.target;
    var button = input.type === "file" && input.form && input.form.querySelector('button[name="do"][value="upload"]');
    if (button && input.files.length) input.form.requestSubmit(button);
  });
})();
