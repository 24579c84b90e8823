/** Lets the page be loaded without a network. Not while it is served by Vite, which has nothing to keep. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  addEventListener('load', () => {
    // A browser that refuses it (private windows do) has the page with a network only.
    navigator.serviceWorker.register('/service-worker.js').catch(() => undefined);
  });
}
