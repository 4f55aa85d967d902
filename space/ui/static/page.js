// Small mends of Gradio 6.31's markup that no option reaches. Runs once the page is there.
() => {
  const NARROW = window.matchMedia("(max-width: 900px)");

  // The multimodal textarea has no accessible name of its own.
  const name_inputs = () => {
    document.querySelectorAll("#draft textarea:not([aria-label])").forEach((area) => {
      area.setAttribute("aria-label", "Message");
    });
  };

  // On a narrow screen the passport starts folded, one tap away.
  const fold_passport = () => {
    const toggle = document.querySelector("#passport > button.label-wrap.open");
    if (NARROW.matches && toggle) toggle.click();
  };

  name_inputs();
  fold_passport();
  new MutationObserver(name_inputs).observe(document.body, { childList: true, subtree: true });
}
