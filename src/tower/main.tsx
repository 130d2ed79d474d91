/** The control tower: what the hub does, for people in operations, support and finance. */
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createClient } from './lib/queries.ts';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no place to stand in.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createClient()}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
