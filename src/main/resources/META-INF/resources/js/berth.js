// Small helps; every page works without them.
(() => {
  'use strict';
  const minute = { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' };
  const localise = (root) => root.querySelectorAll('time[datetime]:not([data-local])').forEach((element) => {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) return;
    element.title = element.textContent;
    element.dataset.local = '';
    const form = 'seconds' in element.dataset ? { ...minute, second: '2-digit' } : minute;
    element.textContent = new Intl.DateTimeFormat('en-GB', form).format(at);
  });

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    if (!source) return;
    await navigator.clipboard.writeText(source.textContent.trim());
    const label = button.textContent;
    button.textContent = 'Copied';
    window.setTimeout(() => { button.textContent = label; }, 1500);
  };

  const guard = (root) => root.querySelectorAll('input[data-must-be]').forEach((input) => {
    const button = input.form.querySelector('button[type=submit]');
    const check = () => { button.disabled = input.value.trim() !== input.dataset.mustBe; };
    input.addEventListener('input', check);
    check();
  });

  document.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-copy]');
    if (button) copy(button);
  });
  // one press, one request: the idempotency key makes a second one harmless, this makes it unlikely
  document.addEventListener('submit', (event) => {
    const button = event.submitter;
    if (button && button.dataset.busy) {
      window.setTimeout(() => { button.disabled = true; button.textContent = button.dataset.busy; }, 0);
    }
  });
  document.addEventListener('htmx:afterSwap', () => { localise(document); });
  localise(document);
  guard(document);
})();
