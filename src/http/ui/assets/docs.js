// Finds operations by their words, and opens the one an address names. Without it the page is whole, only longer.
import './copy.js';

const field = document.querySelector('.find');
const input = field.querySelector('input');
field.hidden = false;

const operations = [...document.querySelectorAll('.operation')].map((element) => ({
  element,
  words: element.querySelector('summary').textContent.toLowerCase(),
}));

function find() {
  const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const { element, words } of operations) {
    element.hidden = !wanted.every((word) => words.includes(word));
  }
  for (const part of document.querySelectorAll('.part')) {
    part.hidden = part.querySelector('.operation:not([hidden])') === null;
  }
  for (const other of document.querySelectorAll('.guide, .docs-head')) other.hidden = wanted.length > 0;
}

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named?.matches('.operation')) {
    named.open = true;
    named.scrollIntoView();
  }
}

input.addEventListener('input', find);
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target.matches('input, textarea')) return;
  event.preventDefault();
  input.focus();
});
document.addEventListener(
  'toggle',
  (event) => {
    const opened = event.target;
    if (opened.matches?.('.operation') && opened.open) history.replaceState(null, '', `#${opened.id}`);
  },
  true,
);
addEventListener('hashchange', openNamed);
openNamed();
