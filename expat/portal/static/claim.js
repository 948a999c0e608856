/* A claim's form: files that go at once, figures that were read, finding a care, saving by itself. */
(function () {
  "use strict";
  var MOST_BYTES = 20 * 1024 * 1024;
  var AGAIN_AFTER = 8000;

  // A file that is too large is told before it is sent.
  document.addEventListener("change", function (event) {
    var input = event.target;
    if (input.type !== "file") return;
    var form = input.closest("form");
    var told = input.closest(".field").querySelector("[data-file-error]");
    var large = Array.prototype.some.call(input.files, function (file) { return file.size > MOST_BYTES; });
    if (told) {
      told.hidden = !large;
      told.textContent = large ? form.dataset.tooLarge : "";
    }
    if (large) {
      input.value = "";
      event.stopImmediatePropagation();
    } else if (input.files.length && form.hasAttribute("data-sends-itself")) {
      form.requestSubmit();
    }
  }, true);

  // What was read from the invoice goes into fields that are still empty, marked as such.
  function untouched(field) {
    if (field === document.activeElement) return false;
    if (field.tagName !== "SELECT") return field.value === "";
    var option = field.options[field.selectedIndex];
    return !option || option.value === "" || option.defaultSelected;
  }

  function mark(line, name, on) {
    var hint = document.getElementById("lines-" + line + "-" + name + "-read");
    var box = document.getElementById("lines-" + line + "-" + name + "-box");
    if (hint) hint.hidden = !on;
    if (box) box.classList.toggle("is-read", on);
  }

  function fill(proposal) {
    var line = proposal.dataset.line;
    var paper = document.getElementById("lines-" + line + "-paper");
    var amount = document.getElementById("lines-" + line + "-amount");
    if (!paper || paper.value || (amount && amount.value)) return;
    var read = [];
    proposal.querySelectorAll("[data-field]").forEach(function (item) {
      var field = document.getElementById("lines-" + line + "-" + item.dataset.field);
      if (!field || !untouched(field)) return;
      field.value = item.dataset.value;
      if (field.value !== item.dataset.value) return;
      read.push(item.dataset.field);
      mark(line, item.dataset.field, true);
    });
    paper.value = proposal.dataset.proposal;
    document.getElementById("lines-" + line + "-read").value = read.join(" ");
    document.getElementById("lines-" + line + "-confirm").hidden = read.length === 0;
    var country = document.getElementById("lines-" + line + "-country");
    (country || paper).dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Typed over, it is the member's own.
  document.addEventListener("input", function (event) {
    var found = /^lines-(\d+)-(amount|currency|first_day|provider|invoice|country)$/.exec(event.target.id);
    var list = found && document.getElementById("lines-" + found[1] + "-read");
    if (!list || !list.value) return;
    list.value = list.value.split(" ").filter(function (name) { return name !== found[2]; }).join(" ");
    mark(found[1], found[2], false);
    document.getElementById("lines-" + found[1] + "-confirm").hidden = list.value === "";
  });

  // Finding a care by typing: the list shows what fits.
  function searchable(select) {
    if (select.dataset.searched) return;
    select.dataset.searched = "yes";
    var all = Array.prototype.slice.call(select.querySelectorAll("option"));
    var groups = Array.prototype.slice.call(select.children);
    var search = document.createElement("input");
    search.type = "search";
    search.setAttribute("aria-label", select.dataset.search);
    search.placeholder = select.dataset.search;
    search.autocomplete = "off";
    var told = document.createElement("small");
    told.setAttribute("role", "status");
    select.before(search);
    select.after(told);
    search.addEventListener("keydown", function (event) { if (event.key === "Enter") event.preventDefault(); });
    search.addEventListener("input", function (event) {
      event.stopPropagation();
      var words = plain(search.value).split(/\s+/).filter(Boolean);
      var fits = all.filter(function (option) {
        var text = plain(option.textContent + " " + (option.parentNode.label || ""));
        return option.value && words.every(function (word) { return text.indexOf(word) >= 0; });
      });
      var chosen = select.value;
      groups.forEach(function (group) { group.remove(); });
      groups.forEach(function (group) { select.append(group); });
      if (words.length) {
        all.forEach(function (option) { option.hidden = option.disabled = fits.indexOf(option) < 0; });
        if (fits.length && (!chosen || fits.every(function (option) { return option.value !== chosen; }))) {
          select.value = fits[0].value;
          select.dispatchEvent(new Event("change", { bubbles: true }));
        }
      } else {
        all.forEach(function (option) { option.hidden = option.disabled = false; });
      }
      told.textContent = words.length && !fits.length ? select.dataset.none : "";
    });
  }

  function plain(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  }

  // Not saved, and tried again.
  function failed(event) {
    if (!event.target || event.target.id !== "saved") return;
    event.target.textContent = event.target.dataset.failed;
    event.target.classList.add("error");
    window.setTimeout(again, AGAIN_AFTER);
  }

  function again() {
    var saved = document.getElementById("saved");
    if (saved && saved.classList.contains("error") && window.htmx) window.htmx.trigger(saved, "again");
  }

  ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, failed);
  });
  window.addEventListener("online", again);

  function dress(root) {
    root.querySelectorAll("select[data-search]").forEach(searchable);
    root.querySelectorAll("[data-proposal]").forEach(fill);
  }

  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id === "saved") event.target.classList.remove("error");
  });
  document.addEventListener("htmx:load", function (event) { dress(event.target); });
  dress(document);
})();
