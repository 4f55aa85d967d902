// What the registry's pages do in the browser: the document's title, the address, copying. Runs once on every page.
() => {
  // A page that was filled carries its title and its address: a reload, a bookmark and a shared link then mean the same.
  const follow = () => {
    const titled = document.querySelector("[data-title]");
    if (titled && document.title !== titled.dataset.title) document.title = titled.dataset.title;
    const addressed = document.querySelector("[data-address]");
    if (!addressed) return;
    const wanted = new URL(addressed.dataset.address, window.location.href);
    const theme = new URLSearchParams(window.location.search).get("__theme");
    if (theme) wanted.searchParams.set("__theme", theme);
    if (wanted.origin === window.location.origin && wanted.href !== window.location.href) {
      window.history.replaceState(window.history.state, "", wanted);
    }
  };

  // What a button says is also its name, and is told to those who do not see it.
  const told = document.createElement("div");
  told.className = "sr";
  told.setAttribute("role", "status");
  document.body.append(told);
  const say = (button, word) => {
    button.dataset.word ??= button.textContent;
    button.dataset.named ??= button.getAttribute("aria-label") ?? "";
    const named = (name) => (name ? button.setAttribute("aria-label", name) : button.removeAttribute("aria-label"));
    button.textContent = told.textContent = word;
    named("");
    clearTimeout(button.saying);
    button.saying = setTimeout(() => {
      button.textContent = button.dataset.word;
      told.textContent = "";
      named(button.dataset.named);
    }, 2000);
  };

  // Where the browser keeps the clipboard closed, the text is selected, so that one key copies it.
  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copies);
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.textContent);
      say(button, "Copied");
    } catch {
      source.closest("details")?.setAttribute("open", "");
      window.getSelection().selectAllChildren(source);
      source.focus();
      say(button, "Selected: press Ctrl+C");
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-copies]");
    if (button) copy(button);
  });

  // The part of the passport an address names is there only once the passport is filled.
  let arrived = !window.location.hash;
  const arrive = () => {
    const target = arrived ? null : document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    if (!target) return;
    arrived = true;
    target.scrollIntoView();
  };

  // Gradio's pages have a <base>, by which a link to a part of a page would lead to the chat.
  const aim = () => {
    document.querySelectorAll('.doc a[href^="#"], .contents a[href^="#"]').forEach((link) => {
      link.href = window.location.pathname + window.location.search + link.getAttribute("href");
    });
  };

  // A passport that was read for this visitor opens by itself.
  const go = () => {
    const leading = document.querySelector("[data-goto]");
    if (!leading) return;
    const wanted = new URL(leading.dataset.goto, window.location.href);
    delete leading.dataset.goto;
    if (wanted.origin === window.location.origin) window.location.assign(wanted);
  };

  // On a narrow screen the facets start folded: the list comes first.
  let folded = !window.matchMedia("(max-width: 900px)").matches;
  const fold = () => {
    const toggle = folded ? null : document.querySelector("#narrow > button.label-wrap.open");
    if (!toggle) return;
    folded = true;
    toggle.click();
  };

  const look = () => { fold(); follow(); aim(); arrive(); go(); };
  look();
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}
