import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createApi } from './api/api.ts';
import { App } from './app.tsx';
import { createSessionStore } from './session/session.ts';
import './styles/base.css';
import './styles/parts.css';
import './styles/door.css';
import './styles/list.css';
import './styles/record.css';
import './styles/notes.css';

const root = document.getElementById('root');
if (root === null) throw new TypeError('index.html has no #root');

const session = createSessionStore(sessionStorage);
const api = createApi(session);

createRoot(root).render(
  <StrictMode>
    <App api={api} session={session} />
  </StrictMode>,
);
