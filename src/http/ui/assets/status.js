// Keeps the status page fresh in place: only parts that changed are replaced, so that a selection, the focus and the
// place on the page stay. Without JavaScript the page reloads itself (<noscript> in its head).
import './copy.js';

const everyMs = 3000;
const patienceMs = 8000;

let timer;

async function refresh() {
  clearTimeout(timer);
  try {
    const answer = await fetch(location.href, { cache: 'no-store', signal: AbortSignal.timeout(patienceMs) });
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (fresh.querySelector('[data-live]') === null) throw new Error('This is another page.');
    show(fresh);
  } catch {
    const live = document.querySelector('[data-live="clock"]');
    live.className = 'live warn';
    live.querySelector('[data-word]').textContent = 'No connection, last reading';
  }
  if (!document.hidden) timer = setTimeout(refresh, everyMs);
}

function show(fresh) {
  document.title = fresh.title;
  if (partsOf(fresh) !== partsOf(document)) {
    document.querySelector('main').replaceWith(document.adoptNode(fresh.querySelector('main')));
    return;
  }
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (next !== null && next.outerHTML !== part.outerHTML) part.replaceWith(document.adoptNode(next));
  }
}

/** Which parts there are, in order: setting the product up changes that. */
function partsOf(page) {
  return [...page.querySelectorAll('[data-live]')].map((part) => part.dataset.live).join(' ');
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void refresh();
});

timer = setTimeout(refresh, everyMs);
