/* Keys of a worklist: j and k go down and up, Enter opens. In a request: g grants, r refuses, p asks. */
(function () {
  "use strict";
  var links = Array.prototype.slice.call(document.querySelectorAll("[data-worklist] tbody a"));
  var at = -1;
  function typing(event) {
    return event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(event.target.tagName);
  }
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && event.target.blur) event.target.blur();
    if (typing(event)) return;
    if (links.length && (event.key === "j" || event.key === "k")) {
      at = Math.max(0, Math.min(links.length - 1, at + (event.key === "j" ? 1 : -1)));
      links[at].focus();
      event.preventDefault();
    }
    var choice = document.querySelector('[data-key="' + (window.CSS ? CSS.escape(event.key) : "") + '"]');
    if (choice) {
      choice.checked = true;
      choice.dispatchEvent(new Event("change", { bubbles: true }));
      var next = document.querySelector(choice.dataset.focus || "form [type=submit]");
      (next || choice).focus();
      event.preventDefault();
    }
  });
})();
