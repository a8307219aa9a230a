import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@carillon/message-view/message-view.css';
import './phone.css';
import './chat.css';
import './forms.css';
import './calls.css';
import { App } from './app.tsx';
import { LiveProvider } from './live.tsx';

const root = document.querySelector('#phone');
if (!root) throw new Error('The page has no place for the phone.');

createRoot(root).render(
  <StrictMode>
    <LiveProvider>
      <App />
    </LiveProvider>
  </StrictMode>,
);
