// The terminal of a VPS: a ticket, a WebSocket, and what xterm draws.
(() => {
  'use strict';
  const box = document.getElementById('console');
  if (!box) return;
  const by = (id) => document.getElementById(id);
  const place = by('terminal');
  const encoder = new TextEncoder();
  const RETRY = 'Connect again';
  let terminal = null;
  let fit = null;
  let line = null;

  const state = (text, tone) => {
    const shown = by('console-state');
    shown.textContent = text;
    shown.className = `state ${tone || ''}`;
  };

  const fault = (text) => {
    const shown = by('console-fault');
    shown.textContent = text;
    shown.hidden = !text;
  };

  const size = () => JSON.stringify({ columns: terminal.cols, rows: terminal.rows });

  const open = () => line && line.readyState === WebSocket.OPEN && line.joined;

  const leave = (event) => {
    if (event.type === 'keydown' && event.key === 'Escape' && event.ctrlKey && event.shiftKey) {
      terminal.blur();
      by('hang-up').focus();
      return false;
    }
    return true;
  };

  const make = () => {
    place.hidden = false;
    by('console-keys').hidden = false;
    if (terminal) {
      terminal.reset();
      return;
    }
    terminal = new window.Terminal({ cursorBlink: true, scrollback: 5000, fontSize: 14, screenReaderMode: true });
    fit = new window.FitAddon.FitAddon();
    terminal.loadAddon(fit);
    terminal.open(place);
    terminal.attachCustomKeyEventHandler(leave);
    terminal.onData((data) => { if (open()) line.send(encoder.encode(data)); });
    terminal.onBinary((data) => { if (open()) line.send(Uint8Array.from(data, (c) => c.charCodeAt(0))); });
    terminal.onResize(() => { if (open()) line.send(size()); });
    new ResizeObserver(() => fit.fit()).observe(place);
  };

  const over = (why) => {
    state('not connected', 'off');
    fault(why);
    by('connect').disabled = false;
    by('connect').textContent = RETRY;
    by('hang-up').hidden = true;
    if (terminal) terminal.options.disableStdin = true;
  };

  const joined = () => {
    line.joined = true;
    state('connected', 'ok');
    terminal.options.disableStdin = false;
    by('hang-up').hidden = false;
    terminal.focus();
  };

  const connect = (ticket) => {
    make();
    fit.fit();
    const to = new URL('/console', window.location.href);
    to.protocol = to.protocol.replace('http', 'ws');
    line = new WebSocket(to);
    line.binaryType = 'arraybuffer';
    line.addEventListener('open', () => {
      line.send(JSON.stringify({ ticket, columns: terminal.cols, rows: terminal.rows }));
    });
    line.addEventListener('message', (event) => {
      if (typeof event.data === 'string') joined();
      else terminal.write(new Uint8Array(event.data));
    });
    line.addEventListener('close', (event) => {
      over(event.reason ? `The connection was closed: ${event.reason}.` : 'The connection was lost.');
    });
  };

  by('console-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    fault('');
    by('connect').disabled = true;
    state('connecting', 'wait');
    try {
      const body = new URLSearchParams(new FormData(by('console-form')));
      const answer = await fetch(box.dataset.tickets, { method: 'POST', body, headers: { Accept: 'application/json' } });
      if (!answer.ok) {
        const problem = await answer.json().catch(() => ({}));
        const said = (problem.faults || []).map((one) => `${one.field} ${one.message}`).join(', ');
        over(said || problem.detail || 'A console cannot be opened now.');
        return;
      }
      connect((await answer.json()).ticket);
    } catch {
      over('The portal cannot be reached.');
    }
  });
  by('hang-up').addEventListener('click', () => { if (line) line.close(); });
})();
