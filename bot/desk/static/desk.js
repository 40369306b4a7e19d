// Everything works without this script; with it, results come while somebody types,
// texts are copied with one press, and the keyboard goes from result to result.
"use strict";
(function () {
  var root = document.documentElement;
  root.classList.add("js");
  var box = document.getElementById("q");
  var results = document.getElementById("results");
  var announce = document.getElementById("announce");
  var wait = 50; // milliseconds after the last key: an answer is there within 100
  var least = 2; // letters
  var timer, running;

  function say(text) { if (announce) announce.textContent = text; }

  function search() {
    var q = box.value.trim();
    if (running) running.abort();
    if (q.length < least) {
      results.replaceChildren();
      say("");
      return;
    }
    var mine = running = new AbortController();
    var address = results.dataset.live;
    fetch(address + (address.indexOf("?") < 0 ? "?" : "&") + "q=" + encodeURIComponent(q), { signal: mine.signal })
      .then(function (r) {
        if (!r.ok) throw new Error("status " + r.status);
        return r.text();
      })
      .then(function (html) {
        if (mine.signal.aborted) return;
        // The server has escaped everything in it.
        results.innerHTML = html;
        results.dataset.for = q;
        var status = results.querySelector(".status");
        if (status) {
          status.removeAttribute("role"); // it is announced from one place only
          say(status.textContent);
        }
        root.classList.remove("offline");
      })
      .catch(function () {
        if (mine.signal.aborted) return; // a newer question has taken over
        // Seen as well as announced: nobody should read out an answer to another question.
        say("No connection. " + (results.dataset.for ? "These are the results for “" + results.dataset.for + "”." : "Please try again."));
        root.classList.add("offline");
      });
  }

  if (box && results && results.dataset.live) {
    box.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(search, wait);
    });
    box.form.addEventListener("submit", function (e) {
      e.preventDefault();
      clearTimeout(timer);
      var first = results.querySelector(".result a");
      var emergency = results.querySelector(".emergency");
      if (first && !emergency && box.value.trim() === results.dataset.for) first.click();
      else search();
    });
  }

  function links() { return Array.from(document.querySelectorAll("#results .result h2 a")); }

  document.addEventListener("keydown", function (e) {
    if (e.ctrlKey || e.altKey || e.metaKey || !box) return;
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName);
    if (e.key === "/" && !typing) {
      e.preventDefault();
      box.focus();
      box.select();
    } else if (e.key === "Escape" && results) {
      clearTimeout(timer);
      box.value = "";
      if (results.dataset.live) search();
      box.focus();
    } else if ((e.key === "ArrowDown" || e.key === "ArrowUp") && (e.target === box || !typing)) {
      var all = links();
      var at = all.indexOf(document.activeElement) + (e.key === "ArrowDown" ? 1 : -1);
      if (!all.length || e.target !== box && all.indexOf(document.activeElement) < 0) return;
      e.preventDefault();
      if (at < 0) box.focus();
      else all[Math.min(at, all.length - 1)].focus();
    }
  });

  // Copying.
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    button.addEventListener("click", function () {
      var field = document.getElementById(button.dataset.copy);
      var done = document.getElementById("copied");
      function told(ok) { done.textContent = ok ? "Copied." : "Please press Ctrl and C to copy."; }
      function byHand() { field.select(); told(document.execCommand("copy")); } // pages without TLS have no clipboard
      done.textContent = "";
      if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(function () { told(true); }, byHand);
      else byHand();
    });
  });

  // Printing: the page in the right size, then the print dialogue.
  document.querySelectorAll("a.print").forEach(function (link) {
    link.addEventListener("click", function (e) {
      e.preventDefault();
      document.querySelector("article").classList.toggle("print-a5", link.href.indexOf("size=a5") >= 0);
      window.print();
    });
  });

  // The last entries opened on this computer: ids and titles, in this browser only.
  var key = "frontdesk-recent", most = 6;
  function recent() {
    try { return JSON.parse(localStorage.getItem(key)) || []; } catch (e) { return []; }
  }
  function keep(list) {
    try { localStorage.setItem(key, JSON.stringify(list)); } catch (e) { /* not allowed here: then there is no list */ }
  }
  var article = document.querySelector("article[data-id]");
  if (article) {
    var one = { id: article.dataset.id, title: article.dataset.title };
    keep([one].concat(recent().filter(function (r) { return r.id !== one.id; })).slice(0, most));
  }
  var section = document.getElementById("recent");
  if (section && recent().length) {
    recent().forEach(function (r) {
      var a = document.createElement("a"), li = document.createElement("li");
      a.className = "chip";
      a.href = "/a/" + encodeURIComponent(r.id);
      a.textContent = r.title;
      li.appendChild(a);
      section.querySelector("ul").appendChild(li);
    });
    section.hidden = false;
    document.getElementById("forget").addEventListener("click", function () {
      keep([]);
      section.hidden = true;
      if (box) box.focus();
    });
  }
})();
