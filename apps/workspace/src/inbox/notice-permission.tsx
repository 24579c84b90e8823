import { useState, type ReactNode } from 'react';

/** Asks, by a button and never by itself, whether the device may tell of what is new while the page is not in sight. */
export function NoticePermission(): ReactNode {
  const [permission, setPermission] = useState(() => ('Notification' in window ? Notification.permission : 'granted'));
  if (permission === 'granted') return null;
  if (permission === 'denied')
    return (
      <p className="quiet small bell-foot">The browser keeps this page from telling you more: its settings can change that.</p>
    );
  return (
    <footer className="bell-foot">
      <p className="quiet small">Be told when this page is not in sight.</p>
      <button
        type="button"
        className="button button-small"
        onClick={() => void Notification.requestPermission().then(setPermission)}
      >
        Allow
      </button>
    </footer>
  );
}
