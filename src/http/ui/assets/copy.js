// Copies the text beside a button of the class `copy`, and shows the buttons, which are of no use without this.

document.documentElement.classList.add('js');

async function copy(button) {
  const code = button.parentElement.querySelector('code');
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    // Pages that do not come over TLS have no clipboard: select the text and use the old way.
    getSelection().selectAllChildren(code);
    document.execCommand('copy');
  }
  button.classList.add('done');
  button.textContent = 'Copied';
  setTimeout(() => {
    button.classList.remove('done');
    button.textContent = 'Copy';
  }, 1500);
}

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('.copy');
  if (button) void copy(button);
});
