// Runs before the first paint, so that a dark room is not flashed with white. Kept in a file of its own
// because the content security policy allows no inline script.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('mantine-color-scheme-value');
  } catch (error) {
    // Storage can be forbidden; the system's preference is then used.
  }
  var prefersDark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  var dark = chosen === 'dark' || (chosen !== 'light' && prefersDark);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
