import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { registerServiceWorker } from './offline/register-service-worker.ts';
import { createClientStore } from './session/client-store.ts';
import { createSessionStore } from './session/session.ts';
import { signInRequest } from './session/sign-in-request.ts';
import './styles/base.css';
import './styles/controls.css';
import './styles/overlays.css';
import './styles/door.css';
import './styles/shell.css';
import './styles/list.css';
import './styles/filters.css';
import './styles/record.css';
import './styles/rooms.css';
import './styles/inbox.css';
import { applyTheme } from './theme/theme.ts';

const root = document.getElementById('root');
if (root === null) throw new TypeError('index.html has no #root');

applyTheme();
const session = createSessionStore({
  tab: sessionStorage,
  browser: localStorage,
  request: signInRequest,
  now: Date.now,
  alone: (name, work) => navigator.locks.request(name, work),
  onOtherTab: (listener) => addEventListener('storage', listener),
});

createRoot(root).render(
  <StrictMode>
    <App session={session} clients={createClientStore(session)} />
  </StrictMode>,
);
registerServiceWorker();
