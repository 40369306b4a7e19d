// Puts an "Ask us" box where this script stands: <script src="https://DESK/embed.js" async></script>
"use strict";
(function () {
  var me = document.currentScript || document.querySelector('script[src$="/embed.js"]');
  var frame = document.createElement("iframe");
  frame.src = new URL("/embed", me.src).href;
  frame.title = "Ask us";
  frame.width = "100%";
  frame.height = "420";
  frame.loading = "lazy";
  frame.setAttribute("frameborder", "0");
  // Scripts and forms of the box itself, and answers in a new tab; nothing of the page around it.
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups");
  frame.referrerPolicy = "no-referrer";
  me.parentNode.insertBefore(frame, me.nextSibling);
})();
