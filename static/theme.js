// Runs before the first paint, so that a light page does not flash dark. The app's own Theme takes over from here.
try {
	document.documentElement.dataset.theme = localStorage.getItem('octocut:theme') || 'dark';
} catch {
	document.documentElement.dataset.theme = 'dark';
}
