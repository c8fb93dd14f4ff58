import '@patternfly/react-core/dist/styles/base.css';
import './styles/evenkeel.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueries } from './api/queries.ts';
import { App } from './shell/App.tsx';
import { applyLook } from './shell/theme.ts';

applyLook();
const root = document.querySelector('#root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={createQueries()}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
}
